package syntax

import (
	"strings"

	"sqlambda/internal/nearest"
)

// Severity says how bad a problem is.
type Severity string

// The severities. An error keeps a handler from loading or answering; a warning is what
// a careful reader would ask about.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is one thing that is wrong: in the text of a handler, or with an invocation.
// As JSON it is the problem of the command's documents.
type Problem struct {
	Severity Severity `json:"severity"`
	// Code is the error type that the problem has in Lambda, or the name of a warning.
	// Parse leaves it empty.
	Code string `json:"name"`
	// File is the file's name. It is empty if the problem has no place; then so are
	// Line, Column, Query and Excerpt.
	File string `json:"file"`
	// Line and Column are counted from 1; a column is a character.
	Line   int `json:"line"`
	Column int `json:"column"`
	// Query is the name of the query that the problem is in; empty outside of any.
	Query string `json:"query"`
	// Message says what is wrong, without the place and without a final dot.
	Message string `json:"message"`
	// Hint says what to do about it; it may be empty.
	Hint string `json:"hint"`
	// Excerpt is the line and, below it, a caret at the place.
	Excerpt string `json:"excerpt"`
	// Offset is the place in bytes from the beginning of the file.
	Offset int `json:"-"`
}

// Problem returns a problem at an offset of the file.
func (f *File) Problem(offset int, message, hint string) Problem {
	at := f.Position(offset)
	return Problem{
		Severity: Error, File: f.Name, Line: at.Line, Column: at.Column,
		Message: message, Hint: hint, Excerpt: f.Excerpt(offset), Offset: offset,
	}
}

// Text returns the message with its hint.
func (p Problem) Text() string {
	if p.Hint == "" {
		return p.Message
	}
	return p.Message + " (" + p.Hint + ")"
}

// Place returns file:line:column, or "" for a problem without a place.
func (p Problem) Place() string {
	if p.File == "" {
		return ""
	}
	return p.File + ":" + Position{p.Line, p.Column}.String()
}

// didYouMean is a hint that names the candidate nearest to name, or else lists
// them all.
func didYouMean(name, prefix string, candidates []string) string {
	if near, ok := nearest.Name(name, candidates); ok {
		return "did you mean " + prefix + near + "?"
	}
	return "one of " + prefix + strings.Join(candidates, ", "+prefix)
}
