package suite

import (
	"cmp"
	"fmt"
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
	if err := f.walk(".", "", nil); err != nil {
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

// Handlers returns the handlers of a folder with those that its cases name.
func Handlers(folder *project.Folder, cases []*Case) (handlers.List, error) {
	list, err := folder.Handlers()
	list = slices.Clone(list)
	for _, c := range cases {
		if c.Handler.File != "" && !slices.Contains(list, c.Handler) {
			list = append(list, c.Handler)
		}
	}
	return list, err
}

type finder struct {
	folder   *project.Folder
	handlers handlers.List
	cases    []*Case
}

// walk finds the cases in a folder, and in the folders in it, for the handlers of the files
// in beside; it is empty outside of folders for cases. Shared are the parts that the folders
// above have for all cases.
func (f *finder) walk(name, beside string, shared []*Part) error {
	entries, err := os.ReadDir(f.file(name, ""))
	if err != nil {
		return err
	}
	cases := map[string]*Case{}
	var folders, others []string
	for _, entry := range entries {
		base := entry.Name()
		stem, part, ok := splitFile(base)
		if base == environmentFile || base == databaseFile { // of all cases
			part, ok = base, true
		}
		switch {
		case strings.HasPrefix(base, ".") || base == "node_modules" || beside == "" && !entry.IsDir():
			continue
		case entry.IsDir():
			folders = append(folders, base)
			continue
		case !ok:
			others = append(others, base)
			continue
		}
		file := f.file(name, base)
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		read := &Part{Name: part, File: project.File(file), Line: 1, Text: string(text)}
		if part == base {
			shared = append(slices.Clip(shared), read)
			continue
		}
		key, kept := stem, form{stem: f.file(name, stem)}
		if part == "" { // an archive is a case of its own, whatever other files are there
			key, kept = base, form{archive: file}
		}
		if cases[key] == nil {
			cases[key] = &Case{Name: path.Join(name, stem), Variables: map[string]string{}, form: kept, parts: map[string]*Part{}}
		}
		cases[key].add(read)
	}
	f.misspelled(cases, name, others)
	for _, c := range cases {
		c.readParts(shared)
		f.assign(c, beside, path.Base(c.Name))
		f.cases = append(f.cases, c)
	}
	for _, base := range folders {
		of := beside
		if of == "" && (base == project.Events || base == project.Tests) {
			of = name
		}
		if err := f.walk(path.Join(name, base), of, shared); err != nil {
			return err
		}
	}
	return nil
}

// file returns the name of a file of a folder on this machine.
func (f *finder) file(folder, base string) string {
	return filepath.Join(f.folder.Root, filepath.FromSlash(folder), base)
}

// misspelled adds files that belong to no case to the case whose name they begin with, if
// the rest of the name is nearly the ending of a part, or a part's name with another ending.
func (f *finder) misspelled(cases map[string]*Case, folder string, files []string) {
	var endings []string
	for _, k := range kinds {
		if k.read != nil {
			endings = append(endings, k.ending[1:])
		}
	}
	for _, base := range files {
		for stem, c := range cases {
			rest, ok := strings.CutPrefix(base, stem+".")
			if !ok || nearest.Hint(rest, endings) == "" && (fileOf(rest) == "" || strings.Count(rest, ".") > 1) {
				continue
			}
			name := partName(rest)
			if _, _, known := kindOf(name); known { // with another ending
				name = "." + rest
			}
			c.add(&Part{Name: name, File: project.File(f.file(folder, base)), Line: 1})
		}
	}
}

// assign decides which handler a case is for: the one that its part handler names or else
// the one with the longest name that the case's own name begins with.
func (f *finder) assign(c *Case, beside, name string) {
	defer func() { c.judgeParts() }()
	if said := c.Handler.Name; said != "" {
		for _, handler := range [...]string{said, path.Join(beside, said)} {
			if h, ok := f.find(handler, c); ok {
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
		h, ok := f.find(path.Join(beside, name[:end]), c)
		if !ok && beside == "." {
			h, ok = f.find("$"+name[:end], c)
		}
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
	message := fmt.Sprintf("the case %s needs a handler in %s, and there is none", name, path.Join(beside, "*.sql"))
	if names := f.beside(beside); len(names) > 0 {
		message = fmt.Sprintf("no handler has the name of the case %s (%s)", name,
			cmp.Or(nearest.Hint(name, names), "it begins with "+strings.Join(names, ", ")+", alone or followed by -WORDS"))
	}
	c.fault(Problem{File: c.File, Message: message})
}

// find returns the handler that a handler string means for a case: one of the folder, an
// executable, SQL in a variable of the case, or that of the function with such a name.
func (f *finder) find(handler string, c *Case) (project.Handler, bool) {
	if h, ok := f.handlers.Find(handler); ok {
		return h, true
	}
	if f.folder.Holds(handler) {
		return handlers.ListedExecutable(handler), true
	}
	functions, _ := f.folder.Functions() // an error of the template is told elsewhere
	for _, fn := range functions {
		if fn.Variable() != "" && (handler == fn.LogicalID || handler == fn.Name) {
			return f.folder.HandlerOf(fn)
		}
	}
	variable, ok := strings.CutPrefix(handler, "$")
	variable, _, _ = strings.Cut(variable, ".")
	text, set := c.Variables[variable]
	return handlers.ListedInline(handler, text), ok && set
}

// beside returns the names of the handlers in a folder, without the folder's.
func (f *finder) beside(folder string) (names []string) {
	for _, h := range f.handlers {
		if path.Dir(h.File) == folder {
			names = append(names, path.Base(h.Name))
		}
	}
	executables, _ := f.folder.Executables() // what cannot be read is told elsewhere
	for _, name := range executables {
		if base := path.Base(name); path.Dir(name) == folder && !slices.Contains(names, base) {
			names = append(names, base)
		}
	}
	return names
}
