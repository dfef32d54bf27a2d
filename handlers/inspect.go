package handlers

import (
	"errors"
	"os"
	"slices"

	"sqlambda/engine"
	"sqlambda/handlers/syntax"
)

// Inspection is a file of handlers, prepared as init would prepare each of its
// queries, for tools that describe handlers and run none.
type Inspection struct {
	// Init is init.sql, or nil.
	Init *syntax.File
	// File is the handlers' file.
	File *syntax.File
	// Plans are those of the queries that were asked for, in the order of the file.
	Plans []*Plan
	// Conn is the database after init; nil if it could not be opened.
	Conn engine.Conn

	failures []*Error
}

// Plan is what is known of a query before it runs.
type Plan struct {
	Query *syntax.Query
	// Kind is the one stated or the one inferred; None if the last statement
	// could not be prepared.
	Kind syntax.Kind
	// Statements are those of the query as they are prepared, at the same places; nil
	// for one that could not be prepared, or is left to run time.
	Statements []engine.Stmt
	// Columns are those of a row of the response; nil if no rows are returned.
	Columns []ResultColumn
}

// ResultColumn is a column of the last statement's result.
type ResultColumn struct {
	// Name is SQL's name, and Path the place of the column in the row's object: more than
	// one name if a dot nests. The Path of a :value is empty.
	Name string
	Path []string
	// Type is what the response holds, and Declared the type of the table's column
	// that it is, if it is one.
	Type     syntax.ColumnType
	Declared string
	// Text says that the response holds a string, whatever the value: the body beside
	// a statusCode.
	Text bool
}

// Inspect reads a file, whose name is relative to the task root, and prepares its
// queries of those names, "" being a script's. All of them share one database. Unlike
// Load it goes on after a problem of init, and does not report what comes of it.
//
// The caller closes the inspection. An error is one of the files, which could not be
// read; mistakes in them are in Problems.
func Inspect(config Config, file string, queries []string) (*Inspection, error) {
	root, err := os.OpenRoot(config.Root)
	if err != nil {
		return nil, newError(HandlerNotFound, "cannot open the task root: %v", err)
	}
	defer root.Close()
	h := &Handler{config: config, source: &source{}}
	h.host = &host{config: &h.config}
	if err := h.source.read(root.FS(), file); err != nil {
		return nil, err
	}
	i := &Inspection{Init: h.source.init, File: h.source.file}
	i.report(InvalidHandler, h.source.problems...)
	if i.initialize(h) {
		for _, q := range i.File.Queries {
			if slices.Contains(queries, q.Name) {
				i.plan(h, q)
			}
		}
	}
	i.Conn = h.conn
	return i, nil
}

// Close closes the database.
func (i *Inspection) Close() error {
	if i.Conn == nil {
		return nil
	}
	return i.Conn.Close()
}

// Problems returns all that is wrong, each with its error type, in the order in which
// it was found.
func (i *Inspection) Problems() []*Error { return i.failures }

// report adds problems as errors of one problem each.
func (i *Inspection) report(kind string, problems ...syntax.Problem) {
	for _, p := range problems {
		i.failures = append(i.failures, errorOf(kind, []syntax.Problem{p}))
	}
}

func (i *Inspection) fail(err error) bool {
	var failure *Error
	if errors.As(err, &failure) {
		i.failures = append(i.failures, failure)
	}
	return err == nil
}

// initialize opens the database and runs what runs at init. It reports whether there
// is a database to prepare queries on.
func (i *Inspection) initialize(h *Handler) bool {
	if !i.fail(h.open()) {
		return false
	}
	if i.Init != nil {
		i.runOnce(h, i.Init)
	}
	i.runOnce(h, i.File)
	i.fail(h.seal())
	return true
}

// runOnce runs the statements of a file that run at init, each as if those before it
// had succeeded.
func (i *Inspection) runOnce(h *Handler, file *syntax.File) {
	for n, s := range file.Prologue {
		if h.source.mistaken(file, s) || dependsOn(s, h.unmade) {
			h.unmade = append(h.unmade, s)
		} else if !i.fail(h.runOnce(file, file.Prologue[n:n+1])) {
			h.unmade = append(h.unmade, s)
		}
	}
}

// plan prepares a query on the database of the handler.
func (i *Inspection) plan(h *Handler, q *syntax.Query) {
	own := &Handler{config: h.config, host: h.host, conn: h.conn, unmade: h.unmade}
	own.source = &source{file: i.File, query: q, problems: h.source.problems}
	i.report(InvalidHandler, own.plan()...)
	p := &Plan{Query: q, Kind: own.kind}
	for _, s := range own.steps {
		p.Statements = append(p.Statements, s.stmt)
	}
	if own.shape != nil {
		p.Columns = own.resultColumns()
	}
	i.Plans = append(i.Plans, p)
}

// resultColumns describes the columns of the response's rows.
func (h *Handler) resultColumns() []ResultColumn {
	last := h.steps[len(h.steps)-1]
	names, types := h.columnsOf(last)
	columns := make([]ResultColumn, len(names))
	for i, c := range last.stmt.Columns() {
		columns[i] = ResultColumn{Name: c.Name, Type: types[i], Declared: c.Type}
	}
	if h.kind == syntax.Value {
		return columns
	}
	paths := make([][]string, len(names))
	for i, name := range names {
		paths[i], _ = splitName(name) // the shape was made of it
	}
	proxy := isProxyResponse(paths)
	for i, path := range paths {
		columns[i].Path = path
		columns[i].Text = proxy && path[0] == "body"
	}
	return columns
}

// Resolve returns the file and the query that a handler string names, by the rules of
// Load; the query's name is empty for a script. The error is an *Error that lists
// the handlers that exist.
func Resolve(root, handler string) (file, query string, err error) {
	folder, err := os.OpenRoot(root)
	if err != nil {
		return "", "", newError(HandlerNotFound, "cannot open the task root: %v", err)
	}
	defer folder.Close()
	s, err := find(folder, handler)
	if err != nil {
		return "", "", err
	}
	if s.query == nil { // its text is wrong
		return s.file.Name, "", nil
	}
	return s.file.Name, s.query.Name, nil
}
