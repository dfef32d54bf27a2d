package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// IgnoreFile is the file in a function's folder that lists what its zip leaves out,
// in the syntax of .dockerignore:
// https://docs.docker.com/build/concepts/context/#dockerignore-files.
const IgnoreFile = ".sqlambdaignore"

// Folders that hold test cases.
const (
	Events = "events"
	Tests  = "tests"
)

// leftOut are the files that a function does not need; an IgnoreFile may take one back
// with "!".
var leftOut = []string{
	"template.yaml", "template.yml", "template.json", "samconfig.*",
	"**/*.md", "**/*.zip", "**/Makefile", "**/node_modules", "Dockerfile",
}

// neverPacked are what no IgnoreFile can take back: test cases, and what is hidden, as
// .git and .env.
var neverPacked = []string{"**/" + Events, "**/" + Tests, "**/.*"}

// Packed returns the names of the files that belong in the function's zip, relative to
// its root, with slashes, in order. They are what is not left out: regular files and
// symbolic links.
func (f *Folder) Packed() ([]string, error) {
	return f.packed.get(func() (names []string, err error) {
		err = f.walk(func(name string, entry fs.DirEntry) {
			if !entry.IsDir() {
				names = append(names, name)
			}
		})
		return names, err
	})
}

// Sources returns the names, absolute, of what decides what the functions of the folder
// are and do: the files of its zip and the folders they are in, what says which files are
// left out, and the templates in it and above. Some need not exist. They are the same as
// long as none of them changes. Where there is an error, the names are those of what may
// mend it.
func (f *Folder) Sources() ([]string, error) {
	names := []string{f.Root, filepath.Join(f.Root, IgnoreFile)}
	for _, dir := range f.andAbove() {
		for _, name := range templateFiles {
			names = append(names, filepath.Join(dir, name))
		}
	}
	err := f.walk(func(name string, _ fs.DirEntry) {
		names = append(names, filepath.Join(f.Root, filepath.FromSlash(name)))
	})
	return names, err
}

// walk visits the files that belong in the zip and the folders in which there may be
// more of them, the root among them.
func (f *Folder) walk(visit func(name string, entry fs.DirEntry)) error {
	ignored, err := f.ignored()
	if err != nil {
		return err
	}
	return fs.WalkDir(os.DirFS(f.Root), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		left := false
		if name != "." {
			left, err = ignored.MatchesOrParentMatches(name)
		}
		switch {
		case err != nil:
			return err
		case entry.IsDir() && left && !ignored.Exclusions():
			return fs.SkipDir
		case entry.IsDir() || !left:
			visit(name, entry)
		}
		return nil
	})
}

// ignored matches what is left out of the zip.
func (f *Folder) ignored() (*patternmatcher.PatternMatcher, error) {
	own, err := readIgnored(filepath.Join(f.Root, IgnoreFile))
	if err != nil {
		return nil, err
	}
	return patternmatcher.New(slices.Concat(leftOut, own, neverPacked))
}

// readIgnored reads the patterns of an IgnoreFile, each by itself: what is wrong with one
// is told with its line. There may be no such file.
func readIgnored(name string) ([]string, error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var patterns []string
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		own, err := ignorefile.ReadAll(strings.NewReader(line))
		if err == nil {
			_, err = patternmatcher.New(own)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %s: %w", name, number, strings.TrimSpace(line), err)
		}
		patterns = append(patterns, own...)
	}
	return patterns, nil
}
