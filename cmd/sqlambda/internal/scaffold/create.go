package scaffold

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// NotEmptyError is a folder that a project cannot be made in, since it would mix with
// what is there.
type NotEmptyError struct {
	// Folder is the folder's name as it was given.
	Folder string
	// Names are what it holds.
	Names []string
}

// Error names a few of what the folder holds.
func (e *NotEmptyError) Error() string {
	const shown = 3
	held := strings.Join(e.Names[:min(len(e.Names), shown)], ", ")
	if more := len(e.Names) - shown; more > 0 {
		held = fmt.Sprintf("%s and %d more", held, more)
	}
	return fmt.Sprintf("the folder %s is not empty: it holds %s", e.Folder, held)
}

// Create makes a project in a folder, and returns the names of its files, relative to
// the folder, with slashes. The folder is made, or is there and empty but for .git:
// anything else is a [*NotEmptyError]. Where a file cannot be written, what has been
// made is removed again.
func (t Template) Create(folder string) (names []string, err error) {
	project, err := Name(folder)
	if err != nil {
		return nil, err
	}
	list, err := t.files(project)
	if err != nil {
		return nil, err
	}
	if err := vacant(folder); err != nil {
		return nil, err
	}
	var made creation
	defer func() {
		if err != nil {
			err = errors.Join(err, made.undo())
		}
	}()
	for _, f := range list {
		if err := made.file(filepath.Join(folder, filepath.FromSlash(f.name)), f.text); err != nil {
			return nil, err
		}
		names = append(names, f.name)
	}
	return names, nil
}

// vacant fails where a folder holds anything.
func vacant(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var names []string
	for _, entry := range entries {
		if entry.Name() != ".git" {
			names = append(names, entry.Name())
		}
	}
	if len(names) > 0 {
		return &NotEmptyError{folder, names}
	}
	return nil
}

// creation is the list of the files and folders that were made, in order.
type creation []string

// file makes a file, which must not exist, and the folders that it is in.
func (c *creation) file(name string, text []byte) error {
	if err := c.folder(filepath.Dir(name)); err != nil {
		return err
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	*c = append(*c, name)
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

// folder makes a folder and those that it is in, where they do not exist.
func (c *creation) folder(name string) error {
	err := os.Mkdir(name, 0o755)
	switch {
	case err == nil:
		*c = append(*c, name)
		return nil
	case errors.Is(err, fs.ErrNotExist) && filepath.Dir(name) != name:
		if err := c.folder(filepath.Dir(name)); err != nil {
			return err
		}
		return c.folder(name)
	case errors.Is(err, fs.ErrExist):
		return nil // a file of that name is found out by what is made in it
	}
	return err
}

// undo removes what was made, the last first.
func (c creation) undo() error {
	var all []error
	for _, name := range slices.Backward(c) {
		all = append(all, os.Remove(name))
	}
	return errors.Join(all...)
}
