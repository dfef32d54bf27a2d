package local

import (
	"io/fs"
	"maps"
	"os"
	"time"

	"sqlambda/cmd/sqlambda/internal/project"
)

// snapshot holds what files and folders looked like at one time, by their names; a file that
// did not exist is nil.
type snapshot map[string]fs.FileInfo

const (
	// young is the age up to which a file may be half of what is being saved, and may change
	// without a change of its time, which systems count in steps of up to 10 ms.
	// https://git-scm.com/docs/racy-git
	young = 50 * time.Millisecond
	// saveTime is how long a file may be written.
	saveTime = 2 * time.Second
)

// look adds the files that decide what the functions of a folder are. It waits while one of
// them is young. Whoever reads the functions reports what cannot be read.
func (s snapshot) look(root string) {
	for end := time.Now().Add(saveTime); ; time.Sleep(young / 10) {
		now, busy := snapshot{}, false
		names, _ := (&project.Folder{Root: root}).Sources()
		for _, name := range names {
			info, err := os.Stat(name)
			now[name] = info
			if err == nil {
				age := time.Since(info.ModTime()) // below zero where another machine's clock is ahead
				busy = busy || -saveTime < age && age < young
			}
		}
		if !busy || time.Now().After(end) {
			maps.Copy(now, s) // what was seen first may have been read since
			maps.Copy(s, now)
			return
		}
	}
}

// changed looks again and reports whether anything has changed. A file that was added or
// removed changes its folder, so that no folder is read.
func (s snapshot) changed() bool {
	for name, before := range s {
		now, err := os.Stat(name)
		switch {
		case err != nil || before == nil:
			if err == nil || before != nil {
				return true
			}
		case !os.SameFile(now, before) || now.Size() != before.Size() || now.Mode() != before.Mode() || !now.ModTime().Equal(before.ModTime()):
			return true
		}
	}
	return false
}
