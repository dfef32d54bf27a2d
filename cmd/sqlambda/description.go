package main

import (
	"cmp"
	"embed"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"text/template"

	"sqlambda/cmd/sqlambda/internal/inspect"
	"sqlambda/handlers/syntax"
)

//go:embed templates
var templates embed.FS

// describe writes the description of a handler, to be read.
func describe(to io.Writer, d *inspect.Description) error {
	page, err := template.New("describe.txt").Funcs(template.FuncMap{
		"declaration": declarationText,
		"source":      source,
		"response":    responseText,
		"join":        strings.Join,
		"indent":      func(depth int) string { return strings.Repeat("  ", depth) },
	}).ParseFS(templates, "templates/describe.txt")
	if err != nil {
		return err
	}
	return inColumns(to, func(w io.Writer) error { return page.Execute(w, d) })
}

// inColumns writes text whose cells have tabs between them in columns.
func inColumns(to io.Writer, write func(io.Writer) error) error {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	if err := cmp.Or(write(w), w.Flush()); err != nil {
		return err
	}
	_, err := io.WriteString(to, plainLines(b.String()))
	return err
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
