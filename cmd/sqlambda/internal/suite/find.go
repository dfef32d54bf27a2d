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
	"sqlambda/handlers"
	"sqlambda/internal/nearest"
)

// Files whose parts all cases of their folder share, and those of the folders in it.
const (
	environmentFile = "env"
	databaseFile    = "database.sql"
)

// Find returns the test cases of a function's folder, ordered by name. An error means that
// the folder could not be read; what is wrong with a case is in its Problems.
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
		return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.File, b.File))
	})
	for i, c := range f.cases {
		if i > 0 && c.Name == f.cases[i-1].Name {
			c.fault(Problem{File: c.File, Message: "another case has the same name: " + path.Base(string(f.cases[i-1].File))})
		}
	}
	return f.cases, nil
}

type finder struct {
	folder   *project.Folder
	handlers handlers.List
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
		return cmp.Or(f.folderOfCases(name, path.Dir(name), nil), fs.SkipDir)
	}
	return nil
}

// folderOfCases finds the cases in a folder, and in the folders in it, for the handlers of
// the files in beside. Shared are the parts that the folders above have for all cases.
func (f *finder) folderOfCases(name, beside string, shared []*Part) error {
	entries, err := os.ReadDir(filepath.Join(f.folder.Root, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	cases := map[string]*parts{}
	var folders, others []string
	for _, entry := range entries {
		switch base := entry.Name(); {
		case strings.HasPrefix(base, "."):
		case entry.IsDir():
			folders = append(folders, path.Join(name, base))
		case base == environmentFile || base == databaseFile:
			file, text, err := f.read(name, base)
			if err != nil {
				return err
			}
			shared = append(slices.Clip(shared), &Part{Name: base, File: file, Line: 1, Text: text})
		default:
			found, err := f.collect(cases, name, base)
			if err != nil {
				return err
			}
			if !found {
				others = append(others, base)
			}
		}
	}
	f.misspelled(cases, name, others)
	for _, p := range cases {
		c := p.build(shared)
		f.assign(c, beside, path.Base(p.name))
		f.cases = append(f.cases, c)
	}
	for _, folder := range folders {
		if err := f.folderOfCases(folder, beside, shared); err != nil {
			return err
		}
	}
	return nil
}

// read reads a file of a folder.
func (f *finder) read(folder, base string) (name project.File, text string, err error) {
	name = project.File(filepath.Join(f.folder.Root, filepath.FromSlash(folder), base))
	data, err := os.ReadFile(string(name))
	return name, string(data), err
}

// collect adds a file to the parts of its case, and reports whether it is of any.
func (f *finder) collect(cases map[string]*parts, folder, base string) (bool, error) {
	stem, part, ok := splitFile(base)
	key := stem
	archive, isArchive := strings.CutSuffix(base, archiveEnding)
	if isArchive {
		stem, key = archive, base // its own case, whatever other files are there
	} else if !ok {
		return false, nil
	}
	file, text, err := f.read(folder, base)
	if err != nil {
		return false, err
	}
	p := cases[key]
	if p == nil {
		p = &parts{name: path.Join(folder, stem), byName: map[string]*Part{}}
		p.form.stem = filepath.Join(filepath.Dir(string(file)), stem)
		cases[key] = p
	}
	if isArchive {
		p.form.archive = string(file)
		p.readArchive([]byte(text))
	} else {
		p.add(&Part{Name: part, File: file, Line: 1, Text: text})
	}
	return true, nil
}

// misspelled adds files that belong to no case to the case whose name they begin with, if
// the rest of the name is nearly the ending of a part, or a part's name with another ending.
func (f *finder) misspelled(cases map[string]*parts, folder string, files []string) {
	var endings []string
	for _, k := range kinds {
		endings = append(endings, k.ending[1:])
	}
	for _, base := range files {
		for stem, p := range cases {
			rest, ok := strings.CutPrefix(base, stem+".")
			if !ok || nearest.Hint(rest, endings) == "" && (fileOf(rest) == "" || strings.Count(rest, ".") > 1) {
				continue
			}
			name := partName(rest)
			if isPart(name) { // which has another ending
				name = "." + rest
			}
			p.add(&Part{Name: name, File: project.File(filepath.Join(f.folder.Root, filepath.FromSlash(folder), base)), Line: 1})
		}
	}
}

// assign decides which handler a case is for: the one that its part handler names or else
// the one with the longest name that the case's own name begins with.
func (f *finder) assign(c *Case, beside, name string) {
	if said := c.Handler.Name; said != "" {
		for _, handler := range [...]string{said, path.Join(beside, said)} {
			if h, ok := f.handlers.Find(handler); ok {
				c.Handler = h
				return
			}
		}
		var names []string
		for _, h := range f.handlers {
			names = append(names, h.Name)
		}
		c.fault(Problem{File: c.File, Message: "there is no handler " + said + " (" + cmp.Or(nearest.Hint(said, names), "the handlers are "+strings.Join(names, ", ")) + ")"})
		return
	}
	for end := len(name); end > 0; end = strings.LastIndexAny(name[:end], "-.") {
		h, ok := f.handlers.Find(path.Join(beside, name[:end]))
		dot := strings.LastIndexByte(name, '.')
		switch {
		case !ok:
			continue
		case dot < end || c.form.archive != "" && name[end] == '-':
			c.Handler = h
			return
		case name[end] == '.' && nearest.Hint(name, f.beside(beside)) != "": // a handler's name, not a part's
		default:
			c.fault(Problem{File: c.File, Message: unknownPart(name[dot+1:])})
			return
		}
	}
	c.fault(Problem{File: c.File, Message: f.nameless(beside, name)})
}

// beside returns the names of the handlers in a folder, without the folder's.
func (f *finder) beside(folder string) (names []string) {
	for _, h := range f.handlers {
		if path.Dir(h.File) == folder {
			names = append(names, path.Base(h.Name))
		}
	}
	return names
}

// nameless says that a name begins with that of no handler.
func (f *finder) nameless(folder, name string) string {
	names := f.beside(folder)
	if len(names) == 0 {
		return fmt.Sprintf("the case %s needs a handler in %s, and there is none", name, path.Join(folder, "*.sql"))
	}
	return fmt.Sprintf("no handler has the name of the case %s (%s)", name,
		cmp.Or(nearest.Hint(name, names), "it begins with "+strings.Join(names, ", ")+", alone or followed by -WORDS"))
}
