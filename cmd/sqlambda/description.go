package main

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"sqlambda/cmd/sqlambda/internal/advice"
	"sqlambda/cmd/sqlambda/internal/inspect"
	"sqlambda/handlers/syntax"
)

// describeText is the description of a handler, to be read.
func describeText(d *inspect.Description) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s:%d)\n", d.Handler, d.File, d.Line)
	section := func(title, text string) {
		if text != "" {
			b.WriteString("\n" + title + "\n" + text)
		}
	}
	var takes [][]string
	for _, p := range d.Parameters {
		takes = append(takes, []string{p.Raw, declarationText(p), source(p, d.Kind)})
	}
	section("takes:", columns("  ", takes))
	for _, t := range d.EventTables {
		rows := "the event"
		if t.Rows != "" {
			rows = t.Rows
		}
		var list [][]string
		for _, c := range t.Columns {
			list = append(list, []string{c.Name, c.Type, c.Path})
		}
		section("takes the event table "+t.Name+", a row for each of "+rows+":", columns("  ", list))
	}
	var gives [][]string
	for _, c := range d.Columns {
		gives = append(gives, []string{strings.Join(c.Path, "."), columnText(c)})
	}
	section("gives "+responseText(d)+", "+d.Why+":", columns("  ", gives))
	if len(gives) == 0 {
		fmt.Fprintf(&b, "\ngives %s, %s\n", responseText(d), d.Why)
	}
	var tables [][]string
	for _, t := range d.Tables {
		tables = append(tables, []string{usesText(t.Reads, t.Writes), strings.TrimPrefix(t.Schema+"."+t.Name, "."), string(t.Kind)})
	}
	section("uses:", columns("  ", tables))
	for _, s := range d.Statements {
		var plan strings.Builder
		for _, step := range s.Plan {
			plan.WriteString("  " + strings.Repeat("  ", step.Depth) + step.Detail + "\n")
		}
		section(fmt.Sprintf("plan of %s:%d:%d:", d.File, s.Line, s.Column), plan.String())
	}
	return b.String()
}

// responseText is the shape of the response.
func responseText(d *inspect.Description) string {
	orNull := " or null"
	if d.Row {
		orNull = ""
	}
	switch d.Kind {
	case syntax.One:
		return ":one, an object" + orNull
	case syntax.Many:
		return ":many, an array of objects"
	case syntax.Value:
		return ":value, the value" + orNull
	case syntax.Exec:
		return ":exec, null"
	case syntax.ExecRows:
		return ":execrows, the number of rows"
	case syntax.Batch:
		return ":batch, the records that failed"
	}
	return "what is known at run time"
}

func usesText(reads, writes bool) string {
	switch {
	case reads && writes:
		return "reads and writes"
	case writes:
		return "writes"
	}
	return "reads"
}

// declarationText is what a parameter is declared as.
func declarationText(p inspect.Parameter) string {
	if p.Declared == nil {
		return ""
	}
	text := p.Declared.Type.String()
	if p.Declared.NotNull {
		text += " NOT NULL"
	}
	if p.Declared.HasDefault {
		text += " DEFAULT " + literalText(p.Declared.Default)
	}
	return text
}

