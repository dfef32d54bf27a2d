package handlers

import (
	"errors"
	"slices"
	"strconv"

	"sqlambda/event"
	"sqlambda/handlers/syntax"
)

// input is what one parameter of a statement is bound to.
type input struct {
	index   int // SQLite's number of the parameter
	scope   syntax.Scope
	fields  *fields     // of a Field, Event, Record or Element: where its value is
	field   int         // and its place there
	context contextPath // of a Context
	value   event.Value // of an Env: what it is for the life of the process
}

// planInputs decides what the parameters of a step are bound to.
func (h *Handler) planInputs(s *step) []syntax.Problem {
	var problems []syntax.Problem
	for _, p := range s.text.Parameters {
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
	in = input{index: p.Index, scope: p.Scope}
	switch p.Scope {
	case syntax.Field:
		in.fields, in.field = &h.fields, h.fields.places[p.Path]
	case syntax.Record:
		in.fields, in.field = &h.fields, h.fields.places[p.Raw]
		_, err = event.ParsePath(p.Path)
	case syntax.Event:
		in.fields, in.field = h.ofEvent(), h.ofEvent().places[p.Raw]
		_, err = event.ParsePath(p.Path)
	case syntax.Element:
		in.fields, in.field = h.ofEvent(), h.ofEvent().places[strconv.Itoa(p.Index)]
	case syntax.Context:
		in.context, hint, err = parseContextPath(p.Path)
	case syntax.Env:
		in.value = environmentValue(h.config.LookupEnv, p.Path)
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
func (h *Handler) bind(s *step) {
	for i := range s.inputs {
		s.stmt.Bind(s.inputs[i].index, h.value(&s.inputs[i]))
	}
}

// value returns what an input is in the invocation being handled.
func (h *Handler) value(in *input) event.Value {
	switch {
	case in.fields != nil:
		return in.fields.values[in.field]
	case in.scope == syntax.Context:
		return in.context.in(h.host.invocation, &h.config)
	}
	return in.value
}
