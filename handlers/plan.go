package handlers

import (
	"fmt"
	"slices"
	"strings"

	"sqlambda/engine"
	"sqlambda/event"
	"sqlambda/handlers/syntax"
)

// plan prepares the query, and returns all of its problems. What init has left undone may be
// missing from the database.
func (h *Handler) plan(undone []*syntax.Statement) []syntax.Problem {
	problems := h.planDeclarations()
	for i, s := range h.Query.Statements {
		step := &Step{Text: s}
		h.Steps = append(h.Steps, step)
		if h.mistaken(h.File, s) {
			continue // what SQLite says of it would follow from that
		}
		problems = append(problems, h.planInputs(step)...)
		if dependsOn(s, undone) {
			continue // the same
		}
		found, lasting := h.prepare(step)
		if !lasting && mayChange(s, h.Query.Statements[:i], len(found) > 0) {
			h.postpone(step)
			if s == h.Query.Last() && s.ReturnsNothing() {
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
func (h *Handler) postpone(s *Step) {
	if s.Stmt != nil {
		s.Stmt.Close()
	}
	s.Stmt, h.Kind, h.Columns, h.shape = nil, syntax.None, nil, nil
}

// dependsOn reports whether a statement names what an earlier one changes.
func dependsOn(s *syntax.Statement, earlier []*syntax.Statement) bool {
	for _, e := range earlier {
		for _, name := range e.Changes() {
			if _, ok := s.Find(engine.TableObject, name); ok {
				return true
			}
		}
	}
	return false
}

// prepare prepares a step's statement, and plans the response if it is the last one.
// Problems are lasting if no change of the schema would mend them.
func (h *Handler) prepare(s *Step) (problems []syntax.Problem, lasting bool) {
	stmt, err := h.Conn.Prepare(s.Text.Text)
	if err != nil {
		f := asFailure(err)
		lasting = f.Object == engine.FunctionObject || f.Code == "SQLITE_AUTH" || s.Text.Tree() == nil
		return []syntax.Problem{h.diagnose(h.File, h.Query.Name, s.Text, f)}, lasting
	}
	s.Stmt = stmt
	h.writes = h.writes || stmt.Writes()
	if s.Text == h.Query.Last() {
		problems = h.planResponse(s)
	}
	return problems, false
}

// hasStatusCode says whether a row is the response of an HTTP function, as isProxyResponse does.
func hasStatusCode(columns []engine.Column) bool {
	return slices.ContainsFunc(columns, func(c engine.Column) bool { return c.Name == "statusCode" })
}

// planResponse decides how the rows of the last statement are encoded.
func (h *Handler) planResponse(s *Step) []syntax.Problem {
	s.prepared = s.Stmt.Prepared()
	columns := s.Stmt.Columns()
	h.Kind, h.Columns, h.shape = h.Query.ResponseKind(len(columns)), nil, nil
	if h.Query.Kind == syntax.None && h.Kind == syntax.Many && hasStatusCode(columns) {
		h.Kind = syntax.One // an HTTP response, which is one object
	}
	switch h.Kind {
	case syntax.One, syntax.Many, syntax.Value:
	case syntax.Batch:
		if !isState(columns) {
			return nil
		}
	default:
		return nil
	}
	if len(columns) == 0 {
		return h.planNoColumns()
	}
	h.Columns = h.columnsOf(s)
	if h.Kind == syntax.Value && len(columns) > 1 {
		var names []string
		for _, c := range columns {
			names = append(names, c.Name)
		}
		return []syntax.Problem{h.at(h.Query.Offset, fmt.Sprintf("a :value query that returns %d columns: %s", len(columns), strings.Join(names, ", ")),
			"return one, or make it :one")}
	}
	var err error
	if h.shape, err = newShape(h.Columns, &h.host.event); err != nil {
		h.Columns = nil
		return []syntax.Problem{h.at(s.Text.Offset, err.Error(), "")}
	}
	return nil
}

// columnsOf returns the result columns of a statement, as a row of the response has them. The
// dots of a name that is only the text of an expression do not nest.
func (h *Handler) columnsOf(s *Step) []Column {
	var names []string
	var columns []Column
	described := s.Stmt.Columns()
	for _, c := range described {
		names = append(names, c.Name)
		columns = append(columns, Column{Name: c.Name, Declared: c.Type, Path: []string{c.Name}})
	}
	proxy := hasStatusCode(described)
	for i, result := range s.Text.Results(names, h.Conn) {
		c := &columns[i]
		if c.Type = result.Type; !result.Unnamed {
			c.Path = splitName(c.Name)
		}
		if c.Text = proxy && c.Path[0] == "body"; h.Kind == syntax.Value {
			c.Path, c.Text = nil, false
		}
	}
	return columns
}

// planNoColumns decides the response of a query whose last statement has no columns.
func (h *Handler) planNoColumns() []syntax.Problem {
	switch h.Kind = h.Query.ResponseKind(0); h.Kind {
	case syntax.One, syntax.Many, syntax.Value:
		return []syntax.Problem{h.at(h.Query.Offset, fmt.Sprintf("a :%s query whose last statement returns no columns", h.Kind),
			"end it with a SELECT or a RETURNING clause, or make it :exec or :execrows")}
	}
	return nil
}

// isState reports whether columns are the state of a tumbling window, in a :batch.
func isState(columns []engine.Column) bool {
	other := slices.ContainsFunc(columns, func(c engine.Column) bool { return c.Name != "state" && !strings.HasPrefix(c.Name, "state.") })
	return len(columns) > 0 && !other
}

// errorAt is the error of an invocation, at an offset of the handler's file.
func (h *Handler) errorAt(kind string, offset int, message, hint string) *Error {
	return errorAt(kind, h.at(offset, message, hint))
}

func (h *Handler) at(offset int, message, hint string) syntax.Problem {
	p := h.File.Problem(offset, message, hint)
	p.Query = h.Query.Name
	return p
}
