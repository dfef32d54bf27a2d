package inspect

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"sqlambda/handlers"
)

// Severity is how bad a problem is.
type Severity string

// The severities. An error keeps a handler from loading in Lambda; a warning is what a
// careful reader would ask about.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is one thing that is wrong in a folder.
type Problem struct {
	Severity Severity
	// Name is the name of the warning or, of an error, the error type that it would
	// have in Lambda.
	Name string
	// File is the file's name, absolute; empty where the problem has no place.
	File string
	// Query is the name of the query that it is in, or empty.
	Query string
	// Line and Column are counted from 1, a column being a character; 0 where they
	// are not known.
	Line, Column int
	// Message says what is wrong, and Hint what to do about it, or is empty.
	Message, Hint string
	// Excerpt is the line and, below it, a caret; empty where there is none.
	Excerpt string
}

// Text is the message with its hint.
func (p Problem) Text() string {
	if p.Hint == "" {
		return p.Message
	}
	return p.Message + " (" + p.Hint + ")"
}

// Report is what a check has found.
type Report struct {
	// Problems are in the order of their files and places, each once.
	Problems []Problem
	// Files and Handlers are the numbers of those that were checked.
	Files, Handlers int
}

// Count returns the number of problems of a severity.
func (r *Report) Count(s Severity) int {
	n := 0
	for _, p := range r.Problems {
		if p.Severity == s {
			n++
		}
	}
	return n
}

// Add adds another report.
func (r *Report) Add(other *Report) {
	r.Problems = append(r.Problems, other.Problems...)
	r.Files += other.Files
	r.Handlers += other.Handlers
	r.finish()
}

// finish puts the problems into their order and drops those that are there twice: a
// mistake in init.sql is found with every file, and a database that there is not with
// and without a function in the template.
func (r *Report) finish() {
	told := func(p Problem) bool {
		return p.File == "" && slices.ContainsFunc(r.Problems, func(other Problem) bool {
			return other.File != "" && strings.HasSuffix(other.Message, p.Message)
		})
	}
	r.Problems = slices.DeleteFunc(slices.Clone(r.Problems), told)
	slices.SortStableFunc(r.Problems, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			strings.Compare(string(a.Severity), string(b.Severity)), strings.Compare(a.Message, b.Message))
	})
	r.Problems = slices.CompactFunc(r.Problems, func(a, b Problem) bool {
		a.Query, b.Query = "", ""
		return a == b
	})
}

// add adds the problems of an error, in files below a root.
func (r *Report) add(root string, e *handlers.Error) {
	for _, p := range e.Problems {
		file := p.File
		if file != "" {
			file = filepath.Join(root, filepath.FromSlash(file))
		}
		r.Problems = append(r.Problems, Problem{Error, e.Type, file, p.Query, p.Line, p.Column, p.Message, p.Hint, p.Excerpt})
	}
}
