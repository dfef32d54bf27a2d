package sqlite

import (
	"github.com/sqlc-dev/meyer/lexer"
	"github.com/sqlc-dev/meyer/token"
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
	"zombiezen.com/go/sqlite"

	"sqlambda/engine"
	"sqlambda/event"
)

// stmt is a prepared statement.
type stmt struct {
	conn    *Conn
	stmt    *sqlite.Stmt
	handle  uintptr // sqlite3_stmt*
	text    string
	columns []engine.Column
	writes  bool
	// prepared counts the preparations for another schema; schema and repreparations are
	// what they are told by.
	prepared       int
	schema         int
	repreparations uint32
	running        bool    // the last Step found a row
	row            uintptr // its values; 0: there is none
	before         int64   // changes of the connection before the run
	// bound keeps what SQLite reads without copying reachable.
	bound []string
}

// Prepare compiles a statement: https://sqlite.org/c3ref/prepare.html.
func (c *Conn) Prepare(text string) (engine.Stmt, error) {
	s, err := c.prepare(text)
	if s == nil || err != nil {
		return nil, err
	}
	return s, nil
}

func (c *Conn) prepare(text string) (*stmt, error) {
	before := c.lastStatement()
	r, err := c.rewrite(text)
	if err != nil {
		return nil, err
	}
	prepared, trailing, err := c.compile(r)
	if err != nil {
		return nil, err
	}
	h := c.preparedFrom(r.text[:len(r.text)-trailing], before)
	if h == 0 {
		prepared.Finalize()
		return nil, nil // no statement in it
	}
	if end := r.original(len(r.text) - trailing); !isBlank(text[end:]) {
		prepared.Finalize()
		return nil, &engine.Failure{Code: "SQLITE_ERROR", Message: "more than one statement", Offset: end}
	}
	s := &stmt{
		conn:   c,
		stmt:   prepared,
		handle: h,
		text:   text,
		writes: lib.Xsqlite3_stmt_readonly(c.tls, h) == 0 || c.guard.savepoint,
		bound:  make([]string, prepared.BindParamCount()),
	}
	s.describe()
	c.statements[s] = struct{}{}
	return s, nil
}

// describe learns the columns of the statement as SQLite has prepared it last.
func (s *stmt) describe() {
	c := s.conn
	s.prepared++
	s.schema = c.schemaStamp()
	s.columns = make([]engine.Column, lib.Xsqlite3_column_count(c.tls, s.handle))
	for i := range s.columns {
		s.columns[i].Name = libc.GoString(lib.Xsqlite3_column_name(c.tls, s.handle, int32(i)))
		if p := lib.Xsqlite3_column_decltype(c.tls, s.handle, int32(i)); p != 0 {
			s.columns[i].Type = libc.GoString(p)
		}
	}
}

// noticePreparation describes the statement again where SQLite has prepared it again for
// another schema: https://sqlite.org/c3ref/c_stmtstatus_counter.html. It also does so for
// other values of parameters, which changes nothing about the columns.
func (s *stmt) noticePreparation() {
	n := objectAt[lib.TVdbe](s.handle).FaCounter[lib.SQLITE_STMTSTATUS_REPREPARE]
	if n == s.repreparations {
		return
	}
	s.repreparations = n
	if s.schema != s.conn.schemaStamp() {
		s.describe()
	}
}

// schemaStamp is a number that changes with the schema of any of the connection's
// databases.
func (h handle) schemaStamp() int {
	const prime = 1_000_003
	stamp := 0
	db := connectionAt(h.db)
	for _, d := range sliceAt[lib.TDb](db.FaDb, db.FnDb) {
		if d.FpSchema != 0 {
			schema := objectAt[lib.TSchema](d.FpSchema)
			stamp = stamp*prime + int(schema.FiGeneration)
			stamp = stamp*prime + int(schema.Fschema_cookie)
		}
	}
	return stamp
}