// literalText is a literal as it is written in SQL.
func literalText(l syntax.Literal) string {
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
func source(p inspect.Parameter, kind syntax.Kind) string {
	from := "the event"
	if kind == syntax.Batch && p.Scope == syntax.Field || p.Scope == syntax.Record {
		from = "the record"
	}
	switch p.Scope {
	case syntax.Context:
		return "the invocation's " + p.Path
	case syntax.Env:
		return "the environment's " + p.Path
	case syntax.Element:
		return "element " + p.Path + " of the event"
	}
	if p.Path == "" {
		return from
	}
	return from + "'s " + p.Path
}

// columnText is what a column holds.
func columnText(c inspect.Column) string {
	text := columnType(c)
	if !c.Text && advice.Has(c.Values, advice.NullValue) {
		text += "?"
	}
	if c.Text {
		text += ", as a string"
	}
	return text
}

// columnType is the type that a column is declared with, or what its values are.
func columnType(c inspect.Column) string {
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
	switch {
	case len(names) > 2:
		return "any"
	case len(names) == 0:
		return "NULL"
	}
	return strings.Join(names, " or ")
}

// handlerDocument is the document of "sqlambda describe --json".
type handlerDocument struct {
	Handler     string                `json:"handler"`
	File        string                `json:"file"`
	Line        int                   `json:"line"`
	Kind        string                `json:"kind"`
	Why         string                `json:"why"`
	Nullable    bool                  `json:"nullable"`
	Parameters  []describedParameter  `json:"parameters"`
	EventTables []describedEventTable `json:"eventTables"`
	Columns     []describedColumn     `json:"columns"`
	Tables      []describedTable      `json:"tables"`
	Statements  []describedStatement  `json:"statements"`
}

type (
	describedParameter struct {
		Parameter  string  `json:"parameter"`
		From       string  `json:"from"`
		Path       string  `json:"path"`
		Type       *string `json:"type"`
		NotNull    bool    `json:"notNull"`
		HasDefault bool    `json:"hasDefault"`
		Default    any     `json:"default"`
	}
	describedEventTable struct {
		Name    string                 `json:"name"`
		Rows    string                 `json:"rows"`
		Columns []describedEventColumn `json:"columns"`
	}
	describedEventColumn struct {
		Name string `json:"name"`
		Type string `json:"type"`
		Path string `json:"path"`
	}
	describedColumn struct {
		Name     string   `json:"name"`
		Path     []string `json:"path"`
		Type     string   `json:"type"`
		Nullable bool     `json:"nullable"`
	}
	describedTable struct {
		Name   string `json:"name"`
		Schema string `json:"schema"`
		Kind   string `json:"kind"`
		Reads  bool   `json:"reads"`
		Writes bool   `json:"writes"`
	}
	describedStatement struct {
		Line   int             `json:"line"`
		Column int             `json:"column"`
		Writes bool            `json:"writes"`
		Plan   []describedStep `json:"plan"`
	}
	describedStep struct {
		Depth  int    `json:"depth"`
		Detail string `json:"detail"`
	}
)

// newHandlerDocument is a description as a document. Its lists are never null.
func newHandlerDocument(d *inspect.Description) handlerDocument {
	out := handlerDocument{
		Handler: d.Handler, File: d.File, Line: d.Line, Kind: d.Kind.String(), Why: d.Why,
		Nullable:   d.Kind == syntax.Exec || (d.Kind == syntax.One || d.Kind == syntax.Value) && !d.Row,
		Parameters: []describedParameter{}, EventTables: []describedEventTable{}, Columns: []describedColumn{},
		Tables: []describedTable{}, Statements: []describedStatement{},
	}
	for _, p := range d.Parameters {
		out.Parameters = append(out.Parameters, newParameter(p, d.Kind))
	}
	for _, t := range d.EventTables {
		table := describedEventTable{t.Name, t.Rows, []describedEventColumn{}}
		for _, c := range t.Columns {
			table.Columns = append(table.Columns, describedEventColumn(c))
		}
		out.EventTables = append(out.EventTables, table)
	}
	for _, c := range d.Columns {
		out.Columns = append(out.Columns, describedColumn{c.Name, append([]string{}, c.Path...), columnType(c), advice.Has(c.Values, advice.NullValue) && !c.Text})
	}
	for _, t := range d.Tables {
		out.Tables = append(out.Tables, describedTable{t.Name, t.Schema, string(t.Kind), t.Reads, t.Writes})
	}
	for _, s := range d.Statements {
		statement := describedStatement{s.Line, s.Column, s.Writes, []describedStep{}}
		for _, step := range s.Plan {
			statement.Plan = append(statement.Plan, describedStep(step))
		}
		out.Statements = append(out.Statements, statement)
	}
	return out
}

func newParameter(p inspect.Parameter, kind syntax.Kind) describedParameter {
	from := [...]string{
		syntax.Field: "event", syntax.Event: "event", syntax.Context: "context", syntax.Env: "environment",
		syntax.Record: "record", syntax.Element: "element",
	}[p.Scope]
	if p.Scope == syntax.Field && kind == syntax.Batch {
		from = "record"
	}
	out := describedParameter{Parameter: p.Raw, From: from, Path: p.Path}
	if d := p.Declared; d != nil {
		name := d.Type.String()
		out.Type, out.NotNull, out.HasDefault, out.Default = &name, d.NotNull, d.HasDefault, d.Default
		if blob, ok := d.Default.([]byte); ok {
			out.Default = base64.StdEncoding.EncodeToString(slices.Clone(blob))
		}
	}
	return out
}
