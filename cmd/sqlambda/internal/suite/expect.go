package suite

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/tidwall/gjson"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/handlers"
)

// verdict is what a part of a case should have said, if it is not what the case gave.
type verdict struct {
	problems []Problem
	// part and text are what has to be written to make the case pass; part is empty if
	// nothing can.
	part, text string
	// instead is the part that has to be removed then, or nil.
	instead *Part
}

// compare compares what a case gave with what is expected. With update, every invocation
// of a case without any response is to have one. Root is the function's folder.
func (g *given) compare(c *Case, update bool, root string) (list []verdict) {
	every := update && !c.expectsResponses()
	for n, i := range c.Invocations {
		list = append(list, g.outcomes[n].compare(n+1, i, every, root))
	}
	if c.Log != nil {
		list = append(list, compareLines(c.Log, g.log, matchesLine))
	}
	if c.State != nil {
		list = append(list, compareLines(c.State, g.state, matchesRow))
	} else if c.StateQuery != nil {
		missing := c.StateQuery.problem("there is no state to compare the rows with (sqlambda test --update writes it)")
		list = append(list, verdict{[]Problem{missing}, "state", g.state, nil})
	}
	return list
}

// compare compares the outcome of the nth invocation. Where nothing is expected, a
// response is right unless there has to be an expectation.
func (o outcome) compare(n int, i Invocation, every bool, root string) verdict {
	name, part, other, got := "response", i.Response, i.Error, o.response
	if o.err != nil {
		name, part, other, got = "error", i.Error, i.Response, ErrorJSON(o.err)
	}
	switch {
	case part != nil:
		return compareJSON(part, got)
	case other != nil || every:
		return verdict{o.unexpected(i, root), numbered(name, n), pretty(got), other}
	case o.err != nil:
		return verdict{problems: o.unexpected(i, root)}
	}
	return verdict{}
}

// unexpected tells an outcome that is not expected. Of an error it tells where in the SQL
// it is, too.
func (o outcome) unexpected(i Invocation, root string) []Problem {
	place := cmp.Or(i.Error, i.Response, i.Event)
	if o.err == nil {
		return []Problem{place.problem("got the response " + short(gjson.Parse(o.response)) + ", want this error")}
	}
	if o.err.Problems[0].File == "" {
		return []Problem{place.problem("failed with " + o.err.Error())}
	}
	list := []Problem{place.problem("failed with " + o.err.Type)}
	for _, p := range o.err.Problems {
		message := p.Text() + "\n    " + strings.ReplaceAll(p.Excerpt, "\n", "\n    ")
		file := project.FileIn(root, p.File)
		list = append(list, Problem{File: file, Line: p.Line, Message: message})
	}
	return list
}

// ErrorJSON returns an error as Lambda gives it to the caller of a function.
func ErrorJSON(e *handlers.Error) string {
	stack := make([]string, len(e.Stack))
	for i, place := range e.Stack {
		stack[i] = quote(place)
	}
	return `{"errorType":` + quote(e.Type) + `,"errorMessage":` + quote(e.Message) + `,"stackTrace":[` + strings.Join(stack, ",") + `]}`
}

// mostProblems is the number of differences of a part that are told one by one.
const mostProblems = 10

// compareJSON compares a part that is JSON. One line stays one line.
func compareJSON(part *Part, got string) verdict {
	problems, merged := differences(part, got)
	found := len(problems)
	if found > mostProblems {
		problems = append(problems[:mostProblems], part.problem(fmt.Sprintf("and %d more differences", found-mostProblems)))
	}
	if found > 1 {
		problems[len(problems)-1].Diff = udiff.Unified("want", "got", pretty(part.Text), pretty(merged))
	}
	text := pretty(merged)
	if !strings.Contains(strings.TrimSpace(part.Text), "\n") {
		text = compact(merged) + "\n"
	}
	return verdict{problems, part.Name, text, nil}
}

// compareLines compares a part line by line, and tells the first difference. What is to be
// written has the lines that match as they are.
func compareLines(part *Part, got string, matches func(want, got string) bool) verdict {
	wanted, there := lines(part.Text), lines(got)
	shown, first := "", []Problem(nil)
	for n := range max(len(wanted), len(there)) {
		message := ""
		switch {
		case n >= len(there):
			message = "the line is missing: " + wanted[n]
		case n >= len(wanted):
			message = "got a line that is not expected: " + there[n]
			shown += there[n] + "\n"
		case matches(wanted[n], there[n]):
			shown += wanted[n] + "\n"
		default:
			message = "got " + there[n] + ", want " + wanted[n]
			shown += there[n] + "\n"
		}
		if message != "" && first == nil {
			first = []Problem{part.problem(message)}
			first[0].Line += n
		}
	}
	if first != nil && (len(wanted) > 1 || len(there) > 1) {
		first[0].Diff = udiff.Unified("want", "got", strings.Join(append(wanted, ""), "\n"), shown)
	}
	return verdict{first, part.Name, shown, nil}
}

// lines are the lines of a text, without blanks at their ends and without empty lines at
// the end of the text.
func lines(text string) (list []string) {
	for line := range strings.Lines(strings.TrimRight(text, " \t\r\n")) {
		list = append(list, strings.TrimRight(line, " \t\r\n"))
	}
	return list
}

// matchesRow compares rows, which are JSON.
func matchesRow(want, got string) bool {
	list, _ := differences(&Part{Text: want}, got)
	return gjson.Valid(want) && len(list) == 0
}
