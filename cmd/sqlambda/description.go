package main

import (
	"fmt"
	"strings"

	"sqlambda/cmd/sqlambda/internal/inspect"
	"sqlambda/handlers/syntax"
)

// takes are the names of what a handler takes.
func takes(d *inspect.Description) (names []string) {
	for _, parameter := range d.Parameters {
		names = append(names, parameter.Raw)
	}
	for _, table := range d.EventTables {
		names = append(names, table.Name)
	}
	return names
}

// responseText is the shape of the response.
func responseText(d *inspect.Description) string {
	text := map[syntax.Kind]string{
		syntax.One: ":one, an object", syntax.Many: ":many, an array of objects", syntax.Value: ":value, the value",
		syntax.Exec: ":exec, null", syntax.ExecRows: ":execrows, the number of rows", syntax.Batch: ":batch, the records that failed",
		syntax.None: "what is known at run time",
	}[d.Kind]
	if d.Nullable && d.Kind != syntax.Exec {
		text += " or null"
	}
	return text
}

// declarationText is what a parameter is declared as.
func declarationText(p inspect.Parameter) string {
	if p.Type == nil {
		return ""
	}
	text := *p.Type
	if p.NotNull {
		text += " NOT NULL"
	}
	if p.HasDefault {
		text += " DEFAULT " + literalText(p.Default)
	}
	return text
}

// literalText is a literal as it is written in SQL.
func literalText(l any) string {
	switch v := l.(type) {
	case nil:
		return "NULL"
	case string:
		return "'" + strings.ReplaceAll(v, "'", "''") + "'"
	case []byte:
		return fmt.Sprintf("x'%x'", v)
	}
	return strings.ToUpper(fmt.Sprint(l)) // TRUE, 20
}

// source says where a parameter comes from.
func source(p inspect.Parameter) string {
	from := "the " + p.From
	switch {
	case p.From == "element":
		return "element " + p.Path + " of the event"
	case p.From == "context":
		from = "the invocation"
	}
	return strings.TrimSuffix(from+"'s "+p.Path, "'s ")
}
