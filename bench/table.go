package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// section is a part of a report: tables under a heading.
type section struct {
	heading, about string
	tables         []table
}

// table has a row of titles. The first title belongs to the rows' names.
type table struct {
	titles []string
	rows   [][]string
}

// render formats a report as Markdown or aligned for a terminal.
func render(report []section, markdown bool) string {
	var parts []string
	for _, s := range report {
		if markdown {
			parts = append(parts, "### "+s.heading+"\n")
		} else {
			parts = append(parts, strings.ToUpper(s.heading)+"\n")
		}
		if s.about != "" {
			parts = append(parts, s.about+"\n")
		}
		for _, t := range s.tables {
			if len(t.rows) == 0 {
				continue
			}
			if markdown {
				parts = append(parts, t.markdown())
			} else {
				parts = append(parts, t.text())
			}
		}
	}
	return strings.Join(parts, "\n")
}

func (t table) markdown() string {
	var text strings.Builder
	line := func(cells []string) { fmt.Fprintf(&text, "| %s |\n", strings.Join(cells, " | ")) }
	line(t.titles)
	line(append([]string{"---"}, strings.Split(strings.Repeat("---: ", len(t.titles)-1), " ")[:len(t.titles)-1]...))
	for _, row := range t.rows {
		line(row)
	}
	return text.String()
}

func (t table) text() string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{t.titles}, t.rows...) {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	w.Flush()
	return text.String()
}

// short formats a number with three significant digits, or all before the point.
func short(number float64) string {
	switch {
	case number >= 100:
		return fmt.Sprintf("%.0f", number)
	case number >= 10:
		return fmt.Sprintf("%.1f", number)
	case number >= 1 || number == 0:
		return fmt.Sprintf("%.2f", number)
	default:
		return fmt.Sprintf("%.3f", number)
	}
}
