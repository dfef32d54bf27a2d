package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"text/template"

	"github.com/mattn/go-isatty"
	"github.com/tidwall/pretty"

	"sqlambda/cmd/sqlambda/internal/pack"
	"sqlambda/cmd/sqlambda/internal/suite"
	"sqlambda/handlers/syntax"
)

// output is a stream: people read it if it is a terminal, and programs otherwise.
type output struct {
	io.Writer
	terminal bool
	colour   bool // https://no-color.org
}

func newOutput(file *os.File, lookupEnv func(string) (string, bool)) output {
	terminal := isatty.IsTerminal(file.Fd()) || isatty.IsCygwinTerminal(file.Fd())
	noColour, _ := lookupEnv("NO_COLOR")
	kind, _ := lookupEnv("TERM")
	return output{file, terminal, terminal && noColour == "" && kind != "dumb"}
}

// writeResponse writes a response, which is JSON: indented on a terminal, otherwise
// as one line. A raw response is written as it is, without a line break.
func (o output) writeResponse(response []byte, raw bool) error {
	switch {
	case raw:
	case o.terminal:
		response = []byte(plainLines(string(pretty.Pretty(response))))
		if o.colour {
			response = pretty.Color(response, nil)
		}
	default: // a column that holds JSON may hold line breaks between its tokens
		response = append(pretty.Ugly(response), '\n')
	}
	_, err := o.Write(response)
	return err
}

// The colours, as ANSI escape sequences hold them.
const (
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
	grey   = "90"
)

// paint gives a text a colour, if it has one and the stream shows colours.
func (o output) paint(colour, text string) string {
	if !o.colour || colour == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

//go:embed templates
var templates embed.FS

// functions are those of the templates, beside the colours.
var functions = template.FuncMap{
	"bytes": pack.Bytes, "count": count, "join": strings.Join, "lines": lines, "quoted": quoted, "xml": escapeXML,
	"literal": literalText, "oneLine": oneLine, "takes": takes,
	"response":     func(kind syntax.Kind) string { return responses[kind] },
	"mostUnpacked": func() int64 { return pack.MostUnpacked },
	"indent":       func(depth int) string { return strings.Repeat("  ", depth) },
	"seconds":      func(digits int, d suite.Duration) string { return fmt.Sprintf("%.*f", digits, d.Seconds()) },
}

func lines(text string) []string { return strings.Split(text, "\n") }

func escapeXML(text string) (string, error) {
	var b strings.Builder
	err := xml.EscapeText(&b, []byte(text))
	return b.String(), err
}

// render lays a document out as the template of that name does.
func (o output) render(name string, document any) (string, error) {
	page, err := template.New(name).Funcs(functions).Funcs(template.FuncMap{
		"red":      func(text string) string { return o.paint(red, text) },
		"green":    func(text string) string { return o.paint(green, text) },
		"yellow":   func(text string) string { return o.paint(yellow, text) },
		"problems": o.problems,
	}).ParseFS(templates, "templates/"+name)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = page.Execute(&b, document)
	return b.String(), err
}

// write writes the document of a command: as JSON or, to be read, as the template of that name
// lays it out, in which tabs separate cells.
func (o output) write(document any, asJSON bool, name string) error {
	if asJSON {
		return o.writeJSON(document)
	}
	text, err := o.render(name, document)
	if err != nil {
		return err
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	io.WriteString(w, text)
	w.Flush() // to b, which does not fail
	_, err = io.WriteString(o, plainLines(b.String()))
	return err
}

// writeJSON writes a value as JSON, as writeResponse writes a response.
func (o output) writeJSON(value any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // it is not for a page of HTML
	if err := encoder.Encode(value); err != nil {
		return err
	}
	return o.writeResponse(text.Bytes(), false)
}

// count is a number of things.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
