package main

import (
	"fmt"
	"strings"

	"sqlambda/cmd/sqlambda/internal/suite"
)

// printCoverage prints how many statements of each handler ran, and below it those that
// no case ran, each with its place.
func printCoverage(to output, c *suite.Coverage) error {
	width := 0
	for _, h := range c.Handlers {
		width = max(width, len(h.Name))
	}
	for _, h := range c.Handlers {
		line := fmt.Sprintf("%-*s  %3d%%  %d of %s, %s", width, h.Name, percent(h.Ran(), len(h.Statements)),
			h.Ran(), count(len(h.Statements), "statement"), count(h.Cases, "case"))
		if h.Cases == 0 {
			line = to.paint(red, line)
		}
		if _, err := fmt.Fprintln(to, line); err != nil {
			return err
		}
		for _, s := range h.Statements {
			if s.Times > 0 {
				continue
			}
			if _, err := fmt.Fprintf(to, "    %s:%d:%d: never run: %s\n", relativeTo(".", s.File), s.Line, s.Column, oneLine(s.Text)); err != nil {
				return err
			}
		}
	}
	return nil
}

// percent is how many of all are a part, 100 only for all.
func percent(part, all int) int {
	if all == 0 {
		return 0
	}
	return part * 100 / all
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
