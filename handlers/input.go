package handlers

import (
	"errors"
	"slices"
	"strconv"

	"sqlambda/event"
	"sqlambda/handlers/syntax"
)

// input is what one parameter of a statement is bound to: a field, a value of the
// context, or a value that stays for the life of the process.
type input struct {
	index   int     // SQLite's number of the parameter
	fields  *fields // where the value is read
	field   int     // and its place there
	context func(*Invocation, *Config) event.Value
	value   event.Value
}

// planInputs decides what the parameters of a step are bound to.
func (h *Handler) planInputs(s *Step) (problems []syntax.Problem) {
	for _, p := range s.Text.Parameters {
		if slices.ContainsFunc(s.inputs, func(in input) bool { return in.index == p.Index }) {
			continue
		}
		in, hint, err := h.planInput(p)
		if err != nil {
			problems = append(problems, h.at(p.Offset+pathOffset(p, err), err.Error(), hint))
			continue
		}
		s.inputs = append(s.inputs, in)
	}
	return problems
}

func (h *Handler) planInput(p syntax.Parameter) (in input, hint string, err error) {
	in.index, in.fields = p.Index, &h.fields
	if h.Query.Kind == syntax.Batch && (p.Scope == syntax.Event || p.Scope == syntax.Element) {
		in.fields = &h.eventFields // and h.fields are those of a record
	}
	var path event.Path
	switch p.Scope {
	case syntax.Field:
		in.field = in.fields.add(p.Path, event.Parameter{Name: p.Path})
	case syntax.Record, syntax.Event:
		path, err = event.ParsePath(p.Path)
		in.field = in.fields.add(p.Raw, event.Parameter{Path: path})
	case syntax.Element:
		in.field = in.fields.add(strconv.Itoa(p.Index), event.Parameter{Element: p.Index})
	case syntax.Context:
		in.fields = nil
		in.context, hint, err = contextValue(p.Path)
	case syntax.Env:
		in.fields, in.value = nil, environmentValue(h.config.LookupEnv, p.Path)
	}
	return in, hint, err
}

// pathOffset is where in $event(path) a mistake in the path is.
func pathOffset(p syntax.Parameter, err error) int {
	if offset, ok := mistakeIn(err); ok {
		return len(p.Raw) - len(p.Path) - len(")") + offset
	}
	return 0
}

// mistakeIn returns the offset of the mistake in a path.
func mistakeIn(err error) (offset int, ok bool) {
	var wrong *event.PathError
	if !errors.As(err, &wrong) {
		return 0, false
	}
	return wrong.Offset, true
}

// bind binds the parameters of a step.
func (h *Handler) bind(s *Step) {
	for i := range s.inputs {
		switch in := &s.inputs[i]; {
		case in.fields != nil:
			s.Stmt.Bind(in.index, in.fields.values[in.field])
		case in.context != nil:
			s.Stmt.Bind(in.index, in.context(h.host.invocation, &h.config))
		default:
			s.Stmt.Bind(in.index, in.value)
		}
	}
}
