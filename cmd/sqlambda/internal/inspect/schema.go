package inspect

import (
	"bytes"
	"encoding/json"

	"sqlambda/cmd/sqlambda/internal/advice"
	"sqlambda/handlers/syntax"
)

// Schema is a JSON Schema, of the dialect 2020-12: https://json-schema.org/draft/2020-12.
type Schema = Object

// Object is a JSON object whose members are written in their order.
type Object []Member

// Member is a name in an object, and its value.
type Member struct {
	Name  string
	Value any
}

// MarshalJSON writes the members in their order.
func (o Object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	for i, m := range o {
		b.WriteByte("{,"[min(i, 1)])
		if err := encoder.Encode(m.Name); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := encoder.Encode(m.Value); err != nil {
			return nil, err
		}
	}
	if len(o) == 0 {
		b.WriteByte('{')
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

const dialect = "https://json-schema.org/draft/2020-12/schema"

// ResponseSchema is the schema of the handler's responses. It is as strict as the text
// and the declarations of tables allow: a column of a table is taken to hold what it is
// declared as, and null unless something rules it out.
func (d *Description) ResponseSchema() Schema {
	return append(Schema{{"$schema", dialect}, {"title", d.Handler + ": response"}}, d.response()...)
}

func (d *Description) response() Schema {
	if d.altered {
		return nil // the columns are those of the table as it is then
	}
	switch d.Kind {
	case syntax.One:
		row := object(columnsBelow(d.Columns, 0))
		if d.Nullable {
			row[0].Value = []string{"object", "null"}
		}
		return row
	case syntax.Many:
		return Schema{{"type", "array"}, {"items", object(columnsBelow(d.Columns, 0))}}
	case syntax.Value:
		c := d.Columns[0]
		if d.Nullable {
			c.Values |= advice.NullValue
		}
		return valueSchema(c)
	case syntax.Exec:
		return Schema{{"type", "null"}}
	case syntax.ExecRows:
		return object([]Member{{"rowsAffected", Schema{{"type", "integer"}, {"minimum", 0}}}})
	case syntax.Batch:
		return batchSchema()
	}
	return nil // only known at run time
}

// batchSchema is that of partial batch responses:
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting.
func batchSchema() Schema {
	kafka := object([]Member{{"partition", Schema{{"type", "string"}}}, {"offset", Schema{{"type", "integer"}}}})
	identifier := Schema{{"anyOf", []Schema{{{"type", "string"}}, kafka}}}
	failure := object([]Member{{"itemIdentifier", identifier}})
	list := Member{"batchItemFailures", Schema{{"type", "array"}, {"items", failure}}}
	return Schema{ // state is that of a tumbling window
		{"type", "object"}, {"properties", Schema{list, {"state", Schema{}}}}, {"required", []string{list.Name}}, {"additionalProperties", false},
	}
}

// object is the schema of an object that has these properties and no others.
func object(properties []Member) Schema {
	names := []string{}
	for _, p := range properties {
		names = append(names, p.Name)
	}
	return Schema{{"type", "object"}, {"properties", Schema(properties)}, {"required", names}, {"additionalProperties", false}}
}

// columnsBelow are the properties of an object at a depth of the columns' paths, which
// have the same names above it.
func columnsBelow(columns []Column, depth int) (properties []Member) {
	for i := 0; i < len(columns); {
		name := columns[i].Path[depth]
		end := i + 1
		for end < len(columns) && columns[end].Path[depth] == name {
			end++
		}
		switch group := columns[i:end]; {
		case group[0].Text:
			properties = append(properties, Member{name, Schema{{"type", "string"}}})
		case len(group[0].Path) == depth+1:
			properties = append(properties, Member{name, valueSchema(group[0])})
		default:
			properties = append(properties, Member{name, object(columnsBelow(group, depth+1))})
		}
		i = end
	}
	return properties
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
	s := typed(types)
	if c.Type == syntax.Plain && v&^advice.NullValue == advice.BlobValue {
		s = append(s, Member{"contentEncoding", "base64"})
	}
	return s
}

// typed is the schema of values of these types; none means that there never is one.
func typed(types []string) Schema {
	switch len(types) {
	case 0:
		return Schema{{"not", Schema{}}}
	case 1:
		return Schema{{"type", types[0]}}
	}
	return Schema{{"type", types}}
}
