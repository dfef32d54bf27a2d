package handlers

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sqlambda/handlers/script"
	"sqlambda/handlers/syntax"
	"sqlambda/internal/nearest"
)

const (
	extension = ".sql"
	initFile  = "init.sql"
	mainQuery = "main"

	bootstrapFile = "bootstrap" // of a runtime in the zip: it is no handler

	maxFile   = 1 << 20 // bytes of a handler's file, SQLite's limit for a statement
	maxListed = 20      // files that a message lists
)

// find reads the file that the handler string names, and init.sql. The string H means, in this
// order: the file H.sql, a query that a file holds, the executable file H; $NAME is the SQL
// in a variable of the environment.
func (l *loading) find(root *os.Root) error {
	files := root.FS()
	text, ok, err := read(files, initFile)
	if err != nil {
		return newError(InitFailed, "%v", err)
	}
	if ok {
		file, problems := syntax.ParseInit(initFile, text)
		l.init = file
		l.report(InvalidHandler, problems...)
	}
	if strings.HasPrefix(l.config.Handler, "$") {
		return l.findInline()
	}
	meant, err := candidates(l.config.Handler)
	if err != nil {
		return err
	}
	for _, c := range meant {
		text, ok, err := read(files, c.File)
		if err != nil { // os.Root refuses a link that leaves it
			return newError(HandlerNotFound, "%v", err)
		}
		if !ok {
			continue
		}
		if err := l.parse(text, c); err == nil || c.Query == "" || !executableIn(root, l.config.Handler) {
			return err
		}
	}
	if executableIn(root, l.config.Handler) {
		l.Plan, l.init = Plan{Script: path.Clean(l.config.Handler)}, nil
		return nil
	}
	return notFound(root, l.config.Handler)
}

// findInline reads the variable of the environment that the handler string $NAME names, or
// $NAME.query.
func (l *loading) findInline() error {
	name, query, _ := strings.Cut(l.config.Handler[1:], ".")
	text, ok := l.config.LookupEnv(name)
	switch {
	case name == "":
		return newError(HandlerNotFound, "the handler %q names no variable: $QUERY runs the SQL in the variable QUERY", l.config.Handler)
	case Secret(name):
		return newError(HandlerNotFound, "the handler %q names a variable that is hidden from SQL", l.config.Handler)
	case !ok:
		return newError(HandlerNotFound, "the handler %q names a variable that is not set%s: its value is SQL", l.config.Handler, l.nearestVariable(name))
	}
	return l.parse(text, Listed{File: "$" + name, Query: query})
}

// nearestVariable asks whether another variable of the environment was meant.
func (l *loading) nearestVariable(name string) string {
	var names []string
	if l.config.Environ != nil {
		for _, variable := range l.config.Environ() {
			if other, _, _ := strings.Cut(variable, "="); !Secret(other) {
				names = append(names, "$"+other)
			}
		}
	}
	return didYouMean("$"+name, names)
}

// executableIn reports whether a file of the task root can be run. A link must not leave it.
func executableIn(root *os.Root, name string) bool {
	info, err := root.Stat(name)
	return err == nil && info.Mode().IsRegular() && script.Executable(filepath.Join(root.Name(), name))
}

// parse reads the text of the handler's file. A query that it does not hold may be missing
// because the text is wrong.
func (l *loading) parse(text string, meant Listed) error {
	file, problems := syntax.Parse(meant.File, text)
	l.File = file
	l.report(InvalidHandler, problems...)
	var names []string
	for _, q := range file.Queries {
		names = append(names, q.Name)
	}
	var ok bool
	if l.Query, ok = file.Query(choose(names, meant.Query)); ok || len(problems) > 0 {
		return nil
	}
	stem := strings.TrimSuffix(file.Name, extension)
	switch {
	case meant.Query == "":
		return newError(HandlerNotFound, "the handler %q names the file %s, which holds several queries and none named main: name one, as in %s",
			l.config.Handler, file.Name, stem+"."+strings.Join(names, ", "+stem+"."))
	case names[0] == "":
		return newError(HandlerNotFound, "the handler %q names the query %s in %s, which is a script without named queries: the handler %s runs it",
			l.config.Handler, meant.Query, file.Name, stem)
	}
	return newError(HandlerNotFound, "there is no query %s in %s%s: it holds %s", meant.Query, file.Name,
		didYouMean(meant.Query, names), strings.Join(names, ", "))
}

