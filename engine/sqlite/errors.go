package sqlite

import (
	"errors"
	"strings"

	"sqlambda/engine"
	"sqlambda/engine/sqlite/internal/sqlite3"
)

// failure turns an error of SQLite into what the handler learns of it.
func (c *Conn) failure(err error) *engine.Failure {
	if raised := c.raised; raised != nil {
		c.raised = nil
		return raised
	}
	var e *sqlite3.Error
	if !errors.As(err, &e) {
		return &engine.Failure{Code: sqlite3.GenericError.String(), Message: err.Error(), Offset: -1}
	}
	f := &engine.Failure{Code: e.Code.String(), Message: e.Message, Offset: e.Offset}
	if e.Code.Primary() == sqlite3.Interrupted {
		f.Message, f.Interrupted = "interrupted", true
		return f
	}
	c.explain(f, e.Code)
	f.Object, f.Name = missing(f.Message)
	return f
}

// explain adds to SQLite's message what it cannot know.
func (c *Conn) explain(f *engine.Failure, code sqlite3.Code) {
	if code == sqlite3.ReadOnlyDBMoved {
		f.Message, f.Lost = moved, true
		return
	}
	switch code.Primary() {
	case sqlite3.GenericError:
		if f.Message == "not authorized" { // one function says so
			f.Message = "load_extension: extensions cannot be loaded"
		}
	case sqlite3.NotAuthorized:
		if c.guard.denied != "" {
			f.Message = c.guard.denied
		}
	case sqlite3.ReadOnly:
		if c.database.writable {
			f.Message += ": its file system, or the file, cannot be written to"
			return
		}
		f.Message += ": only databases below " + strings.Join(writableRoots[:], " and ") + " are written to"
	case sqlite3.Full:
		f.Message += ": a function's /tmp has 512 MB unless more is asked for"
	case sqlite3.Busy:
		f.Message += waitedInVain
	case sqlite3.NoMemory:
		f.Message = "out of memory: SQLite may use " + megabytes(c.config.Memory)
	case sqlite3.TooBig:
		f.Message += ": a value has at most " + megabytes(int64(c.longestValue()))
	}
}

// fault makes the statement fail with a message of our own.
func (c *Conn) fault(message string) error {
	c.raised = &engine.Failure{Code: sqlite3.GenericError.String(), Message: message, Offset: -1}
	return c.raised
}

// tooBig is the failure of a function whose result would be larger than a value may be.
func (c *Conn) tooBig() error {
	f := &engine.Failure{Code: sqlite3.TooBig.String(), Message: "string or blob too big", Offset: -1}
	c.explain(f, sqlite3.TooBig)
	c.raised = f
	return f
}

const waitedInVain = ": another connection wrote to it for as long as this one could wait"

// moved is what a process can say of a database that another one took away.
const moved = "the database's file was replaced or deleted after it was opened; the process ends, and the next one opens what is there now"

// missing reads what does not exist out of SQLite's message.
func missing(message string) (engine.Object, string) {
	for _, m := range [...]struct {
		prefix string
		object engine.Object
	}{
		{"no such table: ", engine.TableObject},
		{"no such view: ", engine.TableObject},
		{"no such column: ", engine.ColumnObject},
		{"no such function: ", engine.FunctionObject},
	} {
		if name, ok := strings.CutPrefix(message, m.prefix); ok {
			// SQLite adds advice to the name of a quoted column.
			name, _, _ = strings.Cut(name, " - ")
			return m.object, strings.Trim(name, `"`)
		}
	}
	if _, column, ok := strings.Cut(message, " has no column named "); ok {
		return engine.ColumnObject, column
	}
	return engine.NoObject, ""
}
