package sqlite

import (
	"cmp"
	"errors"
	"strings"

	"sqlambda/engine"
	"sqlambda/engine/sqlite/internal/sqlite3"
)

// failure turns an error of SQLite or of a function of ours into what the handler learns.
func (c *Conn) failure(err error) *engine.Failure {
	if raised := c.raised; raised != nil {
		c.raised = nil
		return raised
	}
	var f *engine.Failure
	if errors.As(err, &f) {
		return f
	}
	var e *sqlite3.Error
	if !errors.As(err, &e) {
		return failed(sqlite3.GenericError, err.Error())
	}
	f = failed(e.Code, e.Message)
	f.Offset = e.Offset
	f.Object, f.Name = missing(f.Message)
	c.explain(f, e.Code)
	return f
}

// failed returns a failure that is about no place in the text.
func failed(code sqlite3.Code, message string) *engine.Failure {
	return &engine.Failure{Code: code.String(), Message: message, Offset: -1}
}

// explain adds to SQLite's message what it cannot know.
func (c *Conn) explain(f *engine.Failure, code sqlite3.Code) {
	switch code.Primary() {
	case sqlite3.Interrupted:
		f.Message, f.Interrupted = "interrupted", true
	case sqlite3.GenericError:
		if f.Message == "not authorized" { // one function says so
			f.Message = "load_extension: extensions cannot be loaded"
		}
	case sqlite3.NotAuthorized:
		f.Message = cmp.Or(c.guard.denied, f.Message)
	case sqlite3.ReadOnly:
		switch {
		case code == sqlite3.ReadOnlyDBMoved:
			f.Lost = true
			f.Message = "the database's file was replaced or deleted after it was opened; the process ends, and the next one opens what is there now"
		case c.database.writable:
			f.Message += ": its file system, or the file, cannot be written to"
		default:
			f.Message += ": only databases below " + strings.Join(writableRoots[:], " and ") + " are written to"
		}
	case sqlite3.Full:
		f.Message += ": a function's /tmp has 512 MB unless more is asked for"
	case sqlite3.Busy:
		f.Message += ": another connection wrote to it for as long as this one could wait"
	case sqlite3.NoMemory:
		f.Message = "out of memory: SQLite may use " + megabytes(c.config.Memory)
	case sqlite3.TooBig:
		f.Message += ": a value has at most " + megabytes(int64(c.longestValue()))
	}
}

// errTooBig is the error of a function whose result would be larger than a value may be.
var errTooBig = &sqlite3.Error{Code: sqlite3.TooBig, Message: "string or blob too big", Offset: -1}

// missing reads what does not exist, or not so, out of SQLite's message.
func missing(message string) (engine.Object, string) {
	for object, prefixes := range [...][]string{
		engine.TableObject:    {"no such table: ", "no such view: "},
		engine.ColumnObject:   {"no such column: "},
		engine.FunctionObject: {"no such function: ", "wrong number of arguments to function ", "unsafe use of "},
	} {
		for _, prefix := range prefixes {
			if name, ok := strings.CutPrefix(message, prefix); ok {
				name, _, _ = strings.Cut(name, " - ") // and then its advice, of a quoted column
				return engine.Object(object), strings.Trim(strings.TrimSuffix(name, "()"), `"`)
			}
		}
	}
	if _, column, ok := strings.Cut(message, " has no column named "); ok {
		return engine.ColumnObject, column
	}
	return engine.NoObject, ""
}