// candidates returns the files that a handler string may mean, each with the query's name
// if the string has one too. The first of them that exists is meant: a file whose own name
// is the whole string wins.
func candidates(handler string) ([]Listed, error) {
	switch {
	case handler == "":
		return nil, newError(HandlerNotFound, "the handler is empty: it names a file, as orders or orders.sql, or a query in it, as orders.list")
	case !filepath.IsLocal(handler):
		return nil, newError(HandlerNotFound, "the handler %q leads out of the task root: it names a file below it, as orders or api/orders", handler)
	}
	list := []Listed{{File: fileOf(handler)}}
	if dot := strings.LastIndexByte(handler, '.'); dot > strings.LastIndexByte(handler, '/')+1 {
		list = append(list, Listed{File: fileOf(handler[:dot]), Query: handler[dot+1:]})
	}
	return list, nil
}

func fileOf(name string) string { return path.Clean(strings.TrimSuffix(name, extension) + extension) }

// choose returns the query that a name means, of those that a file holds: without a name
// the only one, or the one named main.
func choose(queries []string, name string) string {
	if name == "" && len(queries) == 1 {
		return queries[0]
	}
	return cmp.Or(name, mainQuery)
}

// read returns the text of a file; ok is false if there is none of that name.
func read(root fs.FS, name string) (text string, ok bool, err error) {
	info, err := fs.Stat(root, name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.IsDir() {
		return "", false, nil
	}
	var content []byte
	if err == nil && info.Size() > maxFile {
		err = errors.New("it is larger than 1 MiB")
	} else if err == nil {
		content, err = fs.ReadFile(root, name)
	}
	if err != nil {
		if of := (*fs.PathError)(nil); errors.As(err, &of) {
			err = of.Err
		}
		return "", false, fmt.Errorf("cannot read %s: %w", name, err)
	}
	return string(content), true, nil
}

// notFound is the error of a file that does not exist. It lists the handlers that do.
func notFound(root *os.Root, handler string) *Error {
	if info, err := root.Stat(handler); err == nil && info.Mode().IsRegular() {
		_, err := script.Command(filepath.Join(root.Name(), handler))
		return newError(HandlerNotFound, "the handler %q names a file that is no program: %v", handler, err)
	}
	var files, names []string
	var executables List
	fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
		case entry.IsDir() && len(name) > 1 && entry.Name()[0] == '.': // as .git, with its hooks
			return fs.SkipDir
		case path.Ext(name) == extension:
			files = append(files, name)
		case entry.Type().IsRegular() && name != bootstrapFile && executableIn(root, name):
			executables = append(executables, ListedExecutable(name))
		}
		if len(files)+len(executables) == maxListed {
			return fs.SkipAll
		}
		return nil
	})
	list, _ := ListHandlers(root.FS(), files)
	list = append(list, executables...)
	for _, h := range list {
		names = append(names, h.Name)
	}
	if len(names) == 0 {
		return newError(HandlerNotFound, "no file for the handler %q: there is no .sql file and no executable in the task root %s", handler, root.Name())
	}
	return newError(HandlerNotFound, "no file for the handler %q%s: the task root %s holds %s", handler,
		didYouMean(handler, names), root.Name(), strings.Join(names, ", "))
}

func didYouMean(name string, candidates []string) string {
	if hint := nearest.Hint(name, candidates); hint != "" {
		return " (" + hint + ")"
	}
	return ""
}

