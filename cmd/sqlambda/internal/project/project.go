// Package project reads the folder of a function on a developer's machine: its handlers
// (handler.go), the files of its zip (packed.go), the functions of its SAM or
// CloudFormation template (template.go), and a function's environment (environment.go).
//
// It reads names and texts. It does not prepare SQL, run a handler or write a file,
// and knows no test cases but where they are kept, which is never in the zip.
package project

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"sqlambda/handlers"
)

// Folder is the folder of a function: the files of its task root, and the developer's own
// beside them.
//
// Handlers and functions are read once: a Folder is for one look at the files.
type Folder struct {
	// Root is the folder's name, absolute.
	Root string

	packed    once[[]string]
	files     once[handlers.List] // the queries of files
	handlers  once[handlers.List]
	template  once[[]Function] // those of the template
	functions once[[]Function]
}

// once reads a value at most once.
type once[T any] struct {
	once  sync.Once
	value T
	err   error
}

func (o *once[T]) get(read func() (T, error)) (T, error) {
	o.once.Do(func() { o.value, o.err = read() })
	return o.value, o.err
}

// Open opens the folder of a function. Root may be relative.
func Open(root string) (*Folder, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(root)
	switch {
	case os.IsNotExist(err):
		return nil, fmt.Errorf("there is no folder %s", root)
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, fmt.Errorf("%s is a file, and not the folder of a function", root)
	}
	return &Folder{Root: root}, nil
}

// Folders returns the folders of the functions below root: those that the template in
// root names as the code of its functions or, without a template, root itself.
func Folders(root string) ([]*Folder, error) {
	folder, err := Open(root)
	if err != nil {
		return nil, err
	}
	functions, err := folder.ofTemplate()
	if err != nil {
		return nil, err
	}
	var folders []*Folder
	for _, fn := range functions {
		if !slices.ContainsFunc(folders, func(f *Folder) bool { return f.Root == fn.Root }) {
			folders = append(folders, &Folder{Root: fn.Root})
		}
	}
	if len(folders) == 0 {
		return []*Folder{folder}, nil
	}
	return folders, nil
}
