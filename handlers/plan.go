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
// missing from the database, and so are functions that are misdeclared.
func (h *Handler) plan(undone []*syntax.Statement, misdeclared []string) []syntax.Problem {
	problems := h.planDeclarations()
	for i, s := range h.Query.Statements {
		step, earlier := &Step{Text: s}, h.Query.Statements[:i]
		h.Steps = append(h.Steps, step)
		if h.mistaken(h.File, s.Offset, s.Text) {
			continue // what SQLite says of it would follow from that
		}
		problems = append(problems, h.planInputs(step)...)
		if dependsOn(s, undone) || callsAny(s, misdeclared) {
			continue // the same
		}
		found, lasting := h.prepare(step)
		mayMend := len(found) > 0 && slices.ContainsFunc(earlier, (*syntax.Statement).ChangesSchema)
		if !lasting && (mayMend || dependsOn(s, earlier)) { // it cannot be judged before those have run
			h.postpone(step)
			found = nil
			if s == h.Query.Last() && s.ReturnsNothing() {
				found = h.planResponse(step, nil)
			}
		}
		problems = append(problems, found...)
	}
	h.fields.plan, h.eventFields.plan = event.NewParameters(h.fields.list), event.NewParameters(h.eventFields.list)
	return problems
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
	s.Stmt, s.schema = stmt, stmt.Schema()
	h.writes = h.writes || stmt.Writes()
	if s.Text == h.Query.Last() {
		problems = h.planResponse(s, stmt.Columns())
	}
	return problems, false
}

// statusCode names the column that makes a row the response of an HTTP function, which is one
// object: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html.
const statusCode = "statusCode"

// planResponse decides how the rows of the last statement are encoded, which has these columns.
func (h *Handler) planResponse(s *Step, columns []engine.Column) []syntax.Problem {
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	http := slices.Contains(names, statusCode)
	h.Kind, h.Columns, h.shape = h.Query.ResponseKind(len(columns)), nil, nil
	if h.Query.Kind == syntax.None && h.Kind == syntax.Many && http {
		h.Kind = syntax.One
	}
	switch {
	case h.Kind == syntax.Exec || h.Kind == syntax.ExecRows || h.Kind == syntax.Batch && !isState(names):
		return nil
	case len(columns) == 0:
		return []syntax.Problem{h.at(h.Query.Offset, fmt.Sprintf("a :%s query whose last statement returns no columns", h.Kind),
			"end it with a SELECT or a RETURNING clause, or make it :exec or :execrows")}
	case h.Kind == syntax.Value && len(columns) > 1:
		return []syntax.Problem{h.at(h.Query.Offset, fmt.Sprintf("a :value query that returns %d columns: %s", len(columns), strings.Join(names, ", ")),
			"return one, or make it :one")}
	}
	for i, result := range s.Text.Results(names, h.Conn) {
		c := Column{Name: names[i], Type: result.Type, Declared: columns[i].Type}
		if c.Path = splitName(c.Name); result.Unnamed { // its dots are those of an expression
			c.Path = []string{c.Name}
		}
		c.Text = http && c.Path[0] == "body"
		h.Columns = append(h.Columns, c)
	}
	if h.Kind == syntax.Value {
		h.Columns[0].Path = nil
	}
	var err error
	if h.shape, err = newShape(h.Columns, &h.host.event); err != nil {
		h.Columns = nil
		return []syntax.Problem{h.at(s.Text.Offset, err.Error(), "")}
	}
	return nil
}

// isState reports whether columns are the state of a tumbling window, in a :batch.
func isState(names []string) bool {
	return len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool { return !strings.HasPrefix(name+".", "state.") })
}

// at is a problem at an offset of the handler's file.
func (h *Handler) at(offset int, message, hint string) syntax.Problem {
	p := h.File.Problem(offset, message, hint)
	p.Query = h.Query.Name
	return p
}
