package inspect

import (
	"encoding/json"
	"strings"

	"sqlambda/cmd/sqlambda/internal/advice"
	"sqlambda/handlers"
	"sqlambda/handlers/syntax"
)

// Column is a column of the response's rows, and what it can hold.
type Column struct {
	handlers.Column
	Values advice.Values
}

// columnNames returns the names that the engine has for the columns of the result.
func (q *query) columnNames() (names []string) {
	for _, c := range q.Columns {
		names = append(names, c.Name)
	}
	return names
}

// describeColumns returns the columns of a row of the response.
func (q *query) describeColumns() []Column {
	list := make([]Column, len(q.Columns))
	values := advice.ResultValues(q.Query.Last(), q.columnNames(), q.Conn, func(raw string) advice.Values {
		if d := q.declaration(raw); d != nil {
			return advice.OfDeclaration(*d)
		}
		if strings.HasPrefix(raw, "$env") {
			return advice.NullValue | advice.TextValue
		}
		return advice.AnyValue &^ advice.BlobValue
	})
	for n, c := range q.Columns {
		list[n] = Column{c, values[n]}
	}
	return list
}

// declaration returns the declaration of a parameter as it is written, or nil.
func (q *query) declaration(raw string) *syntax.Declaration {
	for i := range q.Query.Declarations {
		if name := q.Query.Declarations[i].Name; raw == ":"+name || raw == "@"+name {
			return &q.Query.Declarations[i]
		}
	}
	return nil
}

// Nullable reports whether the column may be null.
func (c Column) Nullable() bool { return !c.Text && advice.Has(c.Values, advice.NullValue) }

// TypeName is the type that the column is declared with, or what its values are.
func (c Column) TypeName() string {
	switch {
	case c.Type == syntax.JSON:
		return "JSON"
	case c.Type == syntax.Boolean:
		return "BOOLEAN"
	case c.Declared != "":
		return strings.ToUpper(c.Declared)
	}
	var names []string
	for _, t := range [...]struct {
		kind advice.Values
		name string
	}{
		{advice.TextValue | advice.AnyJSON, "TEXT"}, {advice.IntegerValue, "INTEGER"}, {advice.RealValue, "REAL"}, {advice.BlobValue, "BLOB"},
	} {
		if advice.Has(c.Values, t.kind) {
			names = append(names, t.name)
		}
	}
	switch len(names) {
	case 0:
		return "NULL"
	case 1, 2:
		return strings.Join(names, " or ")
	}
	return "any"
}

// MarshalJSON returns the column as it is in the document of a description.
func (c Column) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Name     string   `json:"name"`
		Path     []string `json:"path"`
		Type     string   `json:"type"`
		Nullable bool     `json:"nullable"`
	}{c.Name, append([]string{}, c.Path...), c.TypeName(), c.Nullable()})
}