// compile prepares a statement. A function or a table of ours that it names is
// registered when SQLite misses it: most handlers need none, and start the faster
// for it.
func (c *Conn) compile(r rewritten) (s *sqlite.Stmt, trailing int, err error) {
	for {
		c.guard.savepoint, c.guard.preparing = false, true
		s, trailing, err = c.conn.PrepareTransient(r.text)
		c.guard.preparing = false
		if err == nil {
			return s, trailing, nil
		}
		failure := c.failure(err)
		if !c.provide(failure) {
			if failure.Offset >= 0 {
				failure.Offset = r.original(failure.Offset)
			}
			return nil, 0, failure
		}
	}
}

// provide registers what a statement is missing; it reports whether there is
// something of that name that was not registered before.
func (c *Conn) provide(f *engine.Failure) bool {
	switch f.Object {
	case engine.FunctionObject:
		return c.provideFunction(f.Name)
	case engine.TableObject:
		return c.provideTable(f.Name)
	default:
		return f.Message == "no such module: "+event.Module && c.provideEventModule()
	}
}

// isBlank reports whether text holds no statement.
func isBlank(text string) bool {
	for _, t := range lexer.Lex(text) {
		if t.Kind != token.EOF && t.Kind != token.SEMI {
			return false
		}
	}
	return true
}

func (s *stmt) Columns() []engine.Column { return s.columns }

func (s *stmt) Prepared() int { return s.prepared }

func (s *stmt) Writes() bool { return s.writes }

// Bind sets a parameter: https://sqlite.org/c3ref/bind_blob.html. SQLite reads
// texts and blobs where they are (SQLITE_STATIC): Go does not move what is on
// its heap, and bound keeps it there.
func (s *stmt) Bind(index int, v event.Value) {
	i := int32(index)
	if index < 1 || index > len(s.bound) {
		return
	}
	switch v.Kind {
	case event.Integer:
		lib.Xsqlite3_bind_int64(s.conn.tls, s.handle, i, v.Integer())
	case event.Real:
		lib.Xsqlite3_bind_double(s.conn.tls, s.handle, i, v.Real())
	case event.Text:
		s.bound[index-1] = v.Text
		lib.Xsqlite3_bind_text64(s.conn.tls, s.handle, i, addressOf(v.Text), uint64(len(v.Text)), 0, lib.SQLITE_UTF8)
	case event.Blob:
		s.bound[index-1] = v.Text
		lib.Xsqlite3_bind_blob64(s.conn.tls, s.handle, i, addressOf(v.Text), uint64(len(v.Text)), 0)
	default:
		lib.Xsqlite3_bind_null(s.conn.tls, s.handle, i)
	}
}

// Step goes to the next row: https://sqlite.org/c3ref/step.html.
func (s *stmt) Step() (bool, error) {
	first := !s.running
	if first {
		s.running = true
		s.conn.raised = nil
		s.before = lib.Xsqlite3_total_changes64(s.conn.tls, s.conn.db)
	}
	row, err := s.stmt.Step()
	s.running, s.row = row, 0
	if first {
		s.noticePreparation()
	}
	if row {
		s.row = objectAt[lib.TVdbe](s.handle).FpResultRow
	}
	if err != nil {
		failure := s.conn.failure(err)
		// A trigger or view that is newer than the statement may call one of ours.
		if s.conn.provide(failure) {
			return s.Step()
		}
		return false, failure
	}
	return row, nil
}

// Changes asks SQLite for the changes of the last statement that made any
// (https://sqlite.org/c3ref/changes.html), which need not be this one.
func (s *stmt) Changes() int64 {
	if lib.Xsqlite3_total_changes64(s.conn.tls, s.conn.db) == s.before {
		return 0
	}
	return lib.Xsqlite3_changes64(s.conn.tls, s.conn.db)
}

func (s *stmt) Reset() {
	s.running, s.row = false, 0
	lib.Xsqlite3_reset(s.conn.tls, s.handle)
	if len(s.bound) > 0 {
		lib.Xsqlite3_clear_bindings(s.conn.tls, s.handle)
		clear(s.bound)
	}
}

func (s *stmt) Close() {
	delete(s.conn.statements, s)
	s.stmt.Finalize()
}
