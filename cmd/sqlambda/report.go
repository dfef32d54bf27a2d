package main

import (
	"errors"
	"fmt"
	"strings"

	"sqlambda/engine"
	"sqlambda/handlers"
	"sqlambda/handlers/syntax"
	"sqlambda/internal/plaintext"
)

// usageError is a command line, or an environment, that the command cannot work
// with. Its exit code is 2.
type usageError struct {
	message string
	hint    string // what to do, or empty
}

func (e *usageError) Error() string { return e.message }

// errShown is a failure that the command's result has told already: nothing more is
// printed, and the exit code is 1.
var errShown = errors.New("shown in the result")

// report prints an error, and what helps against it, and returns the exit code.
// The command's own hints stand on a line apart, so that what went wrong is not mixed
// with what may help.
func (p *process) report(err error) int {
	var usage *usageError
	var failed *handlers.Error
	switch {
	case errors.Is(err, errShown):
		return 1
	case errors.As(err, &usage):
		p.problem("error", red, usage.message)
		p.hint(usage.hint)
		return 2
	case errors.As(err, &failed):
		p.problem("error", red, failed.Type)
		fmt.Fprintln(p.stderr, p.stderr.explain(failed))
		p.hint(hints[failed.Type])
		return 1
	}
	p.problem("error", red, err.Error())
	return 1
}

// hints are what the command has to say to an error of a handler.
var hints = map[string]string{
	handlers.HandlerNotFound: "--root names the folder with the function's files, where it is not the current one",
	handlers.Timeout:         "--timeout sets the time that an invocation has here",
}

func (p *process) hint(text string) {
	if text != "" {
		p.problem("hint", cyan, text)
	}
}

func (p *process) problem(label, colour, text string) {
	fmt.Fprintf(p.stderr, "sqlambda: %s %s\n", p.stderr.paint(colour, label+":"), plain(text))
}

// explain lays out an error of a handler: every problem with its place and, below it, the
// line that it is in and a caret.
func (o output) explain(e *handlers.Error) string {
	var lines []string
	for _, p := range e.Problems {
		text := plain(p.Text())
		if place := p.Place(); place != "" {
			text = place + ": " + text
		}
		lines = append(lines, text+o.excerpt(p, red))
	}
	return strings.Join(lines, "\n")
}

// excerpt is the line of a problem and, below it, a caret; each begins with a line break.
func (o output) excerpt(p syntax.Problem, colour string) string {
	if p.Excerpt == "" {
		return ""
	}
	line, caret, _ := strings.Cut(plainLines(p.Excerpt), "\n")
	return "\n    " + line + "\n    " + strings.TrimSuffix(caret, "^") + o.paint(colour, "^")
}

// plain is text that others chose, without what controls a terminal. Its lines after the
// first are indented, so that none of them passes for a line of the command's own.
func plain(text string) string { return string(plaintext.Append(nil, text)) }

// plainLines is the same for text whose line breaks are the command's own.
func plainLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = plain(line)
	}
	return strings.Join(lines, "\n")
}

// log prints a log line, of every level. The lines of a message after its first are
// set below it. The request id is left out: there is one invocation.
func (p *process) log(_ string, level engine.Level, message, fields string) {
	message = plainLines(message)
	if fields != "" {
		message += " " + p.stderr.paint(grey, plainLines(fields))
	}
	label := p.stderr.paint(levelColours[level], fmt.Sprintf("%-5s", level))
	fmt.Fprintf(p.stderr, "%s %s\n", label, strings.ReplaceAll(message, "\n", "\n      "))
}

var levelColours = map[engine.Level]string{
	engine.Debug: grey,
	engine.Info:  cyan,
	engine.Warn:  yellow,
	engine.Error: red,
}
