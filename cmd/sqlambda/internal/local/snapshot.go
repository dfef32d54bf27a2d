package local

import (
	"crypto/sha256"
	"io"
	"os"
	"time"

	"sqlambda/cmd/sqlambda/internal/project"
)

// snapshot holds what files and folders looked like at one time, by their names.
type snapshot map[string]fileState

// fileState is a file at one time; a file that did not exist has no FileInfo. A young file
// may be written again without a change of its time, which systems count in steps of up to
// 10 ms: of such a file, a sum of the content is kept as well.
// https://git-scm.com/docs/racy-git
type fileState struct {
	os.FileInfo
	young bool
	sum   [sha256.Size]byte // of a young one
}

// young is the age up to which a file may change without a change of its time.
const young = 50 * time.Millisecond

// look adds the files that decide what the functions of a folder are. Whoever reads the
// functions reports what cannot be read.
func (s snapshot) look(root string) {
	names, _ := (&project.Folder{Root: root}).Sources()
	for _, name := range names {
		if _, known := s[name]; !known {
			s[name] = stateOf(name, false)
		}
	}
}

// changed looks again and reports whether anything has changed. A file that was added or
// removed changes its folder, so that no folder is read.
func (s snapshot) changed() bool {
	for name, before := range s {
		now := stateOf(name, before.young)
		if !now.same(before) {
			return true
		}
		if before.young {
			s[name] = now
		}
	}
	return false
}

// patience is how long a file may be written.
const patience = 2 * time.Second

// settle waits while a file is young, since it may be half of what is being saved, and
// reports whether anything has changed.
func (s snapshot) settle() bool {
	for end := time.Now().Add(patience); ; time.Sleep(young / 10) {
		if s.changed() {
			return true
		}
		if time.Now().After(end) || !s.young() {
			return false
		}
	}
}

func (s snapshot) young() bool {
	for _, f := range s {
		if f.FileInfo != nil && f.young {
			return true
		}
	}
	return false
}

// stateOf returns the state of a file, with its sum if that is asked for or the file is young.
func stateOf(name string, summed bool) fileState {
	info, err := os.Stat(name)
	if err != nil {
		return fileState{}
	}
	f := fileState{FileInfo: info, young: time.Since(info.ModTime()) < young}
	if f.young || summed {
		f.sum = sum(name, info.IsDir())
	}
	return f
}

func (f fileState) same(before fileState) bool {
	if f.FileInfo == nil || before.FileInfo == nil {
		return f.FileInfo == before.FileInfo
	}
	return os.SameFile(f.FileInfo, before.FileInfo) && f.Size() == before.Size() &&
		f.ModTime().Equal(before.ModTime()) && (!before.young || f.sum == before.sum)
}

// sum is a sum of a file's content, or of the names in a folder.
func sum(name string, isDir bool) (sum [sha256.Size]byte) {
	h := sha256.New()
	if isDir {
		entries, _ := os.ReadDir(name)
		for _, entry := range entries {
			io.WriteString(h, entry.Name()+"\x00")
		}
	} else if file, err := os.Open(name); err == nil {
		io.Copy(h, file)
		file.Close()
	}
	h.Sum(sum[:0])
	return sum
}
