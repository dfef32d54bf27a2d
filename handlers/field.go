package handlers

import (
	"errors"
	"strconv"

	"sqlambda/event"
	"sqlambda/handlers/syntax"
)

// fields are the values that the query takes of the event, or of a record of it, so that
// they are read in one pass.
type fields struct {
	list   []event.Parameter
	places map[string]int // in the list, by the name of a field, or the text of a parameter
	plan   *event.Parameters
	values []event.Value
	taken  int // of the memory, by the values
}

func (f *fields) add(name string, p event.Parameter) {
	if _, ok := f.places[name]; !ok {
		if f.places == nil {
			f.places = map[string]int{}
		}
		f.places[name] = len(f.list)
		f.list = append(f.list, p)
	}
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
	var short *event.MemoryError
	switch {
	case errors.As(err, &short):
		return newError(OutOfMemory, "%v", err)
	case err != nil:
		return newError(InvalidEvent, "%v", err)
	}
	return nil
}

// forget drops the values.
func (f *fields) forget() {
	clear(f.values)
	f.taken = 0
}

// planFields compiles the values that the query takes of the event and of its records.
func (h *Handler) planFields() (problems []syntax.Problem) {
	h.fields, h.eventFields = fields{}, fields{}
	for _, d := range h.source.query.Declarations {
		value, problem := defaultOf(d)
		if problem != "" {
			problems = append(problems, h.at(d.Offset, problem, ""))
		}
		path, err := event.ParsePath(d.Path)
		if offset, ok := mistakeIn(err); ok {
			problems = append(problems, h.at(d.PathOffset+len("'")+offset, err.Error(), ""))
		}
		h.fields.add(d.Name, event.Parameter{Name: d.Name, Path: path, Type: d.Type, NotNull: d.NotNull, Default: value})
	}
	for _, s := range h.source.query.Statements {
		for _, p := range s.Parameters {
			path, _ := event.ParsePath(p.Path) // planInput says what is wrong in it
			switch p.Scope {
			case syntax.Field:
				h.fields.add(p.Path, event.Parameter{Name: p.Path})
			case syntax.Record:
				h.fields.add(p.Raw, event.Parameter{Path: path})
			case syntax.Event:
				h.ofEvent().add(p.Raw, event.Parameter{Path: path})
			case syntax.Element:
				h.ofEvent().add(strconv.Itoa(p.Index), event.Parameter{Element: p.Index})
			}
		}
	}
	h.fields.plan, h.eventFields.plan = event.NewParameters(h.fields.list), event.NewParameters(h.eventFields.list)
	return problems
}

// ofEvent returns the fields of the event: in a :batch, h.fields are those of a record.
func (h *Handler) ofEvent() *fields {
	if h.source.query.Kind == syntax.Batch {
		return &h.eventFields
	}
	return &h.fields
}

// defaultOf returns the value that stands in for a missing field. It has the type
// that a field which is there has.
func defaultOf(d syntax.Declaration) (v event.Value, problem string) {
	if d.Type == event.JSONType && d.Default != nil {
		text := jsonOf(d.Default)
		if problem := event.Problem([]byte(text)); problem != "" {
			return event.Value{}, "the default of " + d.Name + " is not valid JSON: " + problem
		}
		return event.TextValue(text), ""
	}
	switch v := d.Default.(type) {
	case int64:
		if d.Type == event.RealType {
			return event.RealValue(float64(v)), ""
		}
		return event.IntegerValue(v), ""
	case float64:
		return event.RealValue(v), ""
	case bool:
		if v {
			return event.IntegerValue(1), ""
		}
		return event.IntegerValue(0), ""
	case string:
		return event.TextValue(v), ""
	case []byte:
		return event.BlobValue(string(v)), ""
	default:
		return event.Value{}, ""
	}
}

// jsonOf returns the JSON that a literal stands for: a string holds it.
func jsonOf(l syntax.Literal) string {
	switch v := l.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return string(appendReal(nil, v))
	case bool:
		return strconv.FormatBool(v)
	case string:
		return v
	default:
		return ""
	}
}
