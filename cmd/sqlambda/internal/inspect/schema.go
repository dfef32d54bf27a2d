package inspect

import (
	"bytes"
	"encoding/json"
	"slices"

	"sqlambda/cmd/sqlambda/internal/advice"
	"sqlambda/handlers/syntax"
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
		if err := encoder.Encode(m.Name); err != nil {
			return nil, err
		}
		b.WriteByte(':')
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
	switch d.Kind {
	case syntax.One:
		row := rowSchema(d.Columns)
		if d.Nullable {
			row.Type = []string{"object", "null"}
		}
		return row
	case syntax.Many:
		row := rowSchema(d.Columns)
		return Schema{Type: "array", Items: &row}
	case syntax.Value:
		c := d.Columns[0]
		if d.Nullable {
			c.Values |= advice.NullValue
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
	v := c.Values
	var types []string
	add := func(kinds advice.Values, name string) {
		if advice.Has(v, kinds) {
			types = append(types, name)
		}
	}
	switch c.Type {
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
	if c.Type == syntax.Plain && v&^advice.NullValue == advice.BlobValue {
		s.ContentEncoding = "base64"
	}
	return s
}
