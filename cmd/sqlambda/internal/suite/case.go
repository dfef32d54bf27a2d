package suite

import (
	"strings"
	"time"

	"sqlambda/cmd/sqlambda/internal/project"
)

// Case is a test case: events for a handler, and what is expected of them.
type Case struct {
	// Name is the name of the case's file without its ending, relative to the
	// function's folder, with slashes: "api/events/orders.list-late".
	Name string
	// File is the file, absolute, that stands for the case: the txtar file or, of files
	// beside each other, the event.
	File string
	// Description is what the comment of a txtar file says.
	Description string
	// Handler is what the case runs. Where the folder has no such handler, only its
	// Name is set, if that.
	Handler project.Handler
	// Invocations are the events, in the order in which one process gets them.
	Invocations []Invocation
	// Log, StateQuery and State are the parts log, state.sql and state; nil where they are
	// left out.
	Log, StateQuery, State *Part
	// Database are the scripts that prepare the database: the folders', then the case's.
	Database []*Part
	// Variables are those of the environment: the case's, and the folder's below them.
	Variables map[string]string
	// Timeout is the time that an invocation has; 0 is what the function has.
	Timeout time.Duration
	// Clock is the time at which the clock stands still; nil where it runs.
	Clock *time.Time
	// Seed is what random values are made from; nil where they are random.
	Seed *int64
	// Context is what $context has.
	Context Context
	// Problems are why the case cannot be run.
	Problems []Problem

	form form
}

// Invocation is an event and what is expected of it.
type Invocation struct {
	Event *Part
	// Response and Error are what the handler is to give: one of them, or neither.
	Response, Error *Part
}

// Part is a part of a case: a file, or a section of one.
type Part struct {
	// Name is the part's name in a txtar file: "response2".
	Name string
	// File is the file that it is in, absolute, and Line the number of its first line.
	File string
	Line int
	// Text is what it holds.
	Text string
}

// at is the place of a byte of the part's text.
func (p *Part) at(offset int) (file string, line int) {
	before := p.Text[:max(0, min(offset, len(p.Text)))]
	return p.File, p.Line + strings.Count(before, "\n")
}

// problem is a problem at the part's first line.
func (p *Part) problem(message string) Problem {
	return Problem{File: p.File, Line: p.Line, Message: message}
}

// Problem is one thing that is wrong with a case, or with what came of it.
type Problem struct {
	// File is the file's name, absolute, and Line is counted from 1; 0 where it is not
	// known.
	File string
	Line int
	// Path is where in a JSON text it is: "$.items[2].total"; empty elsewhere.
	Path string
	// Message says what is wrong.
	Message string
	// Diff is all of what was expected and was not given, as a unified diff; empty
	// where Message says it all. The last problem of a part has it.
	Diff string
}

// Pending reports whether the case is a sample: it has events, and says nothing of what
// is expected.
func (c *Case) Pending() bool {
	for _, i := range c.Invocations {
		if i.Response != nil || i.Error != nil {
			return false
		}
	}
	return c.Log == nil && c.State == nil && len(c.Problems) == 0
}

func (c *Case) fault(p Problem) { c.Problems = append(c.Problems, p) }

// form is how the parts of a case are kept.
type form interface {
	// write writes the text of a part, new or not, and returns the name of its file.
	write(part, text string) (file string, err error)
	// remove removes a part.
	remove(part string) error
}
