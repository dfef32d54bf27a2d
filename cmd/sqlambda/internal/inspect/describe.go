package inspect

import (
	"errors"
	"slices"
	"strings"

	"sqlambda/cmd/sqlambda/internal/advice"
	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/engine/sqlite/explain"
	"sqlambda/event"
	"sqlambda/handlers"
	"sqlambda/handlers/syntax"
)

// Description is what is known of a handler: what it takes and gives, and how. It is the
// document of "sqlambda describe --json".
type Description struct {
	Handler string `json:"handler"` // the handler string
	File    string `json:"file"`    // relative to the folder
	Line    int    `json:"line"`    // of the query's name or, in a script, of its first statement
	// Kind is the kind of the query, which decides what the response is; None if its
	// last statement cannot be prepared. Why is what decided it.
	Kind syntax.Kind `json:"kind"`
	Why  string      `json:"why"`
	// Nullable says that the response may be null.
	Nullable bool `json:"nullable"`
	// Parameters are what it takes, each once: the declared ones, then the text's order.
	Parameters []Parameter `json:"parameters"`
	// EventTables are the tables of the event that it reads.
	EventTables []EventTable `json:"eventTables"`
	// Columns are those of a row of the response.
	Columns []Column `json:"columns"`
	// Tables are those that it reads and writes, event tables included.
	Tables explain.TableUses `json:"tables"`
	// Statements are its statements, each with its plan.
	Statements []Statement `json:"statements"`

	altered bool // a statement alters a table that a later one may read
}

// Parameter is a value that a handler takes.
type Parameter struct {
	Raw string `json:"parameter"` // as it is written: :id, $env(NAME)
	// From is what has the value: event, record, element, context or environment.
	From string `json:"from"`
	Path string `json:"path"` // the field's path, or the variable's name
	// Type and what follows are the declaration; Type is nil without one.
	Type       *string `json:"type"`
	NotNull    bool    `json:"notNull"`
	HasDefault bool    `json:"hasDefault"`
	Default    any     `json:"default"`

	scope    syntax.Scope
	declared *syntax.Declaration
	offset   int // of the declaration, or of its first use
}

// EventTable is a table of the event's rows.
type EventTable struct {
	Name    string        `json:"name"`
	Rows    string        `json:"rows"`    // the path to its rows
	Columns []EventColumn `json:"columns"` // those that are read
}

// EventColumn is a column of an event table. Path has all paths that its value is made
// of, with "or" between them.
type EventColumn struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Path string `json:"path"`

	paths   []event.Path
	ofEvent bool // the paths start at the event, not at the row
}

// Statement is a statement of the query.
type Statement struct {
	Line   int  `json:"line"`
	Column int  `json:"column"`
	Writes bool `json:"writes"`
	// Plan is empty for what is not a query, and for what can only be prepared at run
	// time.
	Plan []explain.PlanStep `json:"plan"`
}

// Describe describes a handler of a folder. If it cannot be prepared the error is a
// *handlers.Error with all of its problems.
func Describe(folder *project.Folder, handler string, options Options) (*Description, error) {
	fn, err := folder.FunctionOf(handler)
	if err != nil {
		return nil, err
	}
	h, err := inspectHandler(fn, handler, options.LookupEnv)
	defer h.Close()
	if err != nil {
		return nil, err
	}
	return describe(h, handler), nil
}

// DescribeAll describes all handlers of a folder that can be prepared, in the order of
// files and queries, and returns the problems of those that cannot.
func DescribeAll(folder *project.Folder, options Options) (list []*Description, problems []error, err error) {
	all, err := folder.Handlers()
	if err != nil {
		return nil, nil, err
	}
	list = []*Description{}
	for _, h := range all {
		d, err := Describe(folder, h.Name, options)
		var failed *handlers.Error
		switch {
		case err == nil:
			list = append(list, d)
		case !errors.As(err, &failed):
			return nil, nil, err
		case !slices.ContainsFunc(problems, func(other error) bool { return other.Error() == err.Error() }): // told by another handler
			problems = append(problems, err)
		}
	}
	return list, problems, nil
}

func describe(h *handlers.Handler, name string) *Description {
	q := h.Query
	row := advice.ExactlyOneRow(q.Last())
	d := &Description{
		Handler: name, File: h.File.Name, Line: h.File.Position(q.Offset).Line, Kind: h.Kind, Why: why(h.Plan),
		Nullable:   h.Kind == syntax.Exec || (h.Kind == syntax.One || h.Kind == syntax.Value) && !row,
		Parameters: parameters(q, h.Kind), EventTables: []EventTable{}, Columns: columns(h.Plan), Tables: explain.TableUses{}, Statements: []Statement{},
	}
	explainer := explain.Of(h.Conn)
	for n, s := range q.Statements {
		at := h.File.Position(s.Offset)
		statement := Statement{Line: at.Line, Column: at.Column, Plan: []explain.PlanStep{}}
		if stmt := h.Steps[n].Stmt; stmt != nil && explainer != nil {
			statement.Writes = stmt.Writes()
			if e, err := explainer.Explain(s.Text); err == nil {
				statement.Plan = append(statement.Plan, e.Plan...)
				for _, use := range e.Tables {
					d.Tables.Add(use)
				}
			}
		}
		d.Statements = append(d.Statements, statement)
		d.altered = d.altered || strings.EqualFold(s.Text[:min(len("ALTER"), len(s.Text))], "ALTER")
	}
	d.describeEventTables(h.Plan)
	return d
}

