package suite

import (
	"slices"
	"strings"
	"time"

	"sqlambda/cmd/sqlambda/internal/project"
)

// Case is a test case: events for a handler, and what the handler is expected to give.
type Case struct {
	// Name is the name of the case's file without its ending, relative to the
	// function's folder, with slashes: "api/events/orders.list-late".
	Name string
	// File stands for the case: the txtar file, or the event's.
	File project.File
	// Handler is what the case runs. If the folder has no such handler, only its Name is
	// set, or nothing.
	Handler project.Handler
	// Invocations are the events, in the order in which one process gets them.
	Invocations []Invocation
	// Log, StateQuery and State are the parts log, state.sql and state; each may be nil.
	Log, StateQuery, State *Part
	// Database are the scripts that make the database: the folders', then the case's.
	Database []*Part
	// Variables are the environment: the case's own replace the folder's.
	Variables map[string]string
	// Timeout is the time that an invocation has; 0 means the function's.
	Timeout time.Duration
	// Clock is the time that the clock always tells; nil lets it run.
	Clock *time.Time
	// Seed is what random values are made from; nil makes them random.
	Seed *int64
	// Context is what $context returns.
	Context Context
	// Problems are the reasons why the case cannot run.
	Problems []Problem

	form  form
	parts map[string]*Part // by name, as they are read
}

// Invocation is an event and what is expected of it.
type Invocation struct {
	Event *Part
	// Response and Error are what the handler is to give. At most one is set.
	Response, Error *Part
}

// Part is a part of a case: a file, or a section of one.
type Part struct {
	// Name is the part's name in a txtar file: "response2".
	Name string
	// File holds the part, and Line is the number of its first line there.
	File project.File
	Line int
	// Text is what it holds.
	Text string
}

// at is a problem at a byte of the part's text.
func (p *Part) at(offset int, message string) Problem {
	before := p.Text[:max(0, min(offset, len(p.Text)))]
	return Problem{File: p.File, Line: p.Line + strings.Count(before, "\n"), Message: message}
}

// problem is a problem at the part's first line.
func (p *Part) problem(message string) Problem { return p.at(0, message) }

// Problem is one thing that is wrong with a case, or that it did not give as expected.
type Problem struct {
	File project.File `json:"file"`
	// Line is counted from 1; 0 means that it is not known.
	Line int `json:"line"`
	// Path is the place in a JSON text, as in "$.items[2].total", or empty.
	Path    string `json:"path"`
	Message string `json:"message"`
	// Diff is a unified diff of the whole part, or empty if Message says it all. Only
	// the last problem of a part has one.
	Diff string `json:"diff"`
}

// LostWrite says of a table, whose name stands before it, what becomes of a write to it, and
// LostWriteHint what to do.
const (
	LostWrite     = " is in memory: what is written to it is rolled back when the invocation ends"
	LostWriteHint = "set SQLAMBDA_DATABASE to a file below /mnt or /tmp to keep it; a table for rows in between is a TEMP table"
)

// Pending reports whether the case is a sample: it has events and expects nothing.
func (c *Case) Pending() bool {
	return !c.expectsResponses() && c.Log == nil && c.State == nil && len(c.Problems) == 0
}

// expectsResponses reports whether an event of the case has a response or an error.
func (c *Case) expectsResponses() bool {
	return slices.ContainsFunc(c.Invocations, func(i Invocation) bool { return i.Response != nil || i.Error != nil })
}

func (c *Case) fault(p Problem) { c.Problems = append(c.Problems, p) }
