// Package handlers runs handlers: SQL files, or executable ones, that answer invocations of a
// Lambda function.
//
// Load finds the file and the query that a handler string names (find.go), opens
// the database and runs init.sql and the prologue (load.go), and prepares the query's
// statements, their parameters and the shape of the result (plan.go).
// Invoke binds the fields of an event (input.go), runs the statements (invoke.go) in one
// transaction (transaction.go) and encodes the result as JSON (result.go, shape.go,
// json.go). Inspect loads a handler that is only described: its Plan tells what is known
// of it before it runs.
//
// An executable gets the event as its input and answers with its output (script.go).
//
// The text of a file is read by handlers/syntax and the statements are run by an
// engine; this package knows neither a database nor Lambda's Runtime API.
//
// Limits: a file is at most 1 MiB, a response at most MaxResponse bytes.
package handlers

import (
	"time"

	"sqlambda/engine"
	"sqlambda/event"
	"sqlambda/handlers/syntax"
)

// MaxResponse is the largest response that Lambda takes of a function, in bytes.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const MaxResponse = 6<<20 + 100

// Config is what a handler is loaded with.
type Config struct {
	Root      string                                    // the task root
	Handler   string                                    // the handler string
	Database  string                                    // the value of SQLAMBDA_DATABASE
	Memory    int64                                     // bytes that the engine may use; 0 sets no limit
	Decoding  *event.Pool                               // what decoding events may take, of all handlers of the process; nil sets no limit
	Open      func(engine.Config) (engine.Conn, error)  // opens the database
	LookupEnv func(name string) (value string, ok bool) // what $env reads, and $context of the function
	Environ   func() []string                           // the environment of the processes that the handler starts, as os.Environ
	Now       time.Time                                 // the time at which the handler's clock stands still; zero: the clock runs
	// Rapid is for invocations that follow one another at once, as in a test: a line that a kept
	// process writes late cannot be told by its time.
	Rapid bool
	// Overrun reports an invocation that does not end: err is its Function.Timeout. It is
	// called shortly before the invocation's deadline, on a goroutine of its own. From then
	// on Invoke does not return and nothing is committed, so that the process has to end.
	// Nil is a process that waits for each invocation.
	Overrun func(inv *Invocation, err *Error)
	Log     func(requestID string, level engine.Level, message, fields string) // fields: a JSON object, or empty
}

// Handler answers invocations. It holds one database connection and handles one
// invocation at a time.
type Handler struct {
	Plan
	config Config
	host   host

	fields      fields        // what the query takes of the event, in a :batch of the record
	eventFields fields        // what a :batch takes of the event
	memory      *event.Memory // that decoding the event takes
	writes      bool          // an invocation needs a transaction
	shape       *shape        // of a row; nil without Columns

	script    *executable // of a handler that is no SQL
	functions []*function // that programs answer

	watchdog watchdog

	state, nextState []byte // of a tumbling window, in a :batch: after a record, and with the one that runs

	buffer []byte    // the response
	until  time.Time // when statements have to be over; zero: never
	idle   int       // invocations in a row whose response was small
}

// Plan is what is known of a handler before it runs. It is read, and not changed.
type Plan struct {
	// File is the file of the query.
	File *syntax.File
	// Functions are those that programs answer, of init.sql and of File.
	Functions []ProgramFunction
	// Script is the name of the executable file that the handler is; what follows, but for
	// Problems, is of handlers in SQL.
	Script string
	// Query is nil if the text is so wrong that it holds none.
	Query *syntax.Query
	// Kind is the one stated or the one inferred; None if the last statement could not be
	// prepared, or is left to run time.
	Kind syntax.Kind
	// Steps are the statements of the query, in the order of the text.
	Steps []*Step
	// Columns are those of a row of the response; nil if no rows are returned.
	Columns []Column
	// Conn is the database after init; nil if it could not be opened.
	Conn engine.Conn
	// Problems are all that is wrong, by their places, each with its error type as Code.
	Problems []syntax.Problem
}

// Step is a statement of the query.
type Step struct {
	Text *syntax.Statement
	Stmt engine.Stmt // nil if it could not be prepared, or is left to run time
	Runs int         // how often it has run

	inputs []input
	schema int // Stmt.Schema when the response was planned
}

// Column is a column of the last statement's result.
type Column struct {
	// Name is SQL's name, and Path the place of the column in the row's object: more than
	// one name if a dot nests. The Path of a :value is empty.
	Name string
	Path []string
	// Type is what the response holds, and Declared the type of the table's column
	// that it is, if it is one.
	Type     syntax.ColumnType
	Declared string
	// Text says that the response holds a string, whatever the value: the body beside
	// a statusCode.
	Text bool
}

// Writable reports whether what invocations write is kept, so that the handler has to be
// closed before the process ends.
func (h *Handler) Writable() bool { return h.Conn != nil && h.Conn.Writable() }

// Close closes the database, and ends what the handler has started.
func (h *Handler) Close() error {
	if h != nil && h.script != nil {
		h.script.close()
	}
	if h == nil || h.Conn == nil {
		return nil
	}
	for _, f := range h.functions {
		f.kept.Close()
		f.program.Close()
	}
	h.watchdog.timer.Stop() // nothing is watched that would set it again
	return h.Conn.Close()
}