// why says what decided the kind of a query.
func why(plan handlers.Plan) string {
	switch {
	case plan.Query.Kind != syntax.None:
		return "as the query says"
	case plan.Kind == syntax.Exec:
		return "because its last statement returns no columns"
	case plan.Kind == syntax.One:
		evidence := string(plan.Query.Last().OneRow())
		if evidence == "" {
			return "because its row has a statusCode"
		}
		if evidence == string(syntax.LimitOne) {
			evidence = "one with " + evidence
		}
		return "because its last statement is " + evidence
	case plan.Kind == syntax.Many:
		return "because nothing in its last statement says that there is one row at most"
	}
	return "because its last statement can only be prepared when those before it have run"
}

// fromOf says what has the values of a scope.
var fromOf = [...]string{
	syntax.Field: "event", syntax.Event: "event", syntax.Context: "context", syntax.Env: "environment",
	syntax.Record: "record", syntax.Element: "element",
}

// parameters lists what a query of a kind takes.
func parameters(q *syntax.Query, kind syntax.Kind) []Parameter {
	list := []Parameter{}
	add := func(raw string, scope syntax.Scope, path string, d *syntax.Declaration, offset int) {
		p := Parameter{Raw: raw, From: fromOf[scope], Path: path, scope: scope, declared: d, offset: offset}
		if scope == syntax.Field && kind == syntax.Batch {
			p.From = "record"
		}
		if d != nil {
			name := d.Type.String()
			p.Type, p.NotNull, p.HasDefault, p.Default = &name, d.NotNull, d.HasDefault, d.Default
		}
		known := func(k Parameter) bool {
			return k.scope == scope && k.Path == path && (scope != syntax.Field || k.Raw == raw)
		}
		if !slices.ContainsFunc(list, known) {
			list = append(list, p)
		}
	}
	for i := range q.Declarations {
		d := &q.Declarations[i]
		path := d.Path
		if path == "" {
			path = d.Name
		}
		add(":"+d.Name, syntax.Field, path, d, d.Offset)
	}
	for _, s := range q.Statements {
		for _, p := range s.Parameters {
			switch {
			case p.Scope != syntax.Field:
				add(p.Raw, p.Scope, p.Path, nil, p.Offset)
			case len(q.Declarations) == 0: // else it is one of them
				add(":"+p.Path, p.Scope, p.Path, nil, p.Offset)
			}
		}
	}
	return list
}

// describeEventTables describes the event tables among the tables that are used. One that
// the query only calls reads its argument, and nothing of the event: it is a function.
func (d *Description) describeEventTables(plan handlers.Plan) {
	declared := map[string]*event.Table{}
	for _, file := range []*syntax.File{plan.Init, plan.File} {
		if file == nil {
			continue
		}
		for _, s := range file.Prologue {
			if d, ok, _ := event.ParseDeclaration(s.Text); ok && d.Table != nil {
				declared[strings.ToLower(d.Name)] = d.Table
			}
		}
	}
	for n, use := range d.Tables {
		if use.Kind != explain.EventTable {
			continue
		}
		if called, read := advice.Calls(plan.Query.Statements, use.Name); called && !read {
			d.Tables[n].Kind = explain.FunctionTable
			continue
		}
		table, ok := declared[strings.ToLower(use.Name)]
		if !ok {
			table, ok = event.ReadyMade(strings.ToLower(use.Name))
		}
		if ok {
			d.EventTables = append(d.EventTables, describeTable(use, table))
		}
	}
}

func describeTable(use explain.TableUse, table *event.Table) EventTable {
	t := EventTable{Name: use.Name, Rows: table.Rows.String(), Columns: []EventColumn{}}
	for _, c := range table.Columns {
		if !slices.ContainsFunc(use.Columns, func(name string) bool { return strings.EqualFold(name, c.Name) }) {
			continue
		}
		column := EventColumn{Name: c.Name, Type: c.Type.String()}
		column.paths, column.ofEvent = c.Paths()
		var texts []string
		for _, p := range column.paths {
			texts = append(texts, p.String())
		}
		column.Path = strings.Join(texts, " or ")
		t.Columns = append(t.Columns, column)
	}
	return t
}
