// Package engine says what a handler needs of a database, and no more: open a
// connection, prepare a statement, bind values, read rows, keep or undo what was
// written. It holds interfaces and the values that cross them; package
// engine/sqlite is the embedded default behind them.
//
// A connection belongs to one worker: it may not be used from two goroutines at a
// time.
package engine

import (
	"math/rand/v2"
	"strings"
	"time"

	"sqlambda/event"
)

// Config is what a connection is opened with.
type Config struct {
	// Root is the folder that relative file names start from: the task root.
	Root string
	// Database is the value of SQLAMBDA_DATABASE; its forms are the engine's own.
	Database string
	// Memory is the number of bytes that the engine may use; 0 sets no limit.
	Memory int64
	// Scratch opens an empty database in memory instead of each one that could be written
	// to, attached ones included, so that no file changes.
	Scratch bool
	// Locate returns the file on this machine for the absolute name by which the function
	// knows a database; nil means the name itself. The function's name decides what may be
	// written to.
	Locate func(file string) string
	// Now is the time that SQL's clock always shows; zero is the system's clock.
	Now time.Time
	// Random is what SQL's random values are drawn from, so that they repeat; nil is
	// the system's randomness.
	Random *rand.ChaCha8
	// Turn, a channel of capacity 1, makes the connections that share it write one after
	// another, in the order in which they asked. The connections of a process to the same
	// database share one; a connection that is alone has none.
	Turn chan struct{}
	// Host answers the SQL functions that ask about the invocation.
	Host Host
}

// A Host answers what SQL functions ask of the invocation being handled.
type Host interface {
	// Event is the event being handled; ok is false while a connection is
	// being initialised.
	Event() (e event.Event, ok bool)
	// Lookup returns the value that the SQL functions event(path),
	// context(path) and env(name) stand for.
	Lookup(scope Scope, path string) (event.Value, error)
	// Log writes a log line. Fields is a JSON object, or empty.
	Log(level Level, message, fields string)
}

// Scope is what a path is looked up in.
type Scope int

// The scopes.
const (
	EventScope   Scope = iota // the event being handled
	ContextScope              // the invocation: request id, deadline, …
	EnvScope                  // environment variables
)

// Level is the severity of a log line, by the names of Lambda's advanced
// logging controls:
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
type Level string

// The levels that SQL can log at.
const (
	Debug Level = "DEBUG"
	Info  Level = "INFO"
	Warn  Level = "WARN"
	Error Level = "ERROR"
)

// Conn is an open database connection. It starts in its init phase, in which
// scripts may create tables and attach databases; Seal ends that phase.
type Conn interface {
	// Prepare compiles the one statement that text holds. Text that holds
	// nothing but blanks and comments gives a nil Stmt. Errors are *Failure.
	Prepare(text string) (Stmt, error)

	// AddFunction adds an SQL function to the database's own. A name that one of those has
	// already is an error. Views and triggers cannot call it, but for those of the TEMP schema.
	AddFunction(f Function) error

	// Seal ends the init phase: from here on the database cannot be attached,
	// configured or put in a transaction by SQL. It fails where init left a
	// transaction open.
	Seal() error

	// Begin opens the transaction of an invocation.
	Begin() error
	// End closes the transaction that Begin opened, if it is still open: it
	// commits where commit is true and the database keeps what is written
	// (Writable), else it rolls back.
	End(commit bool) error
	// InTransaction reports whether a transaction is open. Some errors end
	// one: then nothing that was written in it stands.
	InTransaction() bool

	// Savepoint opens, Release keeps and Revert undoes a part of the
	// transaction. They do not nest.
	Savepoint() error
	Release() error
	Revert() error

	// SetDeadline sets until when statements wait for other connections; the zero Time is
	// the engine's own patience. What runs too long is ended by Interrupt.
	SetDeadline(at time.Time)

	// Interrupt ends the statement that is running, if one is: it fails with a Failure
	// whose Interrupted is true. Any goroutine may call it, also after Close. Between two
	// statements it does nothing, so that a caller who wants an end repeats it.
	Interrupt()

	// Catalog describes what SQL can name on this connection.
	Catalog

	// Writable reports whether anything written outlives an invocation, so
	// that there is something to close before the process ends.
	Writable() bool
	// Close closes the connection and its statements.
	Close() error
}

