package suite

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/internal/nearest"
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
	// Clock is the time that the clock always tells; zero lets it run.
	Clock time.Time
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

// ofDatabase are the parts that only SQL has a use for, and why.
var ofDatabase = map[string]string{
	databaseFile: "it has no database",
	"state.sql":  "it has no database",
	"state":      "it has no database",
	"clock":      "it has the clock of the machine",
	"seed":       "its random numbers are its own",
}

// judgeParts finds parts of the case's own that an executable has no use for. Those of its
// folder are for other cases.
func (c *Case) judgeParts() {
	if !c.Handler.IsExecutable() {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(ofDatabase)) {
		if part := c.parts[name]; part != nil {
			c.fault(part.problem(fmt.Sprintf("a case of %s, which is an executable, has no part %s: %s", c.Handler.Name, name, ofDatabase[name])))
		}
	}
	c.Database = nil
}

func (c *Case) fault(p Problem) { c.Problems = append(c.Problems, p) }

// Context is what a case says of its invocations, by the names that $context has. The rest
// is as sqlambda invoke has it, except for the request id, which never varies.
type Context struct {
	RequestID       string          `json:"awsRequestId"`
	FunctionName    string          `json:"functionName"`
	FunctionVersion string          `json:"functionVersion"`
	FunctionARN     string          `json:"invokedFunctionArn"`
	MemoryMB        json.Number     `json:"memoryLimitInMB"`
	LogGroup        string          `json:"logGroupName"`
	LogStream       string          `json:"logStreamName"`
	TraceID         string          `json:"traceId"`
	TenantID        string          `json:"tenantId"`
	Identity        json.RawMessage `json:"identity"`
	ClientContext   json.RawMessage `json:"clientContext"`
}

// readContext reads the part context.
func (c *Case) readContext(part *Part) error {
	var names map[string]json.RawMessage
	if err := json.Unmarshal([]byte(part.Text), &names); err != nil {
		c.faultJSON(part, err)
		return nil
	}
	var known []string
	for i := range reflect.TypeFor[Context]().NumField() {
		known = append(known, reflect.TypeFor[Context]().Field(i).Tag.Get("json"))
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		hint := cmp.Or(nearest.Hint(name, known), "they are "+strings.Join(known, ", "))
		if name == "deadlineMs" || name == "remainingTimeInMillis" {
			hint = "it follows from the parts timeout and clock"
		}
		if !slices.Contains(known, name) {
			c.fault(part.problem(fmt.Sprintf("the context has no %s (%s)", name, hint)))
		}
	}
	return json.Unmarshal([]byte(part.Text), &c.Context)
}

// over returns the environment with what the context says of the function.
func (c *Context) over(environment project.Lookup) project.Lookup {
	own := map[string]string{
		"AWS_LAMBDA_FUNCTION_NAME":        c.FunctionName,
		"AWS_LAMBDA_FUNCTION_VERSION":     c.FunctionVersion,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": c.MemoryMB.String(),
		"AWS_LAMBDA_LOG_GROUP_NAME":       c.LogGroup,
		"AWS_LAMBDA_LOG_STREAM_NAME":      c.LogStream,
	}
	return func(name string) (string, bool) {
		if value := own[name]; value != "" {
			return value, true
		}
		return environment(name)
	}
}
