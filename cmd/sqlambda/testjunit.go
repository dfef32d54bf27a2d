package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"os"
	"strings"
	"text/template"

	"sqlambda/cmd/sqlambda/internal/suite"
)

// writeJUnit writes the report to a file, as build servers read it:
// https://github.com/testmoapp/junitxml.
func writeJUnit(file string, report *suite.Report) error {
	page, err := template.New("junit.xml").Funcs(template.FuncMap{
		"time":    func(d suite.Duration) string { return fmt.Sprintf("%.6f", d.Seconds()) },
		"failure": newFailure,
		"xml": func(text string) (string, error) {
			var b bytes.Buffer
			err := xml.EscapeText(&b, []byte(text))
			return b.String(), err
		},
	}).ParseFS(templates, "templates/junit.xml")
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := page.Execute(&b, report); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o644)
}

// failure is why a case failed; Message is the first line of it.
type failure struct{ Message, Text string }

func newFailure(r *suite.Result) failure {
	lines := make([]string, len(r.Problems))
	for i, p := range r.Problems {
		lines[i] = output{}.problem(p)
	}
	text := strings.Join(lines, "\n")
	first, _, _ := strings.Cut(text, "\n")
	return failure{first, text}
}
