package main

import (
	"encoding/xml"
	"fmt"
	"os"
	"strings"

	"sqlambda/cmd/sqlambda/internal/suite"
)

// junitSuite is a report as build servers read it, and what it holds:
// https://github.com/testmoapp/junitxml.
type junitSuite struct {
	XMLName  xml.Name
	Name     string       `xml:"name,attr,omitempty"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     string       `xml:"time,attr"` // in seconds
	Suite    *junitSuite  // of testsuites
	Cases    []*junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"` // the handler
	File    string        `xml:"file,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitFailure `xml:"failure"`
	Skipped *struct{}     `xml:"skipped"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes the report to a file.
func writeJUnit(file string, report *suite.Report) error {
	all := junitSuite{
		XMLName: xml.Name{Local: "testsuites"}, Tests: len(report.Cases), Failures: report.Failed, Skipped: report.Pending,
		Time: junitTime(report.Duration),
	}
	only := all
	only.XMLName.Local, only.Name = "testsuite", "sqlambda"
	for _, r := range report.Cases {
		only.Cases = append(only.Cases, junitCaseOf(r))
	}
	all.Suite = &only
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(xml.Header+string(text)+"\n"), 0o644)
}

func junitCaseOf(r *suite.Result) *junitCase {
	c := &junitCase{Name: r.Name, Class: r.Handler, File: r.File.String(), Time: junitTime(r.Duration)}
	switch r.Outcome {
	case suite.Pending:
		c.Skipped = &struct{}{}
	case suite.Failed:
		lines := make([]string, len(r.Problems))
		for i, p := range r.Problems {
			lines[i] = output{}.problem(p)
		}
		text := strings.Join(lines, "\n")
		first, _, _ := strings.Cut(text, "\n")
		c.Failure = &junitFailure{first, text}
	}
	return c
}

func junitTime(d suite.Duration) string { return fmt.Sprintf("%.6f", d.Seconds()) }
