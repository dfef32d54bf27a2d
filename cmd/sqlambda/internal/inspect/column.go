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

// columns returns the columns of a row of the response.
func columns(plan handlers.Plan) []Column {
	names, list := []string{}, []Column{}
	for _, c := range plan.Columns {
		names = append(names, c.Name)
	}
	if plan.Columns == nil {
		return list
	}
	values := advice.ResultValues(plan.Query.Last(), names, handlers.CatalogOf(plan.Conn), func(raw string) advice.Values {
		if d := declarationOf(plan.Query, raw); d != nil {
			return advice.OfDeclaration(*d)
		}
		if strings.HasPrefix(raw, "$env") {
			return advice.NullValue | advice.TextValue
		}
		return advice.AnyValue &^ advice.BlobValue
	})
	for n, c := range plan.Columns {
		list = append(list, Column{c, values[n]})
	}
	return list
}

// declarationOf returns the declaration of a parameter as it is written, or nil.
func declarationOf(q *syntax.Query, raw string) *syntax.Declaration {
	for i := range q.Declarations {
		if name := q.Declarations[i].Name; raw == ":"+name || raw == "@"+name {
			return &q.Declarations[i]
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
