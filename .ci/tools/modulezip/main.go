// Command modulezip makes a module zip of the files that git tracks, as a module proxy does,
// and throws it away. It fails where a proxy would refuse the repository, such as at a file
// name that a zip or another system cannot hold: https://go.dev/ref/mod#zip-files.
//
//	modulezip REPOSITORY
package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: modulezip REPOSITORY")
		os.Exit(2)
	}
	if err := check(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "modulezip:", err)
		os.Exit(1)
	}
}

func check(root string) error {
	names, err := exec.Command("git", "-C", root, "ls-files", "-z").Output()
	if err != nil {
		return fmt.Errorf("git ls-files: %w", err)
	}
	var files []zip.File
	for name := range strings.SplitSeq(strings.TrimSuffix(string(names), "\x00"), "\x00") {
		files = append(files, file{root, name})
	}
	checked, err := zip.CheckFiles(files)
	if err != nil {
		return err
	}
	if len(checked.Valid) == 0 {
		return fmt.Errorf("%s has no files", root)
	}
	// A proxy's module path has a dot in it; the files are the same.
	return zip.Create(io.Discard, module.Version{Path: "example.com/sqlambda", Version: "v0.0.0"}, files)
}

// file is a file of the repository.
type file struct{ root, name string }

func (f file) Path() string                 { return f.name }
func (f file) Lstat() (os.FileInfo, error)  { return os.Lstat(filepath.Join(f.root, f.name)) }
func (f file) Open() (io.ReadCloser, error) { return os.Open(filepath.Join(f.root, f.name)) }
