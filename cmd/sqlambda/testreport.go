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

// text lists the cases that failed, or all, then the coverage, and sums up in a last line.
func (c *testCommand) text(to output, report *suite.Report, failed bool) string {
	var b strings.Builder
	for _, r := range report.Cases {
		if text := c.result(to, r); text != "" {
			b.WriteString(text + "\n")
		}
	}
	if c.Coverage {
		b.WriteString(coverageText(to, report.Coverage.Queries))
	}
	if len(report.Cases) > 0 {
		b.WriteString(summary(to, report, failed) + "\n")
	}
	return b.String()
}

// result is what is printed of a case: nothing if it gave what is expected.
func (c *testCommand) result(to output, r *suite.Result) string {
	switch {
	case r.Outcome == suite.Failed:
		return to.paint(red, "FAIL") + " " + r.Name + "\n    " + strings.ReplaceAll(to.problems(r.Problems), "\n", "\n    ")
	case r.Outcome == suite.Updated:
		var names []string
		for _, file := range r.Written {
			names = append(names, file.String())
		}
		return to.paint(yellow, "updated") + " " + r.Name + ": " + strings.Join(names, ", ")
	case !c.Verbose:
		return ""
	case r.Outcome == suite.Pending:
		return to.paint(yellow, "pending") + " " + r.Name
	}
	return fmt.Sprintf("%s %s (%.2fs)", to.paint(green, "ok"), r.Name, r.Duration.Seconds())
}

// problems lays out the problems of a case, each with its place, which editors jump to, what
// is wrong, and below it the difference.
func (o output) problems(problems []suite.Problem) string {
	var lines []string
	for _, p := range problems {
		place := p.File.String()
		if p.Line > 0 {
			place += fmt.Sprintf(":%d", p.Line)
		}
		text := plainLines(p.Message)
		for _, part := range [...]string{p.Path, place} {
			if part != "" {
				text = part + ": " + text
			}
		}
		lines = append(lines, text)
		for line := range strings.Lines(plainLines(p.Diff)) {
			colour := map[byte]string{'-': red, '+': green}[line[0]]
			lines = append(lines, o.paint(colour, strings.TrimSuffix(line, "\n")))
		}
	}
	return strings.Join(lines, "\n")
}

// summary is the line that sums up what has become of the cases, and what they ran.
func summary(to output, report *suite.Report, failed bool) string {
	ran := count(len(report.Cases)-report.Pending, "case")
	text := to.paint(green, "ok:") + " " + ran
	if report.Failed > 0 {
		ran = fmt.Sprintf("%d of %s", report.Failed, ran)
	}
	if failed {
		text = to.paint(red, "FAIL:") + " " + ran
	}
	if report.Updated > 0 {
		text += fmt.Sprintf(", %d updated", report.Updated)
	}
	if report.Pending > 0 {
		text += fmt.Sprintf(", %d pending", report.Pending)
	}
	share := func(s suite.Share, noun string) string { return fmt.Sprintf("%d of %s", s.Ran, count(s.All, noun)) }
	c := report.Coverage
	return fmt.Sprintf("%s, %s, %s, %.2fs", text, share(c.Handlers, "handler"), share(c.Statements, "statement"), report.Duration.Seconds())
}

// coverageText tells how many statements of each handler ran, and below it those that no
// case ran, each with its place.
func coverageText(to output, queries []suite.HandlerCoverage) string {
	var b strings.Builder
	width := 0
	for _, h := range queries {
		width = max(width, len(h.Name))
	}
	for _, h := range queries {
		percent := h.Ran.Ran * 100 / max(h.Ran.All, 1)
		line := fmt.Sprintf("%-*s  %3d%%  %d of %s, %s", width, h.Name, percent, h.Ran.Ran, count(h.Ran.All, "statement"), count(h.Cases, "case"))
		if h.Cases == 0 {
			line = to.paint(red, line)
		}
		b.WriteString(line + "\n")
		for _, s := range h.Statements {
			if s.Times == 0 {
				fmt.Fprintf(&b, "    %s:%d:%d: never run: %s\n", s.File, s.Line, s.Column, oneLine(s.Text))
			}
		}
	}
	return b.String()
}

// lostWrites tells the statements whose writes were not kept, as none to a database in
// memory are.
func (p *process) lostWrites(queries []suite.HandlerCoverage) {
	lost := 0
	for _, h := range queries {
		for _, s := range h.Statements {
			if s.Lost != "" {
				lost++
				p.tell("warning", fmt.Sprintf("%s:%d:%d: %s%s", s.File, s.Line, s.Column, s.Lost, suite.LostWrite))
			}
		}
	}
	if lost > 0 {
		p.tell("hint", suite.LostWriteHint)
	}
}

// oneLine is the beginning of a statement, on one line.
func oneLine(statement string) string {
	const longest = 60 // characters
	text := []rune(strings.Join(strings.Fields(statement), " "))
	if len(text) > longest {
		return string(text[:longest]) + "…"
	}
	return string(text)
}

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
