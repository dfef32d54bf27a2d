package inspect

import (
	"errors"
	"slices"
	"strings"

	"sqlambda/cmd/sqlambda/internal/advice"
	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/engine"
	"sqlambda/event"
	"sqlambda/handlers"
	"sqlambda/handlers/syntax"
)

// Description is what is known of a handler: what it takes and gives, and how.
type Description struct {
	Handler string // the handler string
	File    string // relative to the folder
	Line    int    // of the query's name or, of a script, of its first statement
	// Kind is the kind of the query, which decides what the response is; None where
	// its last statement cannot be prepared. Why is what decided it.
	Kind syntax.Kind
	Why  string
	// Row says that the response has a row whatever the data, where it is one row.
	Row bool
	// Parameters are what it takes, each once, in the order of declarations and text.
	Parameters []Parameter
	// EventTables are those of the event that it reads.
	EventTables []EventTable
	// Columns are those of a row of the response.
	Columns []Column
	// Tables are those that it reads and writes, event tables included.
	Tables []engine.TableUse
	// Statements are its statements, each with its plan.
	Statements []Statement
}

// Parameter is a value that a handler takes.
type Parameter struct {
	Raw   string // as it is written: :id, $env(NAME)
	Scope syntax.Scope
	Path  string // the field's path, or the variable's name
	// Declared is the declaration, nil where there is none.
	Declared *syntax.Declaration
}

// EventTable is a table of the event's rows.
type EventTable struct {
	Name    string
	Rows    string // the path to its rows
	Columns []EventColumn
}

// EventColumn is a column of it.
type EventColumn struct{ Name, Type, Path string }

// Statement is a statement of the query.
type Statement struct {
	Line, Column int
	Writes       bool
	// Plan is empty for what is no query, and for what can only be prepared at run time.
	Plan []engine.PlanStep
}

// Describe describes a handler of a folder. Where it cannot be prepared the error is a
// *handlers.Error with all of its problems.
func Describe(folder *project.Folder, handler string, options Options) (*Description, error) {
	file, query, err := handlers.Resolve(folder.Root, handler)
	if err != nil {
		return nil, err
	}
	list, err := describeFile(folder, file, []string{query}, options)
	if err != nil {
		return nil, err
	}
	list[0].Handler = handler
	return list[0], nil
}

