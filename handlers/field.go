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

// add returns the place of a value, which is added if it is not there yet.
func (f *fields) add(name string, p event.Parameter) int {
	place, ok := f.places[name]
	if !ok {
		if f.places == nil {
			f.places = map[string]int{}
		}
		place = len(f.list)
		f.places[name] = place
		f.list = append(f.list, p)
	}
	return place
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

// planDeclarations adds the fields that the query declares.
func (h *Handler) planDeclarations() (problems []syntax.Problem) {
	h.fields, h.eventFields = fields{}, fields{}
	for _, d := range h.Query.Declarations {
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
	return problems
}

// defaultOf returns the value that stands in for a missing field. It has the type of a
// field that is there.
func defaultOf(d syntax.Declaration) (v event.Value, problem string) {
	text, isText := d.Default.(string)
	switch l := d.Default.(type) {
	case int64:
		v = event.IntegerValue(l)
		if text = strconv.FormatInt(l, 10); d.Type == event.RealType {
			v = event.RealValue(float64(l))
		}
	case float64:
		v, text = event.RealValue(l), string(appendReal(nil, l))
	case bool:
		if text = strconv.FormatBool(l); l {
			v = event.IntegerValue(1)
		} else {
			v = event.IntegerValue(0)
		}
	case []byte:
		v = event.BlobValue(string(l))
	}
	if isText || d.Type == event.JSONType && d.Default != nil {
		v = event.TextValue(text)
	}
	if problem := event.Problem(text); problem != "" && d.Type == event.JSONType && d.Default != nil {
		return v, "the default of " + d.Name + " is not valid JSON: " + problem
	}
	return v, ""
}
