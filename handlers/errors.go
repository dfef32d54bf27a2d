package handlers

import (
	"fmt"
	"strings"

	"sqlambda/handlers/syntax"
)

// The types of the errors that the runtime makes itself; they are stable. An
// error that SQL raises with error(type, message) has the type that it gives.
const (
	HandlerNotFound      = "Runtime.HandlerNotFound"       // init: no such file or query
	InvalidHandler       = "Runtime.InvalidHandler"        // init: text that is wrong, SQL that cannot be prepared
	InitFailed           = "Runtime.InitFailed"            // init: the database, init.sql or a prologue failed
	SQLError             = "Function.SQLError"             // a statement failed
	TooManyRows          = "Function.TooManyRows"          // a second row, but the response is one row
	InvalidEvent         = "Function.InvalidEvent"         // an event that is not JSON, or against its declaration
	InvalidResult        = "Function.InvalidResult"        // a value that is not what its column says
	ResponseSizeTooLarge = "Function.ResponseSizeTooLarge" // a response over Lambda's limit
	OutOfMemory          = "Function.OutOfMemory"          // decoding the event needs too much memory
	Timeout              = "Function.Timeout"              // interrupted shortly before the deadline
	ExitStatus           = "Function.ExitStatus"           // an executable ended without success, or could not be started
	Unknown              = "Function.Unknown"              // an executable reported an error without a type
)

// Error is why a handler could not be loaded, or why an invocation failed.
type Error struct {
	// Type is one of the types above, or the one that SQL gave.
	Type string
	// Message says what is wrong. Where an error has places, each of its lines
	// that states a problem begins with one: file:line:column.
	Message string
	// Stack are the places of the error: "orders.sql:12:8 (list)".
	Stack []string
	// Excerpt shows the lines of the places, each with a caret below, for the
	// log. It is empty if the error has no place.
	Excerpt string
	// Problems are what Message, Stack and Excerpt tell, for programs: at least one,
	// in the order of their places.
	Problems []syntax.Problem
	// Fatal says that the handler cannot be used any more: the process has to end. A
	// new process, which loads the handler again, may succeed.
	Fatal bool
}

// Error returns the type and the message.
func (e *Error) Error() string { return e.Type + ": " + e.Message }

// newError is an error without a place.
func newError(kind, format string, args ...any) *Error {
	return errorOf(syntax.Problem{Severity: syntax.Error, Code: kind, Message: fmt.Sprintf(format, args...)})
}

// errorAt is the error of one problem of an invocation.
func errorAt(kind string, p syntax.Problem) *Error {
	p.Code = kind
	e := errorOf(p)
	e.Message = p.Text()
	return e
}

// errorOf is the error of all problems of a handler, of the type of the first. The message
// has the place of each: an init error has no other way to tell it to the one who deploys.
func errorOf(problems ...syntax.Problem) *Error {
	e := &Error{Type: problems[0].Code, Problems: problems}
	var lines, excerpts []string
	for _, p := range problems {
		line, place := p.Text(), p.Place()
		if place != "" {
			line = place + ": " + line
			excerpts = append(excerpts, line+"\n    "+strings.ReplaceAll(p.Excerpt, "\n", "\n    "))
			if p.Query != "" {
				place += " (" + p.Query + ")"
			}
			e.Stack = append(e.Stack, place)
		}
		lines = append(lines, line)
	}
	e.Message = strings.Join(lines, "\n")
	e.Excerpt = strings.Join(excerpts, "\n")
	return e
}
