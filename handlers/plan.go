package handlers

import (
	"fmt"
	"strings"

	"sqlambda/engine"
	"sqlambda/handlers/syntax"
)

// step is a statement of the query.
type step struct {
	text   *syntax.Statement
	stmt   engine.Stmt // nil until it can be prepared
	inputs []input
	runs   int
}

// plan prepares the query, and returns all of its problems.
func (h *Handler) plan() []syntax.Problem {
	query := h.source.query
	problems := h.planFields()
	for i, s := range query.Statements {
		step := &step{text: s}
		h.steps = append(h.steps, step)
		if h.source.mistaken(h.source.file, s) {
			continue // what SQLite says of it would come of that
		}
		problems = append(problems, h.planInputs(step)...)
		if dependsOn(s, h.unmade) {
			continue // so would what comes of that
		}
		if dependsOn(s, query.Statements[:i]) {
			h.writes = true // at the least the table that it waits for
			continue
		}
		problems = append(problems, h.prepare(step)...)
	}
	return problems
}

// dependsOn reports whether a statement names what an earlier one creates: then it
// can only be prepared when that has run.
func dependsOn(s *syntax.Statement, earlier []*syntax.Statement) bool {
	for _, e := range earlier {
		for _, name := range e.Creates() {
			if _, ok := s.Find(nouns[engine.TableObject], name); ok {
				return true
			}
		}
	}
	return false
}

// prepare prepares a step's statement, and plans the response where it is the
// last one.
func (h *Handler) prepare(s *step) []syntax.Problem {
	stmt, err := h.conn.Prepare(s.text.Text)
	if err != nil {
		return []syntax.Problem{h.diagnose(h.source.file, h.source.query.Name, s.text, asFailure(err))}
	}
	s.stmt = stmt
	h.writes = h.writes || stmt.Writes()
	if s.text == h.source.query.Last() {
		return h.planResponse(s)
	}
	return nil
}

// planResponse decides how the rows of the last statement are encoded.
func (h *Handler) planResponse(s *step) []syntax.Problem {
	query := h.source.query
	columns := s.stmt.Columns()
	h.kind = query.ResponseKind(len(columns))
	switch h.kind {
	case syntax.One, syntax.Many, syntax.Value:
	default:
		return nil
	}
	if len(columns) == 0 {
		return []syntax.Problem{h.at(query.Offset, fmt.Sprintf("a :%s query whose last statement returns no columns", h.kind),
			"end it with a SELECT or a RETURNING clause, or make it :exec or :execrows")}
	}
	names, types := h.columnsOf(s)
	if h.kind == syntax.Value {
		if len(columns) > 1 {
			return []syntax.Problem{h.at(query.Offset, fmt.Sprintf("a :value query that returns %d columns: %s", len(columns), strings.Join(names, ", ")),
				"return one, or make it :one")}
		}
		h.shape = valueShape(names[0], types[0])
		return nil
	}
	shape, err := newShape(escapeUnnamed(s.text, names), types)
	if err != nil {
		return []syntax.Problem{h.at(s.text.Offset, err.Error(), "")}
	}
	h.shape = shape
	return nil
}

// columnsOf returns the names and the types of a statement's result columns.
func (h *Handler) columnsOf(s *step) ([]string, []syntax.ColumnType) {
	columns := s.stmt.Columns()
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names, s.text.ResultTypes(names, catalog{h.conn})
}

// escapeUnnamed escapes the dots of names that are only the text of an expression:
// they do not nest.
func escapeUnnamed(s *syntax.Statement, names []string) []string {
	for i, name := range names {
		if strings.Contains(name, ".") && s.Unnamed(name) {
			names[i] = strings.ReplaceAll(name, ".", `\.`)
		}
	}
	return names
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
