package inspect

import (
	"encoding/base64"
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
func (d *Description) EventSchema() Schema {
	root := &node{}
	fields := root
	if d.Kind == syntax.Batch {
		fields = root.child("Records").items()
	}
	for _, p := range d.Parameters {
		switch p.scope {
		case syntax.Field, syntax.Record:
			d.place(fields, p)
		case syntax.Event:
			d.place(root, p)
		case syntax.Element:
			n, _ := strconv.Atoi(p.Path)
			root.elements = max(root.elements, n)
		}
	}
	for _, t := range d.EventTables {
		t.place(root)
	}
	return append(Schema{{"$schema", dialect}, {"title", d.Handler + ": event"}}, root.schema()...)
}

// place puts the columns of an event table where they are in the event. What a modifier
// makes of the event is not in it. Without a path to the rows, the event is a row.
func (t EventTable) place(root *node) {
	row := root
	if t.Rows != "" {
		_, rows := root.follow(t.Rows)
		if rows == nil || !isPlain(t.Rows) {
			return
		}
		row = rows.items()
	}
	for _, c := range t.Columns {
		from := row
		if c.ofEvent {
			from = root
		}
		for _, path := range c.paths {
			if _, field := from.follow(path.String()); field != nil {
				field.describe(t.Name + "." + c.Name + " " + c.Type)
			}
		}
	}
}

// place puts a parameter where it is in a value.
func (d *Description) place(from *node, p Parameter) {
	var field *node
	var along []*node
	names := plainPath(p.Path)
	if byName := p.scope == syntax.Field && (p.declared == nil || p.declared.Path == ""); byName {
		field, along, names = from.child(p.Path), []*node{from}, []string{p.Path}
	} else {
		along, field = from.follow(p.Path)
	}
	// A missing record field of a :batch is that record's failure, and no refusal.
	if p.NotNull && !p.HasDefault && d.Kind != syntax.Batch {
		for i, name := range names {
			along[i].require(name)
		}
	}
	if field == nil {
		return
	}
	if p.declared == nil {
		field.describe(p.Raw)
		return
	}
	field.describe(p.Raw + " " + *p.Type)
	if whole := p.declared.Path == "" || isPlain(p.Path); whole && d.Kind != syntax.Batch {
		field.declared = declaredSchema(p.declared)
	}
}

// isPlain says whether a path is made of names alone.
func isPlain(path string) bool { return path == "" || strings.Join(plainPath(path), ".") == path }

// node is a value in the event.
type node struct {
	names    []string // of the children, in their order
	children map[string]*node
	required []string
	each     *node // an element, if the value is an array
	elements int   // that are named one by one
	about    []string
	declared Schema
}

func (n *node) child(name string) *node {
	if n.children == nil {
		n.children = map[string]*node{}
	}
	if n.children[name] == nil {
		n.children[name] = &node{}
		n.names = append(n.names, name)
	}
	return n.children[name]
}

func (n *node) items() *node {
	if n.each == nil {
		n.each = &node{}
	}
	return n.each
}

func (n *node) require(name string)  { n.required = appendOnce(n.required, name) }
func (n *node) describe(text string) { n.about = appendOnce(n.about, text) }

func appendOnce(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

// follow goes along a path as far as it names fields, and returns the nodes on the way and
// the last one, which is nil if the path names no field.
func (n *node) follow(path string) (along []*node, last *node) {
	names := plainPath(path)
	for _, name := range names {
		along = append(along, n)
		n = n.child(name)
	}
	if path != "" && len(names) == 0 {
		return nil, nil
	}
	return along, n
}

// plainPath are the names of fields that begin a path, up to what is no name.
// https://github.com/tidwall/gjson/blob/master/SYNTAX.md
func plainPath(path string) []string {
	end := strings.IndexAny(path, `|@#*?[]{}!\()'"`)
	whole := end < 0
	if whole {
		end = len(path)
	}
	names := strings.Split(strings.TrimSuffix(path[:end], "."), ".")
	if !whole && !strings.HasPrefix(path[end:], "|") && !strings.HasSuffix(path[:end], ".") {
		names = names[:len(names)-1] // the rest of the name is a pattern
	}
	for i, name := range names {
		if _, err := strconv.Atoi(name); err == nil || name == "" {
			return names[:i] // an element of an array
		}
	}
	return names
}

// schema is what is known of the value.
func (n *node) schema() Schema {
	s := Schema{}
	if len(n.about) > 0 {
		s = append(s, Member{"description", strings.Join(n.about, "; ")})
	}
	if len(n.required) > 0 {
		s = append(s, Member{"type", "object"})
	}
	s = append(s, n.declared...)
	if len(n.names) > 0 {
		properties := Schema{}
		for _, name := range n.names {
			properties = append(properties, Member{name, n.children[name].schema()})
		}
		s = append(s, Member{"properties", properties})
	}
	if len(n.required) > 0 {
		s = append(s, Member{"required", n.required})
	}
	if n.each != nil {
		s = append(s, Member{"items", n.each.schema()})
	}
	if n.elements > 0 {
		s = append(s, Member{"prefixItems", make([]struct{}, n.elements)})
	}
	return s
}

// declaredSchema is what a field that is declared may hold: what is converted to its
// type, by the table of package event.
func declaredSchema(d *syntax.Declaration) Schema {
	var types []string
	var s Schema
	switch d.Type {
	case event.TextType:
		types = []string{"string", "number", "boolean"}
	case event.IntegerType:
		types = []string{"integer", "string", "boolean"}
		s = append(s, Member{"pattern", `^\s*[+-]?[0-9]`})
	case event.RealType:
		types = []string{"number", "string"}
		s = append(s, Member{"pattern", `^\s*[+-]?[.0-9]`})
	case event.BooleanType:
		values := []any{true, false, "true", "false", 1, 0}
		if !d.NotNull {
			values = append(values, nil)
		}
		s = append(s, Member{"enum", values})
	case event.BlobType:
		types = []string{"string"}
		s = append(s, Member{"contentEncoding", "base64"})
	case event.JSONType:
		if d.NotNull {
			types = []string{"object", "array", "string", "number", "boolean"}
		}
	}
	if len(types) > 0 {
		if !d.NotNull {
			types = append(types, "null")
		}
		s = append(typed(types), s...)
	}
	if d.HasDefault {
		s = append(s, Member{"default", defaultOf(d)})
	}
	return s
}

// defaultOf is a declaration's default as JSON.
func defaultOf(d *syntax.Declaration) any {
	switch value := d.Default.(type) {
	case []byte:
		return base64.StdEncoding.EncodeToString(value)
	case string:
		if d.Type == event.JSONType {
			return json.RawMessage(value)
		}
	}
	return d.Default
}
