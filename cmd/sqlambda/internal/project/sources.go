package project

import (
	"io/fs"
	"path/filepath"
)

// Sources returns the names, absolute, of what decides what the functions of the folder
// are and do: the files of its zip and the folders they are in, what says which files are
// left out, and the templates in it and above. Some need not exist. They are the same as
// long as none of them changes. Where there is an error, the names are those of what may
// mend it.
func (f *Folder) Sources() ([]string, error) {
	names := []string{f.Root, filepath.Join(f.Root, IgnoreFile)}
	for dir := f.Root; ; dir = filepath.Dir(dir) {
		for _, name := range templateFiles {
			names = append(names, filepath.Join(dir, name))
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	err := f.walk(func(name string, _ fs.DirEntry) {
		names = append(names, filepath.Join(f.Root, filepath.FromSlash(name)))
	})
	return names, err
}
