// Package handlers runs handlers: SQL files that answer invocations of a Lambda
// function.
//
// Load finds the file and the query that a handler string names (find.go), opens
// the database and runs init.sql and the prologue (load.go), and prepares the query's
// statements, their parameters and the shape of the result (plan.go).
// Invoke binds the fields of an event (input.go), runs the statements in one
// transaction (invoke.go) and encodes the result as JSON (result.go, shape.go,
// json.go). Inspect prepares all queries of a file for tools, and runs none
// (inspect.go).
//
// The text of a file is read by handlers/syntax and the statements are run by an
// engine; this package knows neither a database nor Lambda's Runtime API.
//
// Limits: a file is at most 1 MiB, a response at most MaxResponse bytes.
package handlers

import (
	"os"
	"slices"
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
	Function  Function                                  // what $context knows of the function
	LookupEnv func(name string) (value string, ok bool) // what $env reads
	Now       time.Time                                 // the time at which the handler's clock stands still; zero: the clock runs
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
	config Config
	source *source
	host   *host
	conn   engine.Conn

	unmade []*syntax.Statement // of init, that failed: an inspection goes on after them

	steps       []*step
	fields      fields        // what the query takes of the event, in a :batch of the record
	eventFields fields        // what a :batch takes of the event
	memory      *event.Memory // that decoding the event takes
	writes      bool          // an invocation needs a transaction
	kind        syntax.Kind   // None until the last statement could be prepared
	shape       *shape        // of a row; nil until then

	watchdog watchdog

	state, nextState []byte // of a tumbling window, in a :batch: after a record, and with the one that runs

	buffer []byte    // the response
	until  time.Time // when statements have to be over; zero: never
	idle   int       // invocations in a row whose response was small
}

// Load reads and prepares a handler. All problems that are found are in the one
// error, which is an *Error with a type that begins with "Runtime.".
func Load(config Config) (*Handler, error) {
	root, err := os.OpenRoot(config.Root)
	if err != nil {
		return nil, newError(HandlerNotFound, "cannot open the task root: %v", err)
	}
	defer root.Close()
	source, err := find(root, config.Handler)
	if err != nil {
		return nil, err
	}
	h := &Handler{config: config, source: source, memory: config.Decoding.NewMemory()}
	h.watchdog.handler = h
	h.host = &host{config: &h.config}
	if err := h.start(); err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

// start readies the handler. Even if its text has problems, the engine
// prepares the rest, so that all problems are reported at once.
func (h *Handler) start() error {
	problems := h.source.problems
	if h.source.runnable() {
		err := h.initialize()
		if err != nil && len(problems) == 0 {
			return err
		}
		if err == nil {
			problems = append(problems, h.plan()...)
			slices.SortStableFunc(problems, func(a, b syntax.Problem) int { return a.Offset - b.Offset })
		}
	}
	if len(problems) > 0 {
		return errorOf(InvalidHandler, problems)
	}
	return nil
}

// Writable reports whether what invocations write is kept, so that the handler
// has to be closed before the process ends.
func (h *Handler) Writable() bool { return h.conn.Writable() }

// Close closes the database.
func (h *Handler) Close() error {
	h.watchdog.close()
	if h.conn == nil {
		return nil
	}
	return h.conn.Close()
}
