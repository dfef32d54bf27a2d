package suite

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/internal/nearest"
)

// Files that are for all cases of their folder, and of those in it.
const (
	environmentFile = "env"
	databaseFile    = "database.sql"
)

// Find returns the test cases of a function's folder, in the order of their names. An
// error is one of reading the folder; what is wrong with a case is in its Problems.
func Find(folder *project.Folder) ([]*Case, error) {
	list, err := folder.Handlers()
	if err != nil {
		return nil, err
	}
	f := &finder{folder: folder, handlers: list}
	if err := fs.WalkDir(os.DirFS(folder.Root), ".", f.visit); err != nil {
		return nil, err
	}
	slices.SortFunc(f.cases, func(a, b *Case) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.File, b.File))
	})
	for i, c := range f.cases {
		if i > 0 && c.Name == f.cases[i-1].Name {
			c.fault(Problem{File: c.File, Message: "another case has the same name: " + path.Base(f.cases[i-1].File)})
		}
	}
	return f.cases, nil
}

type finder struct {
	folder   *project.Folder
	handlers []project.Handler
	cases    []*Case
}

func (f *finder) visit(name string, entry fs.DirEntry, err error) error {
	switch base := path.Base(name); {
	case err != nil:
		return err
	case !entry.IsDir() || name == ".":
		return nil
	case strings.HasPrefix(base, ".") || base == "node_modules":
		return fs.SkipDir
	case base == project.Events || base == project.Tests:
		if err := f.folderOfCases(name, path.Dir(name), nil); err != nil {
			return err
		}
		return fs.SkipDir
	}
	return nil
}

// folderOfCases finds the cases in a folder, and in those in it, for the handlers of the
// files in beside. Shared are the parts that the folders above have for all cases.
func (f *finder) folderOfCases(name, beside string, shared []*Part) error {
	entries, err := os.ReadDir(filepath.Join(f.folder.Root, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	for _, file := range [...]string{environmentFile, databaseFile} {
		parts, err := f.read(name, file, entries)
		if err != nil {
			return err
		}
		shared = append(slices.Clip(shared), parts...)
	}
	cases := map[string]*parts{}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		if entry.IsDir() {
			if err := f.folderOfCases(path.Join(name, entry.Name()), beside, shared); err != nil {
				return err
			}
			continue
		}
		if err := f.collect(cases, name, entry.Name()); err != nil {
			return err
		}
	}
	for _, p := range cases {
		c := p.build(shared)
		f.assign(c, beside, path.Base(p.name))
		f.cases = append(f.cases, c)
	}
	return nil
}

// collect adds a file to the parts of its case. Files that are of no case are passed over.
func (f *finder) collect(cases map[string]*parts, folder, name string) error {
	stem, part, isPart := splitSidecar(name)
	archive, isArchive := strings.CutSuffix(name, archiveEnding)
	if !isPart && !isArchive {
		return nil
	}
	file := filepath.Join(f.folder.Root, filepath.FromSlash(folder), name)
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	key := stem
	if isArchive {
		key = name // a case of its own, whatever stands beside it
		stem = archive
	}
	p := cases[key]
	if p == nil {
		p = &parts{name: path.Join(folder, stem)}
		cases[key] = p
	}
	if isArchive {
		p.readArchive(file, text)
		return nil
	}
	p.form = sidecars{strings.TrimSuffix(file, name) + stem}
	p.add(&Part{Name: part, File: file, Line: 1, Text: string(text)})
	return nil
}

// read reads a file of a folder, where it is there.
func (f *finder) read(folder, name string, entries []os.DirEntry) ([]*Part, error) {
	if !slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == name && !e.IsDir() }) {
		return nil, nil
	}
	file := filepath.Join(f.folder.Root, filepath.FromSlash(folder), name)
	text, err := os.ReadFile(file)
	return []*Part{{Name: name, File: file, Line: 1, Text: string(text)}}, err
}

// assign decides which handler a case is for: the one that it says or else the one that
// most of its name is the name of.
func (f *finder) assign(c *Case, beside, name string) {
	if said := c.Handler.Name; said != "" {
		if h, ok := project.Find(f.handlers, said); ok {
			c.Handler = h
		} else if h, ok := project.Find(f.handlers, path.Join(beside, said)); ok {
			c.Handler = h
		} else {
			c.fault(Problem{File: c.File, Message: f.missing(said)})
		}
		return
	}
	for end := len(name); end > 0; end = strings.LastIndexByte(name[:end], '-') {
		if h, ok := project.Find(f.handlers, path.Join(beside, name[:end])); ok {
			c.Handler = h
			return
		}
	}
	c.fault(Problem{File: c.File, Message: f.nameless(beside, name)})
}

// missing says that a case is for a handler that there is not.
func (f *finder) missing(said string) string {
	var names []string
	for _, h := range f.handlers {
		names = append(names, h.Name)
	}
	if hint := nearest.Hint(said, names); hint != "" {
		return fmt.Sprintf("there is no handler %s (%s)", said, hint)
	}
	return "there is no handler " + said
}

// nameless says that a name begins with that of no handler.
func (f *finder) nameless(beside, name string) string {
	var names []string
	for _, h := range f.handlers {
		if path.Dir(h.File) == beside {
			names = append(names, path.Base(h.Name))
		}
	}
	if len(names) == 0 {
		return fmt.Sprintf("the name %s is for a handler of %s, which holds none", name, path.Join(beside, "*.sql"))
	}
	hint := cmp.Or(nearest.Hint(name, names), "it begins with "+strings.Join(names, ", ")+", alone or with -WORDS after it")
	return fmt.Sprintf("no handler is named as the case %s (%s)", name, hint)
}
