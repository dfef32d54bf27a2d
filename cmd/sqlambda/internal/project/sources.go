package project

import "path/filepath"

// Sources returns the names, absolute, of the files that decide what the functions of
// the folder are and do: those of its zip, what says which files are left out, and the
// templates in it and above. Only the first are known to exist.
func (f *Folder) Sources() ([]string, error) {
	packed, err := f.Packed()
	if err != nil {
		return nil, err
	}
	names := []string{filepath.Join(f.Root, IgnoreFile)}
	for _, name := range packed {
		names = append(names, filepath.Join(f.Root, filepath.FromSlash(name)))
	}
	for dir := f.Root; ; dir = filepath.Dir(dir) {
		for _, name := range templateFiles {
			names = append(names, filepath.Join(dir, name))
		}
		if dir == filepath.Dir(dir) {
			return names, nil
		}
	}
}
