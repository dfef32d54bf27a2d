package local

import (
	"crypto/sha256"
	"io"
	"os"
	"time"

	"sqlambda/cmd/sqlambda/internal/project"
)

// snapshot is what the files of folders looked like at one time, by their names.
type snapshot map[string]fileState

// fileState is a file at one time. A file that was written just before may be written
// again without its time changing, as systems count that in steps of up to 10 ms: of such
// a one, what it holds is kept as well. https://git-scm.com/docs/racy-git
type fileState struct {
	os.FileInfo
	young bool
	sum   [sha256.Size]byte // of a young one
}

// young is the age of a file up to which its time does not tell all.
const young = 50 * time.Millisecond

// again looks at the files again and tells whether they are the same.
func (s snapshot) again(roots []string) (now snapshot, same bool) {
	now, same = make(snapshot, len(s)), true
	for _, root := range roots {
		names, err := (&project.Folder{Root: root}).Sources()
		same = same && err == nil
		for _, name := range names {
			info, err := os.Stat(name)
			if err != nil || !info.Mode().IsRegular() {
				continue
			}
			state := fileState{FileInfo: info}
			before, known := s[name]
			same = same && known && before.looks(info)
			state.young = time.Since(info.ModTime()) < young
			if state.young || before.young {
				state.sum = sum(name)
				same = same && (!before.young || before.sum == state.sum)
			}
			now[name] = state
		}
	}
	return now, same && len(now) == len(s)
}

// looks reports whether a file looks as it did.
func (f fileState) looks(info os.FileInfo) bool {
	return os.SameFile(f.FileInfo, info) && f.Size() == info.Size() && f.ModTime().Equal(info.ModTime())
}

func sum(name string) (sum [sha256.Size]byte) {
	file, err := os.Open(name)
	if err != nil {
		return sum
	}
	defer file.Close()
	h := sha256.New()
	io.Copy(h, file)
	h.Sum(sum[:0])
	return sum
}