// Listed is a handler of a task root: a query of a file, or an executable, and the string
// that names it.
type Listed struct {
	// Name is the shortest handler string that means the query: "api/orders.list", or
	// "api/orders" for a script and for the only query of a file.
	Name string
	// File is the file's name, relative to the root: "api/orders.sql", "bin/score". It is
	// "$NAME" for SQL in a variable of the environment.
	File string
	// Query is the query's name; empty for a script, and for an executable.
	Query string
}

// ListedExecutable is the executable with a name, as it is listed.
func ListedExecutable(name string) Listed {
	name = path.Clean(name)
	return Listed{Name: name, File: name}
}

// ListedInline is the query that a handler string such as $NAME or $NAME.query means, as it
// is listed, where the variable has the text.
func ListedInline(handler, text string) Listed {
	variable, query, _ := strings.Cut(handler, ".")
	file, _ := syntax.Parse(variable, text)
	var names []string
	for _, q := range file.Queries {
		names = append(names, q.Name)
	}
	return Listed{Name: handler, File: variable, Query: choose(names, query)}
}

// IsInline reports whether the handler is SQL in a variable.
func (h Listed) IsInline() bool { return strings.HasPrefix(h.File, "$") }

// IsExecutable reports whether the handler is an executable file.
func (h Listed) IsExecutable() bool {
	return h.File != "" && !h.IsInline() && path.Ext(h.File) != extension
}

// List is the handlers of a task root, in the order of files and queries.
type List []Listed

// ListHandlers returns the handlers of files, whose names are relative to root. Only .sql
// files have handlers, and init.sql has none. The error tells the files that cannot be read.
func ListHandlers(root fs.FS, files []string) (list List, failures error) {
	for _, name := range files {
		if path.Ext(name) != extension || name == initFile {
			continue
		}
		text, ok, err := read(root, name)
		failures = errors.Join(failures, err)
		if !ok {
			continue
		}
		file, _ := syntax.Parse(name, text)
		for _, q := range file.Queries {
			list = append(list, Listed{File: name, Query: q.Name})
		}
	}
	for i, h := range list {
		list[i].Name = append(list.Spellings(h), h.File+"."+h.Query)[0]
	}
	return list, failures
}

// Spellings returns the handler strings that mean a handler, the shortest first: the file
// with and without its extension, and both with the query, which come first if the file
// holds several. The file a.b.sql wins over the query b of a.sql, which then is a.sql.b.
func (l List) Spellings(h Listed) []string {
	if h.IsExecutable() || h.IsInline() {
		return []string{h.Name}
	}
	stem := strings.TrimSuffix(h.File, extension)
	files, queries := []string{stem, h.File}, []string{stem + "." + h.Query, h.File + "." + h.Query}
	if len(l.queries(h.File)) > 1 {
		files, queries = queries, files
	}
	return slices.DeleteFunc(append(files, queries...), func(name string) bool {
		found, ok := l.Find(name)
		return !ok || found.File != h.File || found.Query != h.Query
	})
}

// Find returns the handler that a handler string means, by the rules of Load.
func (l List) Find(handler string) (h Listed, ok bool) {
	meant, _ := candidates(handler)
	for _, c := range meant {
		if queries := l.queries(c.File); queries != nil {
			c.Query = choose(queries, c.Query)
			i := slices.IndexFunc(l, func(h Listed) bool { return h.File == c.File && h.Query == c.Query })
			if i >= 0 {
				return l[i], true
			}
			break
		}
	}
	i := slices.IndexFunc(l, func(h Listed) bool {
		return h.IsInline() && h.Name == handler || h.IsExecutable() && h.File == path.Clean(handler)
	})
	if i < 0 {
		return h, false
	}
	return l[i], true
}

// queries returns the names of a file's queries, nil for a file without handlers.
func (l List) queries(file string) (names []string) {
	for _, h := range l {
		if h.File == file {
			names = append(names, h.Query)
		}
	}
	return names
}
