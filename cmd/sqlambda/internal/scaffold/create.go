package scaffold

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// NotEmptyError says that a project cannot be made in a folder, since it would mix with
// the files there.
type NotEmptyError struct {
	// Folder is the folder's name as it was given.
	Folder string
	// Names are the names of its files.
	Names []string
}

// Error names a few of the files.
func (e *NotEmptyError) Error() string {
	const shown = 3
	held := strings.Join(e.Names[:min(len(e.Names), shown)], ", ")
	if more := len(e.Names) - shown; more > 0 {
		held = fmt.Sprintf("%s and %d more", held, more)
	}
	return fmt.Sprintf("the folder %s is not empty: it holds %s", e.Folder, held)
}

// Create makes a project in a folder, and returns the names of its files, relative to
// the folder, with slashes. The folder is made, or is empty but for .git: anything else is
// a [*NotEmptyError]. If a file cannot be written, the others are removed again.
func (t Template) Create(folder string) ([]string, error) {
	project, err := Name(folder)
	if err != nil {
		return nil, err
	}
	list, err := t.files(project)
	if err != nil {
		return nil, err
	}
	made, err := occupied(folder)
	if err != nil {
		return nil, err
	}
	if len(made) > 0 {
		return nil, &NotEmptyError{folder, made}
	}
	return write(folder, list)
}

// write writes the files of a project, all of them or none.
func write(folder string, list []file) (names []string, err error) {
	_, err = os.Stat(folder)
	isNew := errors.Is(err, fs.ErrNotExist)
	for _, f := range list {
		if err := create(filepath.Join(folder, filepath.FromSlash(f.name)), f.text); err != nil {
			return nil, errors.Join(err, undo(folder, isNew))
		}
		names = append(names, f.name)
	}
	return names, nil
}

// occupied returns the names of what a folder holds, without .git; nothing if there is no
// such folder.
func occupied(folder string) (names []string, err error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, entry := range entries {
		if entry.Name() != ".git" {
			names = append(names, entry.Name())
		}
	}
	return names, err
}

// create writes a file that does not exist yet, and makes its folders.
func create(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

// undo removes a folder that was made, or empties one that was empty before.
func undo(folder string, isNew bool) error {
	if isNew {
		return os.RemoveAll(folder)
	}
	names, err := occupied(folder)
	for _, name := range names {
		err = errors.Join(err, os.RemoveAll(filepath.Join(folder, name)))
	}
	return err
}
