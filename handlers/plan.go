package handlers

import (
	"fmt"
	"slices"
	"strings"

	"sqlambda/engine"
	"sqlambda/event"
	"sqlambda/handlers/syntax"
)

// step is a statement of the query.
type step struct {
	text   *syntax.Statement
	stmt   engine.Stmt // nil until it can be prepared
	inputs []input
	runs   int

	prepared int // stmt.Prepared when the response was planned
}

// plan prepares the query, and returns all of its problems.
func (h *Handler) plan() []syntax.Problem {
	query := h.source.query
	problems := h.planDeclarations()
	for i, s := range query.Statements {
		step := &step{text: s}
		h.steps = append(h.steps, step)
		if h.source.mistaken(h.source.file, s) {
			continue // what SQLite says of it would follow from that
		}
		problems = append(problems, h.planInputs(step)...)
		if dependsOn(s, h.unmade) {
			continue // the same
		}
		found, lasting := h.prepare(step)
		if !lasting && mayChange(s, query.Statements[:i], len(found) > 0) {
			h.postpone(step)
			if s == query.Last() && s.ReturnsNothing() {
				problems = append(problems, h.planNoColumns()...)
			}
			continue
		}
		problems = append(problems, found...)
	}
	h.fields.plan, h.eventFields.plan = event.NewParameters(h.fields.list), event.NewParameters(h.eventFields.list)
	return problems
}

// mayChange reports whether a statement cannot be judged before earlier ones have run: one
// of them changes what it names, or may mend what is wrong with it.
func mayChange(s *syntax.Statement, earlier []*syntax.Statement, wrong bool) bool {
	return dependsOn(s, earlier) || wrong && slices.ContainsFunc(earlier, (*syntax.Statement).ChangesSchema)
}

// postpone leaves a statement to run time.
func (h *Handler) postpone(s *step) {
	if s.stmt != nil {
		s.stmt.Close()
	}
	s.stmt, h.kind, h.shape = nil, syntax.None, nil
}

// dependsOn reports whether a statement names what an earlier one changes.
func dependsOn(s *syntax.Statement, earlier []*syntax.Statement) bool {
	for _, e := range earlier {
		for _, name := range e.Changes() {
			if _, ok := s.Find(nouns[engine.TableObject], name); ok {
				return true
			}
		}
	}
	return false
}

// prepare prepares a step's statement, and plans the response if it is the last one.
// Problems are lasting if no change of the schema would mend them.
func (h *Handler) prepare(s *step) (problems []syntax.Problem, lasting bool) {
	stmt, err := h.conn.Prepare(s.text.Text)
	if err != nil {
		f := asFailure(err)
		lasting = f.Object == engine.FunctionObject || f.Code == "SQLITE_AUTH" || s.text.Tree() == nil
		return []syntax.Problem{h.diagnose(h.source.file, h.source.query.Name, s.text, f)}, lasting
	}
	s.stmt = stmt
	h.writes = h.writes || stmt.Writes()
	if s.text == h.source.query.Last() {
		problems = h.planResponse(s)
	}
	return problems, false
}

// hasStatusCode says whether a row is the response of an HTTP function, as isProxyResponse does.
func hasStatusCode(columns []engine.Column) bool {
	return slices.ContainsFunc(columns, func(c engine.Column) bool { return c.Name == "statusCode" })
}

// planResponse decides how the rows of the last statement are encoded.
func (h *Handler) planResponse(s *step) []syntax.Problem {
	query := h.source.query
	s.prepared = s.stmt.Prepared()
	columns := s.stmt.Columns()
	h.kind = query.ResponseKind(len(columns))
	if query.Kind == syntax.None && h.kind == syntax.Many && hasStatusCode(columns) {
		h.kind = syntax.One // an HTTP response, which is one object
	}
	switch h.kind {
	case syntax.One, syntax.Many, syntax.Value:
	case syntax.Batch:
		if !isState(columns) {
			h.shape = nil
			return nil
		}
	default:
		return nil
	}
	if len(columns) == 0 {
		return h.planNoColumns()
	}
	names, types := h.columnsOf(s)
	if h.kind == syntax.Value {
		if len(columns) > 1 {
			return []syntax.Problem{h.at(query.Offset, fmt.Sprintf("a :value query that returns %d columns: %s", len(columns), strings.Join(names, ", ")),
				"return one, or make it :one")}
		}
		h.shape = valueShape(names[0], types[0])
		h.shape.trust(&h.host.event)
		return nil
	}
	shape, err := newShape(names, types)
	if err != nil {
		return []syntax.Problem{h.at(s.text.Offset, err.Error(), "")}
	}
	h.shape = shape
	h.shape.trust(&h.host.event)
	return nil
}

// columnsOf returns the names and the types of a statement's result columns. The dots of a
// name that is only the text of an expression are escaped: they do not nest.
func (h *Handler) columnsOf(s *step) ([]string, []syntax.ColumnType) {
	columns := s.stmt.Columns()
	names, types := make([]string, len(columns)), make([]syntax.ColumnType, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	for i, result := range s.text.Results(names, catalog{h.conn}) {
		if types[i] = result.Type; result.Unnamed {
			names[i] = strings.ReplaceAll(names[i], ".", `\.`)
		}
	}
	return names, types
}

// planNoColumns decides the response of a query whose last statement has no columns.
func (h *Handler) planNoColumns() []syntax.Problem {
	switch h.kind = h.source.query.ResponseKind(0); h.kind {
	case syntax.One, syntax.Many, syntax.Value:
		return []syntax.Problem{h.at(h.source.query.Offset, fmt.Sprintf("a :%s query whose last statement returns no columns", h.kind),
			"end it with a SELECT or a RETURNING clause, or make it :exec or :execrows")}
	}
	return nil
}

// isState reports whether columns are the state of a tumbling window, in a :batch.
func isState(columns []engine.Column) bool {
	other := slices.ContainsFunc(columns, func(c engine.Column) bool { return c.Name != "state" && !strings.HasPrefix(c.Name, "state.") })
	return len(columns) > 0 && !other
}

func (h *Handler) at(offset int, message, hint string) syntax.Problem {
	p := h.source.file.Problem(offset, message, hint)
	p.Query = h.source.query.Name
	return p
}

// CatalogOf returns a database as handlers/syntax asks about it.
func CatalogOf(c engine.Catalog) syntax.Catalog { return catalog{c} }

type catalog struct{ engine.Catalog }

func (c catalog) Table(schema, name string) (syntax.Table, bool) {
	t, ok := c.Catalog.Table(schema, name)
	described := syntax.Table{Schema: t.Schema, View: t.View, Columns: make([]syntax.Column, len(t.Columns))}
	for i, column := range t.Columns {
		described.Columns[i] = syntax.Column(column)
	}
	return described, ok
}
