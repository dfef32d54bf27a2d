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

// noHandlers is the error of a folder without handlers.
func noHandlers(folder string) error {
	return &usageError{"there are no handlers in " + folder, "a handler is a .sql file in the function's folder, an executable file, or $NAME in the template"}
}

// report prints an error, and what helps against it, and returns the exit code.
// The command's own hints stand on a line apart, so that what went wrong is not mixed
// with what may help.
func (p *process) report(err error) int {
	var usage *usageError
	var failed *handlers.Error
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errShown):
	case errors.As(err, &usage):
		p.tell("error", usage.message)
		p.tell("hint", usage.hint)
		return 2
	case errors.As(err, &failed):
		p.tell("error", failed.Type)
		for _, problem := range failed.Problems {
			fmt.Fprintln(p.stderr, p.stderr.layOut(problem, false))
		}
		if failed.Type != handlers.HandlerNotFound || strings.Contains(failed.Message, "the task root") {
			p.tell("hint", hints[failed.Type])
		}
	default:
		p.tell("error", err.Error())
	}
	return 1
}

// hints are what the command has to say to an error of a handler.
var hints = map[string]string{
	handlers.HandlerNotFound: "--root names the folder with the function's files, where it is not the current one",
	handlers.Timeout:         "--timeout sets the time that an invocation has here",
}

// tell prints a message after a label: error, warning or hint. An empty one is not printed.
func (p *process) tell(label, message string) {
	if message != "" {
		fmt.Fprintf(p.stderr, "sqlambda: %s %s\n", p.stderr.paint(labels[label], label+":"), plain(message))
	}
}

// labels are the colours of labels.
var labels = map[string]string{
	"error": red, "warning": yellow, "hint": cyan,
	string(engine.Debug): grey, string(engine.Info): cyan, string(engine.Warn): yellow, string(engine.Error): red,
}

// layOut lays out a problem: its place, which editors jump to, and what is wrong, after a
// label that says how bad it is. Below it stand the line that it is in, and a caret.
func (o output) layOut(problem syntax.Problem, label bool) string {
	text, colour := plain(problem.Text()), labels[string(problem.Severity)]
	if label {
		text = o.paint(colour, string(problem.Severity)+":") + " " + text
	}
	if problem.Severity == syntax.Warning {
		text += " [" + problem.Code + "]"
	}
	if place := problem.Place(); place != "" {
		text = place + ": " + text
	}
	if line, caret, ok := strings.Cut(plainLines(problem.Excerpt), "\n"); ok {
		text += "\n    " + line + "\n    " + strings.TrimSuffix(caret, "^") + o.paint(colour, "^")
	}
	return text
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
	label := p.stderr.paint(labels[string(level)], fmt.Sprintf("%-5s", level))
	fmt.Fprintf(p.stderr, "%s %s\n", label, strings.ReplaceAll(message, "\n", "\n      "))
}
