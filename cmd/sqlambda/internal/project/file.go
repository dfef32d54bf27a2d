package project

import (
	"path/filepath"
	"strings"
)

// File is the absolute name of a file on this machine, or empty where there is none, or $NAME
// for SQL in a variable. People and programs are shown it relative to the current folder.
type File string

// FileIn returns a file of a folder by its name with slashes, or $NAME as it is.
func FileIn(root, name string) File {
	if strings.HasPrefix(name, "$") {
		return File(name)
	}
	return File(filepath.Join(root, filepath.FromSlash(name)))
}

// From returns the name as it is seen from a folder.
func (f File) From(folder string) string {
	folder, err := filepath.Abs(folder)
	if f == "" || f[0] == '$' || err != nil {
		return string(f)
	}
	if name, err := filepath.Rel(folder, string(f)); err == nil {
		return name
	}
	return string(f)
}

// String returns the name as it is seen from the current folder.
func (f File) String() string { return f.From(".") }

// MarshalText returns that name with slashes, as JSON and XML have it.
func (f File) MarshalText() ([]byte, error) { return []byte(filepath.ToSlash(f.String())), nil }
