package main

import (
	"fmt"
	"strings"

	"sqlambda/cmd/sqlambda/internal/inspect"
	"sqlambda/engine"
	"sqlambda/handlers/syntax"
)

// describeText is the description of a handler, to be read.
func describeText(d *inspect.Description) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s:%d)\n", d.Handler, d.File, d.Line)
	section := func(title string, rows [][]string) {
		if len(rows) > 0 {
			b.WriteString("\n" + title + ":\n" + columns("  ", rows))
		}
	}
	var takes, gives, uses [][]string
	for _, p := range d.Parameters {
		takes = append(takes, []string{p.Raw, declarationText(p), source(p)})
	}
	section("takes", takes)
	for _, t := range d.EventTables {
		rows := "the event"
		if t.Rows != "" {
			rows = t.Rows
		}
		list := [][]string{}
		for _, c := range t.Columns {
			list = append(list, []string{c.Name, c.Type, c.Path})
		}
		if len(list) == 0 {
			list = [][]string{{"none of its columns"}}
		}
		section("takes the event table "+t.Name+", a row for each of "+rows, list)
	}
	for _, c := range d.Columns {
		gives = append(gives, []string{strings.Join(c.Path, "."), columnText(c)})
	}
	section("gives "+responseText(d)+", "+d.Why, gives)
	if len(gives) == 0 {
		fmt.Fprintf(&b, "\ngives %s, %s\n", responseText(d), d.Why)
	}
	for _, t := range d.Tables {
		uses = append(uses, []string{usesText(t), strings.TrimPrefix(t.Schema+"."+t.Name, "."), string(t.Kind)})
	}
	section("uses", uses)
	for _, s := range d.Statements {
		var plan [][]string
		for _, step := range s.Plan {
			plan = append(plan, []string{strings.Repeat("  ", step.Depth) + step.Detail})
		}
		section(fmt.Sprintf("plan of %s:%d:%d", d.File, s.Line, s.Column), plan)
	}
	return b.String()
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

func usesText(t engine.TableUse) string {
	switch {
	case t.Reads && t.Writes:
		return "reads and writes"
	case t.Writes:
		return "writes"
	}
	return "reads"
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
	case bool:
		return strings.ToUpper(fmt.Sprint(v))
	}
	return fmt.Sprint(l)
}

// source says where a parameter comes from.
func source(p inspect.Parameter) string {
	from := "the " + p.From
	switch p.From {
	case "element":
		return "element " + p.Path + " of the event"
	case "context":
		from = "the invocation"
	}
	if p.Path == "" {
		return from
	}
	return from + "'s " + p.Path
}

// columnText is what a column holds.
func columnText(c inspect.Column) string {
	text := c.TypeName()
	if c.Nullable() {
		text += "?"
	}
	if c.Text {
		text += ", as a string"
	}
	return text
}
