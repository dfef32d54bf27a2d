package sqlite

import (
	"strings"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
	"zombiezen.com/go/sqlite"

	"sqlambda/engine"
)

// failure turns the error of the last call on the connection into what the
// handler learns of it.
func (c *Conn) failure(err error) *engine.Failure {
	if raised := c.raised; raised != nil {
		c.raised = nil
		return raised
	}
	code := sqlite.ErrCode(err)
	if code.ToPrimary() == sqlite.ResultInterrupt {
		return &engine.Failure{Code: code.String(), Message: "interrupted", Offset: -1, Interrupted: true}
	}
	f := &engine.Failure{
		Code:    code.String(),
		Message: libc.GoString(lib.Xsqlite3_errmsg(c.tls, c.db)),
		Offset:  -1,
	}
	if offset, ok := sqlite.ErrorOffset(err); ok {
		f.Offset = offset
	}
	if code.ToPrimary() == sqlite.ResultAuth && c.guard.denied != "" {
		f.Message = c.guard.denied
	}
	c.explain(f, code)
	f.Object, f.Name = missing(f.Message)
	return f
}

// explain adds to SQLite's message what it cannot know.
func (c *Conn) explain(f *engine.Failure, code sqlite.ResultCode) {
	if code == sqlite.ResultReadOnlyDBMoved {
		f.Message, f.Lost = moved, true
		return
	}
	switch code.ToPrimary() {
	case sqlite.ResultError:
		if f.Message == "not authorized" { // one function says so
			f.Message = "load_extension: extensions cannot be loaded"
		}
	case sqlite.ResultReadOnly:
		if c.database.writable {
			f.Message += ": its file system, or the file, cannot be written to"
			return
		}
		f.Message += ": only databases below " + strings.Join(writableRoots[:], " and ") + " are written to"
	case sqlite.ResultFull:
		f.Message += ": a function's /tmp has 512 MB unless more is asked for"
	case sqlite.ResultBusy:
		f.Message += waitedInVain
	case sqlite.ResultNoMem:
		f.Message = "out of memory: SQLite may use " + megabytes(c.config.Memory)
	case sqlite.ResultTooBig:
		f.Message += ": a value has at most " + megabytes(int64(c.conn.Limit(sqlite.LimitLength, -1)))
	}
}

const waitedInVain = ": another connection wrote to it for as long as this one could wait"

// moved is what a process can say of a database that another one took away.
const moved = "the database's file was replaced or deleted after it was opened; the process ends, and the next one opens what is there now"

// failureAt is an error of our own at an offset of the statement's text.
func failureAt(offset int, err error) *engine.Failure {
	return &engine.Failure{Code: "SQLITE_CANTOPEN", Message: err.Error(), Offset: offset}
}

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
