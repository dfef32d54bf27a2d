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
		"time":     func(d suite.Duration) string { return fmt.Sprintf("%.6f", d.Seconds()) },
		"problems": output{}.problems,
		"lines":    func(text string) []string { return strings.Split(text, "\n") },
		"xml": func(text string) (string, error) {
			var b strings.Builder
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