// DescribeAll describes all handlers of a folder that can be prepared, in the order of
// files and queries, and returns the problems of those that cannot.
func DescribeAll(folder *project.Folder, options Options) (list []*Description, problems []error, err error) {
	all, err := folder.Handlers()
	if err != nil {
		return nil, nil, err
	}
	for _, h := range all {
		described, err := describeFile(folder, h.File, []string{h.Query}, options)
		var failed *handlers.Error
		if errors.As(err, &failed) {
			told := func(other error) bool { return other.Error() == err.Error() } // by another handler
			if !slices.ContainsFunc(problems, told) {
				problems = append(problems, err)
			}
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		described[0].Handler = h.Name
		list = append(list, described...)
	}
	return list, problems, nil
}

// describeFile describes queries of a file.
func describeFile(folder *project.Folder, file string, queries []string, options Options) ([]*Description, error) {
	name := strings.TrimSuffix(file, ".sql")
	if queries[0] != "" {
		name += "." + queries[0]
	}
	fn, err := folder.FunctionOf(name)
	if err != nil {
		return nil, err
	}
	config, err := config(fn, options.LookupEnv)
	if err != nil {
		return nil, err
	}
	i, err := handlers.Inspect(config, file, queries)
	if err != nil {
		return nil, err
	}
	defer i.Close()
	if err := problemsOf(i); err != nil {
		return nil, err
	}
	var list []*Description
	for _, plan := range i.Plans {
		list = append(list, describe(i, plan))
	}
	return list, nil
}

// problemsOf makes one error of all problems of an inspection.
func problemsOf(i *handlers.Inspection) error {
	var all *handlers.Error
	for _, e := range i.Problems() {
		if all == nil {
			first := *e
			all = &first
			continue
		}
		all.Message += "\n" + e.Message
		all.Excerpt = strings.TrimPrefix(all.Excerpt+"\n"+e.Excerpt, "\n")
		all.Stack = append(all.Stack, e.Stack...)
		all.Problems = append(all.Problems, e.Problems...)
	}
	if all == nil {
		return nil
	}
	return all
}

func describe(i *handlers.Inspection, plan *handlers.Plan) *Description {
	q := plan.Query
	d := &Description{
		File:       i.File.Name,
		Line:       i.File.Position(q.Offset).Line,
		Kind:       plan.Kind,
		Why:        why(plan),
		Row:        advice.ExactlyOneRow(q.Last()),
		Parameters: parameters(q),
		Columns:    columns(i, plan),
	}
	explainer, _ := i.Conn.(engine.Explainer)
	for n, s := range q.Statements {
		at := i.File.Position(s.Offset)
		statement := Statement{Line: at.Line, Column: at.Column}
		if stmt := plan.Statements[n]; stmt != nil && explainer != nil {
			statement.Writes = stmt.Writes()
			if e, err := explainer.Explain(s.Text); err == nil {
				statement.Plan = e.Plan
				d.use(e.Tables)
			}
		}
		d.Statements = append(d.Statements, statement)
	}
	d.EventTables = eventTables(i, d.Tables)
	return d
}

// Column is a column of the response's rows, and what it can hold.
type Column struct {
	handlers.ResultColumn
	Values advice.Values
}

// columns returns the columns of a row of the response.
func columns(i *handlers.Inspection, plan *handlers.Plan) (list []Column) {
	if plan.Columns == nil {
		return nil
	}
	var names []string
	for _, c := range plan.Columns {
		names = append(names, c.Name)
	}
	values := advice.ResultValues(plan.Query.Last(), names, handlers.CatalogOf(i.Conn), func(raw string) advice.Values {
		for _, d := range plan.Query.Declarations {
			if raw == ":"+d.Name || raw == "@"+d.Name {
				return advice.OfDeclaration(d)
			}
		}
		if strings.HasPrefix(raw, "$env") {
			return advice.NullValue | advice.TextValue
		}
		return advice.AnyValue &^ advice.BlobValue
	})
	for n, c := range plan.Columns {
		list = append(list, Column{c, values[n]})
	}
	return list
}

// use adds the tables that a statement uses.
func (d *Description) use(tables []engine.TableUse) {
	for _, t := range tables {
		known := false
		for i := range d.Tables {
			if u := &d.Tables[i]; u.Schema == t.Schema && strings.EqualFold(u.Name, t.Name) {
				u.Reads, u.Writes, known = u.Reads || t.Reads, u.Writes || t.Writes, true
			}
		}
		if !known {
			d.Tables = append(d.Tables, t)
		}
	}
}

// why says what decided the kind of a query.
func why(plan *handlers.Plan) string {
	switch {
	case plan.Query.Kind != syntax.None:
		return "as the query says"
	case plan.Kind == syntax.Exec:
		return "because its last statement returns no columns"
	case plan.Kind == syntax.One:
		return "because its last statement is " + indefinite(string(plan.Query.Last().OneRowBy()))
	case plan.Kind == syntax.Many:
		return "because nothing in its last statement says that there is one row at most"
	}
	return "because its last statement can only be prepared when those before it have run"
}

func indefinite(evidence string) string {
	if evidence == string(syntax.LimitOne) {
		return "one with " + evidence
	}
	return evidence
}

// parameters lists what a query takes.
func parameters(q *syntax.Query) []Parameter {
	var list []Parameter
	add := func(p Parameter) {
		for _, known := range list {
			if known.Scope == p.Scope && known.Path == p.Path && (p.Scope != syntax.Field || known.Raw == p.Raw) {
				return
			}
		}
		list = append(list, p)
	}
	for i := range q.Declarations {
		d := &q.Declarations[i]
		path := d.Path
		if path == "" {
			path = d.Name
		}
		list = append(list, Parameter{":" + d.Name, syntax.Field, path, d})
	}
	for _, s := range q.Statements {
		for _, p := range s.Parameters {
			raw := p.Raw
			if p.Scope == syntax.Field {
				raw = ":" + p.Path
				if len(q.Declarations) > 0 {
					continue // it is one of them
				}
			}
			add(Parameter{raw, p.Scope, p.Path, nil})
		}
	}
	return list
}

// eventTables describes the event tables among those that are used.
func eventTables(i *handlers.Inspection, used []engine.TableUse) []EventTable {
	declared := map[string]*event.Table{}
	for _, file := range []*syntax.File{i.Init, i.File} {
		if file == nil {
			continue
		}
		for _, s := range file.Prologue {
			if d, ok, _ := event.ParseDeclaration(s.Text); ok && d.Table != nil {
				declared[strings.ToLower(d.Name)] = d.Table
			}
		}
	}
	var list []EventTable
	for _, use := range used {
		if use.Kind != engine.EventTable {
			continue
		}
		table, ok := declared[strings.ToLower(use.Name)]
		if !ok {
			table, ok = event.ReadyMade(strings.ToLower(use.Name))
		}
		if ok {
			list = append(list, describeTable(use.Name, table))
		}
	}
	return list
}

func describeTable(name string, table *event.Table) EventTable {
	t := EventTable{Name: name, Rows: table.Rows.String()}
	for _, c := range table.Columns {
		t.Columns = append(t.Columns, EventColumn{c.Name, c.Type.String(), c.Path.String()})
	}
	return t
}
