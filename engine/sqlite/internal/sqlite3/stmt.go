package sqlite3

import (
	"runtime"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"sqlambda/event"
)

// Stmt is a prepared statement: https://sqlite.org/c3ref/stmt.html.
type Stmt struct {
	conn *Conn
	p    uintptr
	vdbe *lib.TVdbe // p as SQLite has it; its address stays when SQLite prepares it again

	running bool                 // the last Step found a row
	row     []lib.Tsqlite3_value // its values, where SQLite has them
	// bound keeps what SQLite reads without copying reachable.
	bound   []string
	refused error // of a value that Bind was given; nil after Reset

	schema int // see Schema
}

// Prepare compiles the first statement of a text, and returns the rest of the text:
// https://sqlite.org/c3ref/prepare.html. Blanks and comments give a nil Stmt.
func (c *Conn) Prepare(text string) (s *Stmt, rest string, err error) {
	out := new([2]uintptr) // the statement, and the end of its text
	start := addressOf(text)
	code := lib.Xsqlite3_prepare_v3(c.tls, c.db, start, int32(len(text)), 0,
		addressOfObject(&out[0]), addressOfObject(&out[1]))
	runtime.KeepAlive(text)
	if code != lib.SQLITE_OK {
		return nil, "", c.failure(code)
	}
	if out[1] != 0 {
		rest = text[out[1]-start:]
	}
	if out[0] == 0 {
		return nil, rest, nil
	}
	s = &Stmt{conn: c, p: out[0], vdbe: objectAt[lib.TVdbe](out[0]), schema: c.schema()}
	s.bound = make([]string, s.vdbe.FnVar)
	c.statements[s] = struct{}{}
	return s, rest, nil
}

// Close releases the statement: https://sqlite.org/c3ref/finalize.html.
func (s *Stmt) Close() {
	if _, ok := s.conn.statements[s]; ok {
		delete(s.conn.statements, s)
		lib.Xsqlite3_finalize(s.conn.tls, s.p)
	}
}

// ReadOnly reports whether the statement changes no database:
// https://sqlite.org/c3ref/stmt_readonly.html.
func (s *Stmt) ReadOnly() bool { return lib.Xsqlite3_stmt_readonly(s.conn.tls, s.p) != 0 }

// Atomic reports whether the statement writes one row at most, without triggers, and gives
// none: it writes when all has been checked, and if it fails then, SQLite rolls back more than
// the statement. SQLite itself undoes one that fails only where it expects that.
// https://sqlite.org/opcode.html
func (s *Stmt) Atomic() bool {
	program := sliceAt[lib.TVdbeOp](s.vdbe.FaOp, s.vdbe.FnOp)
	for i := range program {
		switch op := &program[i]; op.Fopcode {
		case lib.OP_Program, lib.OP_VUpdate, lib.OP_FkCounter, lib.OP_ResultRow,
			lib.OP_Next, lib.OP_Prev, lib.OP_SorterNext, lib.OP_VNext, lib.OP_RowSetRead, lib.OP_Yield, lib.OP_Gosub:
			return false
		case lib.OP_Goto: // the last one goes to the beginning of all programs
			if op.Fp2 <= int32(i) && i < len(program)-1 {
				return false
			}
		}
	}
	return true
}

// ColumnCount is the number of columns of the result.
func (s *Stmt) ColumnCount() int { return int(s.vdbe.FnResColumn) }

// Column returns the name of a column, counted from 0, and the type that the table's column
// was declared with which it is, or nothing.
func (s *Stmt) Column(i int) (name, declared string) {
	return libc.GoString(lib.Xsqlite3_column_name(s.conn.tls, s.p, int32(i))),
		libc.GoString(lib.Xsqlite3_column_decltype(s.conn.tls, s.p, int32(i)))
}

// Schema is a number that is another one if SQLite has prepared the statement for another
// schema: it does so by itself in the first Step after the schema has changed.
func (s *Stmt) Schema() int { return s.schema }

// Bind sets the parameter with a number from 1: https://sqlite.org/c3ref/bind_blob.html.
// A text is not copied (SQLITE_STATIC): it must not change before the next Reset. Step returns
// the error of a value that is too long.
func (s *Stmt) Bind(parameter int, v event.Value) {
	if parameter < 1 || parameter > len(s.bound) {
		return
	}
	s.bound[parameter-1] = v.Text
	out := &sliceAt[lib.Tsqlite3_value](s.vdbe.FaVar, parameter)[parameter-1]
	if s.vdbe.Fexpmask != 0 || out.Fflags&mustBeReleased != 0 { // its plan is made for a value
		lib.Xsqlite3_bind_null(s.conn.tls, s.p, int32(parameter))
	}
	if overwrite(out, v) {
		return
	}
	code := lib.Xsqlite3_bind_text64(s.conn.tls, s.p, int32(parameter), addressOf(v.Text), uint64(len(v.Text)), 0, lib.SQLITE_UTF8)
	if code != lib.SQLITE_OK { // SQLite has NULL in its place
		s.refused = s.conn.failure(code)
	}
}

// Step goes to the next row, and reports whether there is one:
// https://sqlite.org/c3ref/step.html. After an error the statement is reset.
func (s *Stmt) Step() (row bool, err error) {
	if s.refused != nil {
		return false, s.refused
	}
	code := lib.Xsqlite3_step(s.conn.tls, s.p)
	if !s.running {
		s.schema = s.conn.schema()
	}
	s.running = code == lib.SQLITE_ROW
	s.row = nil
	switch code {
	case lib.SQLITE_ROW:
		s.row = sliceAt[lib.Tsqlite3_value](s.vdbe.FpResultRow, int(s.vdbe.FnResColumn))
		return true, nil
	case lib.SQLITE_DONE:
		return false, nil
	}
	err = s.conn.failure(code)
	lib.Xsqlite3_reset(s.conn.tls, s.p)
	return false, err
}

// Running reports whether the statement stands at a row.
func (s *Stmt) Running() bool { return s.running }

// Reset makes the statement ready to be run again and drops what was bound to it.
func (s *Stmt) Reset() {
	s.running, s.row, s.refused = false, nil, nil
	lib.Xsqlite3_reset(s.conn.tls, s.p)
	s.unbind()
}

// unbind is sqlite3_clear_bindings (https://sqlite.org/c3ref/clear_bindings.html), in place
// unless there is memory to free or a plan that was made for what was bound.
func (s *Stmt) unbind() {
	clear(s.bound)
	inPlace := s.vdbe.Fexpmask == 0
	variables := sliceAt[lib.Tsqlite3_value](s.vdbe.FaVar, len(s.bound))
	for i := range variables {
		if variables[i].Fflags&mustBeReleased != 0 {
			inPlace = false
		} else {
			variables[i].Fflags = lib.MEM_Null
		}
	}
	if !inPlace {
		lib.Xsqlite3_clear_bindings(s.conn.tls, s.p)
	}
}

// Value returns the value in a column of the row, counted from 0; NULL if there is none. Its
// text is valid until the next Step or Reset.
func (s *Stmt) Value(column int) event.Value {
	if uint(column) >= uint(len(s.row)) {
		return event.Value{}
	}
	return valueOf(s.conn.tls, &s.row[column])
}

// Text returns a copy of the value in a column of the row, as a text.
func (s *Stmt) Text(column int) string { return string(bytesOf(s.conn.tls, &s.row[column])) }
