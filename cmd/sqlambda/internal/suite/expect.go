package suite

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/tidwall/gjson"

	"sqlambda/handlers"
)

// compare compares what a case gave with what is expected of it.
func (g *given) compare(c *Case) []Problem {
	var list []Problem
	for n, i := range c.Invocations {
		list = append(list, g.outcomes[n].compare(i)...)
	}
	if c.Log != nil {
		list = append(list, compareLines(c.Log, g.log, matchesLine)...)
	}
	switch {
	case c.State == nil && c.StateQuery != nil:
		list = append(list, c.StateQuery.problem("there is no state to compare the rows with (sqlambda test --update writes it)"))
	case c.State != nil:
		list = append(list, compareLines(c.State, g.state, matchesRow)...)
	}
	return list
}

// compare compares the outcome of an invocation.
func (o outcome) compare(i Invocation) []Problem {
	switch {
	case i.Response != nil && o.err == nil:
		return compareJSON(i.Response, o.response)
	case i.Error != nil && o.err != nil:
		return compareJSON(i.Error, expectedFields(i.Error.Text, errorJSON(o.err)))
	case i.Error != nil:
		return []Problem{i.Error.problem("got the response " + short(gjson.Parse(o.response)) + ", want this error")}
	case o.err != nil:
		place := i.Event
		if i.Response != nil {
			place = i.Response
		}
		return o.failure(place)
	}
	return nil // any response
}

// failure tells an error that is not expected, and where in the SQL it is.
func (o outcome) failure(expected *Part) []Problem {
	if o.err.Problems[0].File == "" {
		return []Problem{expected.problem("failed with " + o.err.Error())}
	}
	list := []Problem{expected.problem("failed with " + o.err.Type)}
	for _, p := range o.err.Problems {
		message := p.Message
		if p.Hint != "" {
			message += " (" + p.Hint + ")"
		}
		message += "\n    " + strings.ReplaceAll(p.Excerpt, "\n", "\n    ")
		file := filepath.Join(o.root, filepath.FromSlash(p.File))
		list = append(list, Problem{File: file, Line: p.Line, Message: message})
	}
	return list
}

// errorJSON is an error as Lambda gives it to the caller of a function.
func errorJSON(e *handlers.Error) string {
	stack, _ := json.Marshal(append([]string{}, e.Stack...)) // strings can be encoded
	return `{"errorType":` + quote(e.Type) + `,"errorMessage":` + quote(e.Message) + `,"stackTrace":` + string(stack) + `}`
}

// expectedFields is an error with those of its fields that are expected: the others are
// not compared.
func expectedFields(want, got string) string {
	var parts []string
	wanted := fields(gjson.Parse(want))
	for _, f := range fields(gjson.Parse(got)) {
		if _, ok := valueOf(wanted, f.name); ok {
			parts = append(parts, quote(f.name)+":"+f.value.Raw)
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// mostProblems is the number of differences of a part that are told one by one.
const mostProblems = 10

// compareJSON compares a part that is JSON.
func compareJSON(part *Part, got string) []Problem {
	list := differences(part.Text, got)
	var problems []Problem
	for _, d := range list[:min(len(list), mostProblems)] {
		file, line := part.at(d.offset)
		problems = append(problems, Problem{File: file, Line: line, Path: d.path, Message: d.message})
	}
	if more := len(list) - len(problems); more > 0 {
		problems = append(problems, part.problem(fmt.Sprintf("and %d more differences", more)))
	}
	if len(list) > 1 {
		merged := merge(gjson.Parse(part.Text), gjson.Parse(got))
		problems[len(problems)-1].Diff = unified(pretty(part.Text), pretty(merged))
	}
	return problems
}

func unified(want, got string) string { return udiff.Unified("want", "got", want, got) }

// compareLines compares a part line by line.
func compareLines(part *Part, got string, matches func(want, got string) bool) []Problem {
	wanted, there := lines(part.Text), lines(got)
	shown := make([]string, 0, len(there)) // what was got, as it was expected
	first := -1
	for n, line := range there {
		if n < len(wanted) && matches(wanted[n], line) {
			line = wanted[n]
		} else if first < 0 {
			first = n
		}
		shown = append(shown, line)
	}
	if first < 0 && len(there) < len(wanted) {
		first = len(there)
	}
	if first < 0 {
		return nil
	}
	p := part.problem(differingLine(wanted, there, first))
	p.Line += first
	if len(wanted) > 1 || len(there) > 1 {
		p.Diff = unified(text(wanted), text(shown))
	}
	return []Problem{p}
}

func differingLine(want, got []string, n int) string {
	switch {
	case n >= len(got):
		return "the line is missing: " + want[n]
	case n >= len(want):
		return "got a line that is not expected: " + got[n]
	}
	return "got " + got[n] + ", want " + want[n]
}

// lines are the lines of a text, without blanks at their ends and without empty ones at
// the end of the text.
func lines(text string) []string {
	text = strings.TrimRight(text, " \t\r\n")
	if text == "" {
		return nil
	}
	list := strings.Split(text, "\n")
	for i := range list {
		list[i] = strings.TrimRight(list[i], " \t\r")
	}
	return list
}

func text(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

// matchesLine compares lines of a log, with placeholders in them.
func matchesLine(want, got string) bool {
	re, err := linePattern(want)
	return want == got || err == nil && re.MatchString(got)
}

// matchesRow compares rows, which are JSON.
func matchesRow(want, got string) bool {
	return gjson.Valid(want) && len(differences(want, got)) == 0
}
