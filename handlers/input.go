package handlers

import (
	"errors"
	"fmt"
	"slices"

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

// fields are the values that the query takes of the event, or of a record of it, so that
// they are read in one pass.
type fields struct {
	list   []event.Parameter
	names  []string // of the list: the name of a field, or the text of a parameter
	plan   *event.Parameters
	values []event.Value
	taken  int // of the memory, by the values
}

// add returns the place of a value, which is added if it is not there yet.
func (f *fields) add(name string, p event.Parameter) int {
	if place := slices.Index(f.names, name); place >= 0 {
		return place
	}
	f.names, f.list = append(f.names, name), append(f.list, p)
	return len(f.list) - 1
}

// read reads the values from e.
func (f *fields) read(e event.Event) error {
	m := e.Memory()
	m.Forgive()
	m.Release(f.taken)
	before := m.Used()
	var err error
	clear(f.values)
	f.values, err = f.plan.Read(e, f.values[:0])
	f.taken = m.Used() - before
	if err == nil {
		return nil
	}
	kind := InvalidEvent
	if short := (*event.MemoryError)(nil); errors.As(err, &short) {
		kind = OutOfMemory
	}
	return newError(kind, "%v", err)
}

// forget drops the values.
func (f *fields) forget() {
	clear(f.values)
	f.taken = 0
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

// planInputs decides what the parameters of a step are bound to.
func (h *Handler) planInputs(s *Step) (problems []syntax.Problem) {
	for _, p := range s.Text.Parameters {
		if slices.ContainsFunc(s.inputs, func(in input) bool { return in.index == p.Index }) {
			continue
		}
		in, hint, err := h.planInput(p)
		if err != nil {
			path := len(p.Raw) - len(p.Path) - len(")")
			problems = append(problems, h.at(p.Offset+mistakeIn(err, path), err.Error(), hint))
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
		in.field = in.fields.add(fmt.Sprint(p.Index), event.Parameter{Element: p.Index})
	case syntax.Context:
		in.fields = nil
		in.context, hint, err = contextValue(p.Path)
	case syntax.Env:
		in.fields, in.value = nil, environmentValue(h.config.LookupEnv, p.Path)
	}
	return in, hint, err
}

// mistakeIn returns where the mistake in a path is, which begins at an offset. It is 0 for
// any other error.
func mistakeIn(err error, path int) int {
	var wrong *event.PathError
	if errors.As(err, &wrong) {
		return path + wrong.Offset
	}
	return 0
}

// planDeclarations adds the fields that the query declares.
func (h *Handler) planDeclarations() (problems []syntax.Problem) {
	for _, d := range h.Query.Declarations {
		value, problem := defaultOf(d)
		if problem != "" {
			problems = append(problems, h.at(d.Offset, problem, ""))
		}
		path, err := event.ParsePath(d.Path)
		if err != nil {
			problems = append(problems, h.at(d.PathOffset+mistakeIn(err, len("'")), err.Error(), ""))
		}
		h.fields.add(d.Name, event.Parameter{Name: d.Name, Path: path, Type: d.Type, NotNull: d.NotNull, Default: value})
	}
	return problems
}

// defaultOf returns the value that stands in for a missing field. It has the type of a
// field that is there: that of JSON is its text.
func defaultOf(d syntax.Declaration) (v event.Value, problem string) {
	text := fmt.Sprint(d.Default)
	switch l := d.Default.(type) {
	case string:
		v = event.TextValue(l)
	case int64:
		if v = event.IntegerValue(l); d.Type == event.RealType {
			v = event.RealValue(float64(l))
		}
	case float64:
		v, text = event.RealValue(l), string(appendReal(nil, l))
	case bool:
		if v = event.IntegerValue(0); l {
			v = event.IntegerValue(1)
		}
	case []byte:
		v = event.BlobValue(string(l))
	}
	if d.Type != event.JSONType || d.Default == nil {
		return v, ""
	}
	if wrong := event.Problem(text); wrong != "" {
		problem = "the default of " + d.Name + " is not valid JSON: " + wrong
	}
	return event.TextValue(text), problem
}
