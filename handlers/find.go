package handlers

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sqlambda/handlers/syntax"
	"sqlambda/internal/nearest"
)

const (
	extension = ".sql"
	initFile  = "init.sql"
	mainQuery = "main"

	maxFile   = 1 << 20 // bytes of a handler's file, SQLite's limit for a statement
	maxListed = 20      // files that a message lists
)

// source is the text that a handler string names.
type source struct {
	init     *syntax.File // init.sql, or nil
	file     *syntax.File
	query    *syntax.Query
	problems []syntax.Problem // of the texts
}

// find reads the file that a handler string names, and init.sql.
func find(root *os.Root, handler string) (*source, error) {
	files := root.FS()
	name, query, err := locate(handler, func(name string) (bool, error) { return isFile(files, name) })
	if err == errNoFile {
		err = notFound(root, handler)
	}
	if err != nil {
		return nil, err
	}
	s := &source{}
	if err := s.read(files, name); err != nil {
		return nil, err
	}
	if s.query = choose(s.file, query); s.query == nil && !s.wrong(s.file) {
		return nil, s.noQuery(handler, query)
	}
	return s, nil
}

// read reads a handler's file, and init.sql.
func (s *source) read(root fs.FS, name string) error {
	text, err := read(root, name)
	if err != nil {
		return newError(HandlerNotFound, "cannot read %s: %v", name, reason(err))
	}
	if err := s.readInit(root); err != nil {
		return err
	}
	var problems []syntax.Problem
	s.file, problems = syntax.Parse(name, text)
	s.problems = append(s.problems, problems...)
	return nil
}

func (s *source) readInit(root fs.FS) error {
	text, err := read(root, initFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return newError(InitFailed, "cannot read %s: %v", initFile, reason(err))
	}
	var problems []syntax.Problem
	s.init, problems = syntax.ParseInit(initFile, text)
	s.problems = append(s.problems, problems...)
	return nil
}

// runnable reports whether the text can be given to SQLite: init.sql is right, and
// there is a query.
func (s *source) runnable() bool { return s.query != nil && !s.wrong(s.init) }

// wrong reports whether the text of a file has a problem.
func (s *source) wrong(file *syntax.File) bool {
	return slices.ContainsFunc(s.problems, func(p syntax.Problem) bool { return file != nil && p.File == file.Name })
}

// mistaken reports whether the text of a statement has a problem.
func (s *source) mistaken(file *syntax.File, statement *syntax.Statement) bool {
	return slices.ContainsFunc(s.problems, func(p syntax.Problem) bool {
		return p.File == file.Name && p.Offset >= statement.Offset && p.Offset <= statement.Offset+len(statement.Text)
	})
}

// errNoFile says that a handler string names no file.
var errNoFile = errors.New("no file for the handler")

// locate returns the file that a handler string names, and the query's name where it
// names one too. A file whose own name is the whole string wins.
func locate(handler string, exists func(name string) (bool, error)) (file, query string, err error) {
	if handler == "" {
		return "", "", newError(HandlerNotFound, "the handler is empty: it names a file, as orders or orders.sql, or a query in it, as orders.list")
	}
	if !filepath.IsLocal(handler) {
		return "", "", newError(HandlerNotFound, "the handler %q leads out of the task root: it names a file below it, as orders or api/orders", handler)
	}
	whole := path.Clean(strings.TrimSuffix(handler, extension) + extension)
	found, err := exists(whole)
	if found || err != nil {
		return whole, "", err
	}
	if dot := strings.LastIndexByte(handler, '.'); dot > strings.LastIndexByte(handler, '/')+1 {
		part := path.Clean(strings.TrimSuffix(handler[:dot], extension) + extension)
		found, err = exists(part)
		if found || err != nil {
			return part, handler[dot+1:], err
		}
	}
	return "", "", errNoFile
}

func isFile(root fs.FS, name string) (bool, error) {
	info, err := fs.Stat(root, name)
	switch {
	case err == nil:
		return !info.IsDir(), nil
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	default: // os.Root refuses a link that leaves it
		return false, newError(HandlerNotFound, "the handler cannot be the file %s: %v", name, reason(err))
	}
}

// reason is an error of a file without its operation and name.
func reason(err error) error {
	var of *fs.PathError
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}

func read(root fs.FS, name string) (string, error) {
	f, err := root.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	if info.Size() > maxFile {
		return "", errors.New("it is larger than 1 MiB")
	}
	text := make([]byte, info.Size())
	if _, err := io.ReadFull(f, text); err != nil {
		return "", err
	}
	return string(text), nil
}

// choose returns the query of a file that a name means; without a name its only
// one, or the one named main.
func choose(file *syntax.File, name string) *syntax.Query {
	if name == "" {
		if len(file.Queries) == 1 {
			return file.Queries[0]
		}
		name = mainQuery
	}
	q, _ := file.Query(name)
	return q
}

// noQuery is the error of a query that a file does not hold.
func (s *source) noQuery(handler, name string) *Error {
	file := s.file.Name
	names := queryNames(s.file)
	switch {
	case name == "":
		return newError(HandlerNotFound, "the handler %q names the file %s, which holds several queries and none named main: name one, as in %s",
			handler, file, strings.Join(qualified(file, names), ", "))
	case len(names) == 0:
		return newError(HandlerNotFound, "the handler %q names the query %s in %s, which is a script without named queries: the handler %s runs it",
			handler, name, file, strings.TrimSuffix(file, extension))
	}
	return newError(HandlerNotFound, "there is no query %s in %s%s: it holds %s", name, file,
		didYouMean(name, names), strings.Join(names, ", "))
}

func queryNames(file *syntax.File) []string {
	var names []string
	for _, q := range file.Queries {
		if q.Name != "" {
			names = append(names, q.Name)
		}
	}
	return names
}

func qualified(file string, queries []string) []string {
	names := make([]string, len(queries))
	for i, q := range queries {
		names[i] = strings.TrimSuffix(file, extension) + "." + q
	}
	return names
}

// notFound is the error of a file that does not exist. It lists the handlers that do.
func notFound(root *os.Root, handler string) *Error {
	var names []string
	for _, h := range handlersIn(root.FS()) {
		names = append(names, h.Name)
	}
	if len(names) == 0 {
		return newError(HandlerNotFound, "no file for the handler %q: there is no .sql file in the task root %s", handler, root.Name())
	}
	return newError(HandlerNotFound, "no file for the handler %q%s: the task root %s holds %s", handler,
		didYouMean(handler, names), root.Name(), strings.Join(names, ", "))
}

// handlersIn lists the handlers of the first files below the task root.
func handlersIn(root fs.FS) List {
	var files []string
	fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != extension || name == initFile {
			return nil
		}
		if _, err := read(root, name); err == nil {
			files = append(files, name)
		}
		if len(files) >= maxListed {
			return fs.SkipAll
		}
		return nil
	})
	list, _ := ListHandlers(root, files)
	return list
}

func didYouMean(name string, candidates []string) string {
	if hint := nearest.Hint(name, candidates); hint != "" {
		return " (" + hint + ")"
	}
	return ""
}
