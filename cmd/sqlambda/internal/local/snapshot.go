package local

import (
	"crypto/sha256"
	"io"
	"os"
	"time"

	"sqlambda/cmd/sqlambda/internal/project"
)

// snapshot is what files and folders looked like at one time, by their names.
type snapshot map[string]fileState

// fileState is a file at one time; a file that was not there has no FileInfo. One that
// was written just before may be written again without its time changing, as systems
// count that in steps of up to 10 ms: of such a one, what it holds is kept as well.
// https://git-scm.com/docs/racy-git
type fileState struct {
	os.FileInfo
	young bool
	sum   [sha256.Size]byte // of a young one
}

// young is the age of a file up to which its time does not tell all.
const young = 50 * time.Millisecond

// look adds what decides what the functions of a folder are, as far as it is not there.
// What cannot be read is for who reads the functions to say.
func (s snapshot) look(root string) {
	names, _ := (&project.Folder{Root: root}).Sources()
	for _, name := range names {
		if _, known := s[name]; !known {
			s[name] = stateOf(name, false)
		}
	}
}

// changed looks again and reports whether anything is not as it was. A file that was
// added or taken away changes the folder that it is in, so that no folder is read.
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

// stateOf returns the state of a file, with its sum where that is asked for or needed.
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

// sum is the sum of what a file holds, or of the names in a folder.
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
