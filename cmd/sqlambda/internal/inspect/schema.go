package inspect

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"sqlambda/cmd/sqlambda/internal/advice"
	"sqlambda/event"
	"sqlambda/handlers/syntax"
	"sqlambda/internal/jsontext"
)

// Schema is a JSON Schema, of the dialect 2020-12: https://json-schema.org/draft/2020-12.
// Its fields are the keywords; one that has nothing is left out.
type Schema struct {
	Dialect         string           `json:"$schema,omitempty"`
	Title           string           `json:"title,omitempty"`
	Description     string           `json:"description,omitempty"`
	Not             *Schema          `json:"not,omitempty"`
	AnyOf           []*Schema        `json:"anyOf,omitempty"`
	Type            any              `json:"type,omitempty"` // a name, or several
	Minimum         any              `json:"minimum,omitempty"`
	Pattern         string           `json:"pattern,omitempty"`
	Enum            []any            `json:"enum,omitempty"`
	ContentEncoding string           `json:"contentEncoding,omitempty"`
	Default         any              `json:"default,omitempty"`
	Properties      Members[*Schema] `json:"properties,omitempty"`
	Required        []string         `json:"required,omitempty"`
	Additional      any              `json:"additionalProperties,omitempty"`
	Items           *Schema          `json:"items,omitempty"`
	PrefixItems     []struct{}       `json:"prefixItems,omitempty"`
}

// Members are the members of a JSON object, which are written in their order.
type Members[T any] []Member[T]

// Member is a name in an object, and its value.
type Member[T any] struct {
	Name  string
	Value T
}

// MarshalJSON writes the members in their order.
func (list Members[T]) MarshalJSON() ([]byte, error) {
	b := bytes.NewBufferString("{")
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	for i, m := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(append(jsontext.Append(nil, m.Name), ':'))
		if err := encoder.Encode(m.Value); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// property returns the schema of a property, or of one in it. It is made when it is asked
// for first.
func (s *Schema) property(names ...string) *Schema {
	for _, name := range names {
		i := slices.IndexFunc(s.Properties, func(m Member[*Schema]) bool { return m.Name == name })
		if i < 0 {
			i = len(s.Properties)
			s.Properties = append(s.Properties, Member[*Schema]{name, &Schema{}})
		}
		s = s.Properties[i].Value
	}
	return s
}

// require says that the value is an object with that property.
func (s *Schema) require(name string) {
	if s.Type == nil {
		s.Type = "object"
	}
	if !slices.Contains(s.Required, name) {
		s.Required = append(s.Required, name)
	}
}

// only returns the schema of a property of an object that has all of its properties, and
// no others.
func (s *Schema) only(name string) *Schema {
	s.require(name)
	s.Additional = false
	return s.property(name)
}

// typed is the schema of values of these types; none means that there never is one.
func typed(types ...string) Schema {
	switch len(types) {
	case 0:
		return Schema{Not: &Schema{}}
	case 1:
		return Schema{Type: types[0]}
	}
	return Schema{Type: types}
}

// ResponseSchema is the schema of the handler's responses. It is as strict as the text
// and the declarations of tables allow: a column of a table is taken to hold what it is
// declared as, and null unless something rules it out.
func (d *Description) ResponseSchema() *Schema {
	s := d.response()
	s.Dialect, s.Title = dialect, d.Handler+": response"
	return &s
}

const dialect = "https://json-schema.org/draft/2020-12/schema"

func (d *Description) response() Schema {
	if d.altered {
		return Schema{} // the columns are those of the table as it is then
	}
	row := rowSchema(d.Columns)
	switch d.Kind {
	case syntax.One:
		if d.Nullable {
			row.Type = []string{"object", "null"}
		}
		return row
	case syntax.Many:
		return Schema{Type: "array", Items: &row}
	case syntax.Value:
		c := d.Columns[0]
		if d.Nullable {
			c.values |= advice.NullValue
		}
		return valueSchema(c)
	case syntax.Exec:
		return typed("null")
	case syntax.ExecRows:
		s := Schema{}
		*s.only("rowsAffected") = Schema{Type: "integer", Minimum: 0}
		return s
	case syntax.Batch:
		return batchSchema()
	}
	return Schema{} // only known at run time
}

// batchSchema is that of partial batch responses:
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting.
func batchSchema() Schema {
	text, kafka, failure, s := typed("string"), Schema{}, Schema{}, Schema{}
	*kafka.only("partition"), *kafka.only("offset") = text, typed("integer")
	failure.only("itemIdentifier").AnyOf = []*Schema{&text, &kafka}
	*s.only("batchItemFailures") = Schema{Type: "array", Items: &failure}
	s.property("state") // that of a tumbling window
	return s
}

// rowSchema is that of a row with these columns.
func rowSchema(columns []Column) (row Schema) {
	for _, c := range columns {
		path, value := c.Path, valueSchema(c)
		if c.Text {
			path, value = path[:1], typed("string")
		}
		at := &row
		for _, name := range path {
			at = at.only(name)
		}
		*at = value
	}
	return row
}

// valueSchema is the schema of a column's value.
func valueSchema(c Column) Schema {
	v := c.values
	var types []string
	add := func(kinds advice.Values, name string) {
		if advice.Has(v, kinds) {
			types = append(types, name)
		}
	}
	switch c.kind {
	case syntax.JSON:
		if advice.Has(v, advice.ScalarValue) || !advice.Has(v, advice.AnyJSON) {
			return Schema{}
		}
		add(advice.ObjectValue, "object")
		add(advice.ArrayValue, "array")
	case syntax.Boolean:
		types = append(types, "boolean")
	default:
		add(advice.TextValue|advice.BlobValue|advice.AnyJSON, "string")
		if advice.Has(v, advice.RealValue) {
			types = append(types, "number")
		} else {
			add(advice.IntegerValue, "integer")
		}
	}
	add(advice.NullValue, "null")
	s := typed(types...)
	if c.kind == syntax.Plain && v&^advice.NullValue == advice.BlobValue {
		s.ContentEncoding = "base64"
	}
	return s
}

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
