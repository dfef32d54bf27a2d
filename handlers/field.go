package handlers

import (
	"strconv"

	"sqlambda/event"
	"sqlambda/handlers/syntax"
)

// planFields compiles the fields of the event that the query takes, so that they
// are read in one pass over it.
func (h *Handler) planFields() (problems []syntax.Problem) {
	var list []event.Parameter
	h.fieldIndex = map[string]int{}
	add := func(p event.Parameter) {
		if _, ok := h.fieldIndex[p.Name]; !ok {
			h.fieldIndex[p.Name] = len(list)
			list = append(list, p)
		}
	}
	for _, d := range h.source.query.Declarations {
		value, problem := defaultOf(d)
		if problem != "" {
			problems = append(problems, h.at(d.Offset, problem, ""))
		}
		path, err := event.ParsePath(d.Path)
		if offset, ok := mistakeIn(err); ok {
			problems = append(problems, h.at(d.PathOffset+len("'")+offset, err.Error(), ""))
		}
		add(event.Parameter{Name: d.Name, Path: path, Type: d.Type, NotNull: d.NotNull, Default: value})
	}
	for _, s := range h.source.query.Statements {
		for _, p := range s.Parameters {
			if p.Scope == syntax.Field {
				add(event.Parameter{Name: p.Path})
			}
		}
	}
	h.fields = event.NewParameters(list)
	return problems
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
