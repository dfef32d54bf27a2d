package event

import (
	"cmp"
	"fmt"
	"strings"
)

// A Parameter is a value of the event that a query takes, with what was declared of it.
type Parameter struct {
	Name    string // of a field, as it is: nothing in it is special; or empty
	Path    Path   // to the value, where that is not the field of that name
	Element int    // instead: the place of an element in the event, counted from 1
	Type    Type   // AnyType: the JSON → SQL rules of Event.Value
	NotNull bool   // null is refused, and so is a missing field without a default
	Default Value  // of a missing field; NULL: it has none
}

// Parameters are all the values that a query takes from an event. They are compiled, so that
// one pass over the event reads them, and what several paths lead through is decoded once.
// Several goroutines may use them.
type Parameters struct {
	list   []Parameter
	slots  []int // of fields, for each parameter
	fields fields
}

// NewParameters compiles the parameters.
func NewParameters(list []Parameter) *Parameters {
	p := &Parameters{list: list}
	for _, one := range list {
		path := one.Path
		if one.Element > 0 {
			path = Path{steps: []step{{keys: []key{{index: one.Element - 1}}}}}
		} else if path.String() == "" && one.Name != "" {
			path = FieldPath(one.Name)
		}
		p.slots = append(p.slots, p.fields.add(path))
	}
	return p
}

// Read appends the parameters' values in their order. The error is an *InvalidError with
// every problem that the event has, or a *MemoryError.
func (p *Parameters) Read(e Event, values []Value) ([]Value, error) {
	if len(p.list) == 0 {
		return values, nil
	}
	m := e.Memory()
	found := m.events(p.fields.slots)
	defer clear(found)
	p.fields.root.readEvent(e, &findings{slots: found, memory: m})
	var problems []string
	for i := range p.list {
		field := found[p.slots[i]]
		if p.list[i].Element > 0 && !e.IsArray() {
			field = e.At(p.list[i].Element)
		}
		value, problem := p.list[i].convert(field)
		if problem != "" {
			problems = append(problems, problem)
		}
		values = append(values, value)
	}
	if problems == nil {
		return values, m.Err()
	}
	if !e.IsObject() {
		problems = append(problems, "the event is "+e.describe()+", not an object")
	}
	return values, &InvalidError{problems}
}

// label names the field as whoever made the event knows it.
func (p *Parameter) label() string { return cmp.Or(p.Path.String(), p.Name) }

func (p *Parameter) convert(field Event) (value Value, problem string) {
	if !field.Exists() && p.Default.Kind != Null {
		return p.Default, ""
	}
	value, ok := field.Convert(p.Type)
	switch {
	case !ok:
		return value, fmt.Sprintf("%s: %s expected, got %s", p.label(), p.Type, field.describe())
	case value.Kind != Null || !p.NotNull:
		return value, ""
	case field.Exists():
		return value, p.label() + ": must not be null"
	}
	return value, p.label() + ": missing"
}

// describe names the value for a message, so that it can be recognised: its kind, and
// what it is where that is short.
func (e Event) describe() string {
	switch e.kind() {
	case 0:
		return "nothing"
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "the string " + excerpt(e.text(), 0)
	case '0':
		return "the number " + strings.Trim(excerpt(e.raw, 0), `"`)
	}
	return e.raw
}