// Function is an SQL function that the caller of the engine answers.
type Function struct {
	Name      string
	Arguments int    // their number
	Result    string // the type that a column of its results would be declared with
	// Deterministic says that the same arguments give the same result, so that calls may be
	// left out.
	Deterministic bool
	// Call answers. Texts of the arguments are valid until it returns. An error is a
	// *Failure, which the statement then fails with.
	Call func(arguments []event.Value) (event.Value, error)
}

// Catalog describes what SQL can name on a connection.
type Catalog interface {
	// Tables returns the names of tables and views.
	Tables() []string
	// Table describes a table, view or table-valued function. Schema is empty
	// where the name is not qualified.
	Table(schema, name string) (t Table, ok bool)
	// Functions returns the names of SQL functions.
	Functions() []string
	// FunctionType tells what a function returns that the engine adds to the database's
	// own: the type that a column of its results would be declared with, empty for any, and
	// whether it may return NULL though no argument is NULL.
	FunctionType(name string) (declared string, nullable, ok bool)
}

// Table is what a Catalog knows of a table or view.
type Table struct {
	Schema  string
	Columns []Column // hidden ones included
	View    string   // the CREATE VIEW statement of a view
}

// Column is a column of a table or of a result.
type Column struct {
	Name   string
	Type   string // the type it was declared with, as written, or empty
	Hidden bool   // left out of *
	// NotNull says that a table's column is declared so, or is its INTEGER PRIMARY KEY.
	NotNull bool
}

// Stmt is a prepared statement. It is bound, stepped through and reset any
// number of times.
type Stmt interface {
	// Columns describes the result; it is empty for a statement that returns
	// no rows.
	Columns() []Column
	// Schema is a number for the schema that the statement was prepared for. The first Step
	// of a run prepares it again where the schema has changed since: then it is another one,
	// and Columns may be others, in number, names and types.
	Schema() int
	// Writes reports whether running the statement may change a database, a
	// savepoint included.
	Writes() bool
	// Atomic reports whether the statement, as it was prepared last, has written nothing when
	// it fails, so that it needs no Savepoint. It may say no for one that is.
	Atomic() bool
	// Bind sets the parameter with the given index, counted from 1 in the
	// order in which SQLite numbers parameters. A text is not copied: it must
	// not change before the next Reset. Step returns the error of a value that is
	// too long.
	Bind(index int, v event.Value)
	// Step goes to the next row, and reports whether there is one. Errors are
	// *Failure; after one the statement is reset.
	Step() (row bool, err error)
	// Value returns the value in a column of the row, counted from 0; NULL if there is
	// none. Its text is valid until the next Step or Reset.
	Value(column int) event.Value
	// Changes is the number of rows that the last run inserted, updated or
	// deleted, after its last Step.
	Changes() int64
	// Reset makes the statement ready to be run again and drops what was
	// bound to it.
	Reset()
	// Close releases the statement.
	Close()
}

// Failure is the error of a statement that could not be prepared or run.
type Failure struct {
	// Code is the engine's name of the error: SQLITE_CONSTRAINT_UNIQUE.
	Code string
	// Message says what is wrong, without the code.
	Message string
	// Offset is the byte offset in the statement's text of the token that the
	// error is about, or -1 where the engine does not say.
	Offset int
	// Object and Name are what does not exist, or cannot be called so, where that is the error.
	Object Object
	Name   string // as written in the text, qualified or not
	// Raised is the error type that SQL itself gave through error(type, …), or
	// empty.
	Raised string
	// Interrupted reports whether the statement ended because of the deadline.
	Interrupted bool
	// Lost reports whether the connection is of no more use: another one, opened anew,
	// may be.
	Lost bool
}

// Error returns the code, if there is one, and the message.
func (f *Failure) Error() string { return strings.TrimPrefix(f.Code+": "+f.Message, ": ") }

// Object is a kind of thing that SQL names.
type Object int

// The objects that can be missing.
const (
	NoObject Object = iota
	TableObject
	ColumnObject
	FunctionObject
)
