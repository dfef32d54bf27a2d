package inspect

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"sqlambda/event"
	"sqlambda/handlers/syntax"
)

// EventSchema is the schema of the events that the handler takes, as far as it is known.
// It is open: an event may have fields that it does not name, and a field that is not
// declared may hold anything. Every event that the handler does not refuse is valid.
func (d *Description) EventSchema() *Schema {
	root := &Schema{Dialect: dialect, Title: d.Handler + ": event"}
	fields := root
	if d.Kind == syntax.Batch {
		fields = root.property("Records").items()
	}
	for _, p := range d.Parameters {
		switch p.scope {
		case syntax.Field, syntax.Record:
			d.place(fields, p)
		case syntax.Event:
			d.place(root, p)
		case syntax.Element:
			n, _ := strconv.Atoi(p.Path)
			root.PrefixItems = make([]struct{}, max(len(root.PrefixItems), n))
		}
	}
	for _, t := range d.EventTables {
		t.place(root)
	}
	return root
}

// place puts the columns of an event table where they are in the event. What a modifier
// makes of the event is not in it. Without a path to the rows, the event is a row.
func (t EventTable) place(root *Schema) {
	names, whole := plainPath(t.Rows)
	row := root.property(names...)
	if !whole {
		return
	}
	if t.Rows != "" {
		row = row.items()
	}
	for _, c := range t.Columns {
		from := row
		if c.ofEvent {
			from = root
		}
		for _, path := range c.paths {
			if names, whole := plainPath(path.String()); whole || len(names) > 0 {
				from.property(names...).describe(t.Name + "." + c.Name + " " + c.Type)
			}
		}
	}
}

// place puts a parameter where it is in a value.
func (d *Description) place(field *Schema, p Parameter) {
	names, whole := plainPath(p.Path)
	if p.byName() {
		names, whole = []string{p.Path}, true
	}
	if !whole && len(names) == 0 {
		return
	}
	// A missing record field of a :batch is that record's failure, and no refusal.
	refused := p.NotNull && !p.HasDefault && d.Kind != syntax.Batch
	for _, name := range names {
		if refused {
			field.require(name)
		}
		field = field.property(name)
	}
	if p.declared == nil {
		field.describe(p.Raw)
		return
	}
	field.describe(p.Raw + " " + *p.Type)
	if whole && d.Kind != syntax.Batch {
		field.declare(p.declared)
	}
}

// items returns the schema of an array's elements.
func (s *Schema) items() *Schema {
	if s.Items == nil {
		s.Items = &Schema{}
	}
	return s.Items
}

// describe adds to the description.
func (s *Schema) describe(text string) {
	switch {
	case s.Description == "":
		s.Description = text
	case !slices.Contains(strings.Split(s.Description, "; "), text):
		s.Description += "; " + text
	}
}

// plainPath returns the names of fields that begin a path, up to what is no name, and
// whether the path is made of them alone.
// https://github.com/tidwall/gjson/blob/master/SYNTAX.md
func plainPath(path string) (names []string, whole bool) {
	plain := path
	if end := strings.IndexAny(path, `|@#*?[]{}!\()'"`); end >= 0 {
		plain = strings.TrimSuffix(path[:end], ".")
		if path[end] != '|' && plain == path[:end] { // the rest of the name is a pattern
			plain = plain[:max(strings.LastIndexByte(plain, '.'), 0)]
		}
	}
	for name := range strings.SplitSeq(plain, ".") {
		if _, err := strconv.Atoi(name); err == nil || name == "" { // an element of an array
			break
		}
		names = append(names, name)
	}
	return names, strings.Join(names, ".") == path
}

// declare says what a field that is declared may hold: what is converted to its type, by
// the table of package event.
func (s *Schema) declare(d *syntax.Declaration) {
	var types []string
	switch d.Type {
	case event.TextType:
		types = []string{"string", "number", "boolean"}
	case event.IntegerType:
		types, s.Pattern = []string{"integer", "string", "boolean"}, `^\s*[+-]?[0-9]`
	case event.RealType:
		types, s.Pattern = []string{"number", "string"}, `^\s*[+-]?[.0-9]`
	case event.BooleanType:
		s.Enum = []any{true, false, "true", "false", 1, 0}
		if !d.NotNull {
			s.Enum = append(s.Enum, nil)
		}
	case event.BlobType:
		types, s.ContentEncoding = []string{"string"}, "base64"
	case event.JSONType:
		if d.NotNull {
			types = []string{"object", "array", "string", "number", "boolean"}
		}
	}
	if len(types) > 0 && !d.NotNull {
		types = append(types, "null")
	}
	if len(types) > 0 {
		s.Type = typed(types...).Type
	}
	switch text, isText := d.Default.(string); {
	case !d.HasDefault:
	case d.Default == nil: // it is told, too
		s.Default = json.RawMessage("null")
	case isText && d.Type == event.JSONType:
		s.Default = json.RawMessage(text)
	default:
		s.Default = d.Default // encoding/json makes base64 of bytes
	}
}
