package main

import (
	"fmt"
	"strings"

	"sqlambda/cmd/sqlambda/internal/suite"
)

// testReport is a report with what is to be shown of it.
type testReport struct {
	*suite.Report
	ListsAll, ListsStatements bool
	IsFailure                 bool
}

// Ran is the number of the cases that ran.
func (r testReport) Ran() int { return len(r.Cases) - r.Pending }

// Width is that of the longest name of a handler.
func (r testReport) Width() (width int) {
	for _, h := range r.Coverage.Queries {
		width = max(width, len(h.Name))
	}
	return width
}

// Percent is a share in percent.
func (r testReport) Percent(s suite.Share) int { return s.Ran * 100 / max(s.All, 1) }

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
