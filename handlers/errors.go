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
	TooManyRows          = "Function.TooManyRows"          // a second row where one is the response
	InvalidEvent         = "Function.InvalidEvent"         // an event that is not JSON, or against its declaration
	InvalidResult        = "Function.InvalidResult"        // a value that is not what its column says
	ResponseSizeTooLarge = "Function.ResponseSizeTooLarge" // a response over Lambda's limit
	Timeout              = "Function.Timeout"              // interrupted shortly before the deadline
)

// Error is why a handler could not be loaded, or why an invocation failed.
type Error struct {
	// Type is one of the types above, or the one that SQL gave.
	Type string
	// Message says what is wrong. Where an error has places, each of its lines
	// that tells a problem begins with one: file:line:column.
	Message string
	// Stack are the places of the error: "orders.sql:12:8 (list)".
	Stack []string
	// Excerpt shows the lines of the places, each with a caret below, for the
	// log; it is empty where there is no place.
	Excerpt string
	// Problems are what Message, Stack and Excerpt tell, for programs: at least one,
	// in the order of their places.
	Problems []Problem
	// Fatal says that the handler is of no more use: the process is to end, and
	// another one, which loads it anew, may do better.
	Fatal bool
}

// Problem is one thing that is wrong with a handler or with an invocation.
type Problem struct {
	// File is the file's name, relative to the task root. It is empty where the
	// problem has no place; then so are Query, Line, Column and Excerpt.
	File string
	// Query is the name of the query that it is in, empty outside of any.
	Query string
	// Line and Column are counted from 1; a column is a character.
	Line, Column int
	// Message says what is wrong, and Hint, where there is one, what to do about it.
	Message, Hint string
	// Excerpt is the line and, below it, a caret at the place.
	Excerpt string
}

// Error returns the type and the message.
func (e *Error) Error() string { return e.Type + ": " + e.Message }

// newError is an error without a place.
func newError(kind, format string, args ...any) *Error {
	message := fmt.Sprintf(format, args...)
	return &Error{Type: kind, Message: message, Problems: []Problem{{Message: message}}}
}

// place is where something is in a handler's file.
type place struct {
	file   *syntax.File
	query  string // the query's name, or empty
	offset int    // bytes from the beginning of the file
}

// String returns file:line:column, with the query's name where there is one.
func (p place) String() string {
	if p.query == "" {
		return p.position()
	}
	return p.position() + " (" + p.query + ")"
}

func (p place) position() string {
	return p.file.Name + ":" + p.file.Position(p.offset).String()
}

// diagnosis is one problem at its place.
type diagnosis struct {
	place
	message string
	hint    string
}

func (d diagnosis) problem() Problem {
	at := d.file.Position(d.offset)
	return Problem{d.file.Name, d.query, at.Line, at.Column, d.message, d.hint, d.file.Excerpt(d.offset)}
}

func (d diagnosis) text() string {
	if d.hint == "" {
		return d.message
	}
	return d.message + " (" + d.hint + ")"
}

// errorAt is the error of one problem of an invocation.
func errorAt(kind string, d diagnosis) *Error {
	e := errorOf(kind, []diagnosis{d})
	e.Message = d.text()
	return e
}

// errorOf is the error of all problems of a handler, each with its place in the
// message: an init error has no other way to tell the one who deploys.
func errorOf(kind string, list []diagnosis) *Error {
	e := &Error{Type: kind}
	var lines, excerpts []string
	for _, d := range list {
		p := d.problem()
		line := d.position() + ": " + d.text()
		lines = append(lines, line)
		excerpts = append(excerpts, line+"\n"+indent(p.Excerpt))
		e.Stack = append(e.Stack, d.String())
		e.Problems = append(e.Problems, p)
	}
	e.Message = strings.Join(lines, "\n")
	e.Excerpt = strings.Join(excerpts, "\n")
	return e
}

func indent(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }
