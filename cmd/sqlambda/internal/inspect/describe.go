package inspect

import (
	"cmp"
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
	// Functions are those that programs answer, which init.sql and its file declare.
	Functions []Function `json:"functions"`
	// EventTables are the tables of the event that it reads.
	EventTables []EventTable `json:"eventTables"`
	// Columns are those of a row of the response.
	Columns []Column `json:"columns"`
	// Tables are those that it reads and writes, event tables included.
	Tables explain.TableUses `json:"tables"`
	// Statements are its statements, each with its plan.
	Statements []Statement `json:"statements"`
	// Executable is what is known of an executable; nil for SQL. Of one, all else but Handler
	// and File is empty.
	Executable *Executable `json:"executable,omitempty"`

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

// Describe describes the handler of a function of a folder, by the string that named it. If
// it cannot be prepared the error is a *handlers.Error with all of its problems.
func Describe(folder *project.Folder, fn project.Function, handler string, options Options) (*Description, error) {
	if h, ok := folder.HandlerOf(fn); ok && h.IsExecutable() || !ok && folder.Holds(fn.Handler) {
		return describeExecutable(folder, fn, handler, options)
	}
	q, err := prepare(fn, options.LookupEnv)
	//lint:ignore SA5001 a handler may come beside the error, and closing none is nothing
	defer q.Close()
	if err != nil {
		return nil, err
	}
	return q.describe(handler), nil
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
		fn, err := folder.FunctionOf(h.Name)
		if err != nil {
			return nil, nil, err
		}
		d, err := Describe(folder, fn, h.Name, options)
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

func (q *query) describe(handler string) *Description {
	row := advice.ExactlyOneRow(q.Query.Last())
	d := &Description{
		Handler: handler, File: q.File.Name, Line: q.File.Position(q.Query.Offset).Line, Kind: q.Kind, Why: q.why(),
		Nullable:   q.Kind == syntax.Exec || (q.Kind == syntax.One || q.Kind == syntax.Value) && !row,
		Parameters: q.parameters, Functions: q.describeFunctions(), EventTables: []EventTable{}, Columns: q.results, Tables: explain.TableUses{},
	}
	for n, s := range q.Steps {
		at := q.File.Position(s.Text.Offset)
		plan := append([]explain.PlanStep{}, q.explained[n].Plan...)
		d.Statements = append(d.Statements, Statement{at.Line, at.Column, s.Stmt != nil && s.Stmt.Writes(), plan})
		for _, use := range q.explained[n].Tables {
			d.Tables.Add(use)
		}
		d.altered = d.altered || strings.EqualFold(s.Text.Text[:min(len("ALTER"), len(s.Text.Text))], "ALTER")
	}
	for n, use := range d.Tables {
		switch {
		case use.Kind != explain.EventTable:
		case advice.OnlyCalls(q.Query.Statements, use.Name): // it reads its argument, and nothing of the event
			d.Tables[n].Kind = explain.FunctionTable
		case use.Event != nil:
			d.EventTables = append(d.EventTables, describeTable(use))
		}
	}
	return d
}

// why says what decided the kind of the query.
func (q *query) why() string {
	by := q.Query.Last().OneRow()
	switch {
	case q.Query.Kind != syntax.None:
		return "as the query says"
	case q.Kind == syntax.Exec:
		return "because its last statement returns no columns"
	case q.Kind == syntax.Many:
		return "because nothing in its last statement says that there is one row at most"
	case q.Kind == syntax.None:
		return "because its last statement can only be prepared when those before it have run"
	case by == "":
		return "because its row has a statusCode"
	case by == syntax.LimitOne:
		by = "one with " + by
	}
	return "because its last statement is " + string(by)
}

// fromOf says what has the values of a scope.
var fromOf = [...]string{
	syntax.Field: "event", syntax.Event: "event", syntax.Context: "context", syntax.Env: "environment",
	syntax.Record: "record", syntax.Element: "element",
}

// describeParameters lists what the query takes.
func (q *query) describeParameters() []Parameter {
	list := []Parameter{}
	add := func(p Parameter) {
		known := func(k Parameter) bool {
			return k.scope == p.scope && k.Path == p.Path && (p.scope != syntax.Field || k.Raw == p.Raw)
		}
		if p.From = fromOf[p.scope]; p.scope == syntax.Field && q.Kind == syntax.Batch {
			p.From = "record"
		}
		if !slices.ContainsFunc(list, known) {
			list = append(list, p)
		}
	}
	for i := range q.Query.Declarations {
		d := &q.Query.Declarations[i]
		name := d.Type.String()
		add(Parameter{
			Raw: ":" + d.Name, Path: cmp.Or(d.Path, d.Name), Type: &name, NotNull: d.NotNull,
			HasDefault: d.HasDefault, Default: d.Default, scope: syntax.Field, declared: d, offset: d.Offset,
		})
	}
	for _, s := range q.Query.Statements {
		for _, p := range s.Parameters {
			if p.Scope == syntax.Field {
				p.Raw = ":" + p.Path
			}
			if p.Scope != syntax.Field || len(q.Query.Declarations) == 0 { // else it is one of them
				add(Parameter{Raw: p.Raw, Path: p.Path, scope: p.Scope, offset: p.Offset})
			}
		}
	}
	return list
}

func describeTable(use explain.TableUse) EventTable {
	t := EventTable{Name: use.Name, Rows: use.Event.Rows.String(), Columns: []EventColumn{}}
	for _, c := range use.Event.Columns {
		if !slices.ContainsFunc(use.Columns, func(name string) bool { return strings.EqualFold(name, c.Name) }) {
			continue
		}
		column := EventColumn{Name: c.Name, Type: c.Type.String()}
		column.paths, column.ofEvent = c.Paths()
		for _, p := range column.paths {
			column.Path = strings.TrimPrefix(column.Path+" or "+p.String(), " or ")
		}
		t.Columns = append(t.Columns, column)
	}
	return t
}

// Column is a column of the response's rows.
type Column struct {
	Name string   `json:"name"`
	Path []string `json:"path"` // its place in the row's object; empty for a :value
	// Type is the type that the column is declared with, or what its values are.
	Type     string `json:"type"`
	Nullable bool   `json:"nullable"`
	// Text says that the response holds a string, whatever the value.
	Text bool `json:"-"`

	kind   syntax.ColumnType
	values advice.Values
}

// describeColumns returns the columns of a row of the response, and what JSON functions in
// them embed.
func (q *query) describeColumns() ([]Column, []advice.Finding) {
	list, names := make([]Column, len(q.Columns)), make([]string, len(q.Columns))
	for n, c := range q.Columns {
		names[n] = c.Name
	}
	values, embedded := advice.ResultValues(q.Query.Last(), names, q.Conn, func(raw string) advice.Values {
		i := slices.IndexFunc(q.Query.Declarations, func(d syntax.Declaration) bool { return raw == ":"+d.Name || raw == "@"+d.Name })
		switch {
		case i >= 0:
			return advice.OfDeclaration(q.Query.Declarations[i])
		case strings.HasPrefix(raw, "$env"):
			return advice.NullValue | advice.TextValue
		}
		return advice.AnyValue &^ advice.BlobValue
	})
	for n, c := range q.Columns {
		nullable := !c.Text && advice.Has(values[n], advice.NullValue)
		list[n] = Column{c.Name, append([]string{}, c.Path...), typeName(c, values[n]), nullable, c.Text, c.Type, values[n]}
	}
	return list, embedded
}

// typeName is the type that a column is declared with, or what its values are.
func typeName(c handlers.Column, values advice.Values) string {
	switch {
	case c.Type == syntax.JSON:
		return "JSON"
	case c.Type == syntax.Boolean:
		return "BOOLEAN"
	case c.Declared != "":
		return strings.ToUpper(c.Declared)
	}
	var names []string
	for _, t := range [...]struct {
		kind advice.Values
		name string
	}{
		{advice.TextValue | advice.AnyJSON, "TEXT"}, {advice.IntegerValue, "INTEGER"}, {advice.RealValue, "REAL"}, {advice.BlobValue, "BLOB"},
	} {
		if advice.Has(values, t.kind) {
			names = append(names, t.name)
		}
	}
	switch len(names) {
	case 0:
		return "NULL"
	case 1, 2:
		return strings.Join(names, " or ")
	}
	return "any"
}
