package main

import (
	"encoding/xml"
	"os"
	"strconv"
	"strings"
	"time"

	"sqlambda/cmd/sqlambda/internal/suite"
)

// junitSuites is a report as build servers read it:
// https://github.com/testmoapp/junitxml.
type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
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
	tests, failures, skipped := len(report.Results), report.Count(suite.Failed), report.Count(suite.Pending)
	took := junitTime(report.Duration)
	s := junitSuite{Name: "sqlambda", Tests: tests, Failures: failures, Skipped: skipped, Time: took}
	for _, r := range report.Results {
		s.Cases = append(s.Cases, junitCaseOf(r))
	}
	text, err := xml.MarshalIndent(junitSuites{
		Tests: tests, Failures: failures, Skipped: skipped, Time: took, Suites: []junitSuite{s},
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(xml.Header+string(text)+"\n"), 0o644)
}

func junitCaseOf(r *suite.Result) junitCase {
	c := junitCase{Name: r.Case.Name, Class: r.Case.Handler.Name, File: relativeTo(".", r.Case.File), Time: junitTime(r.Duration)}
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

// junitTime is a time in seconds.
func junitTime(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 6, 64) }
