package sqlite

import (
	"errors"
	"slices"
	"strings"

	"github.com/sqlc-dev/meyer/lexer"
	"github.com/sqlc-dev/meyer/token"

	"sqlambda/engine"
	"sqlambda/engine/sqlite/internal/sqlite3"
	"sqlambda/event"
)

// stmt is a prepared statement. Parameters and values are those of package sqlite3.
type stmt struct {
	*sqlite3.Stmt
	conn   *Conn
	writes bool
	before int64 // changes of the connection before the run
}

// Prepare compiles a statement.
func (c *Conn) Prepare(text string) (engine.Stmt, error) {
	s, err := c.prepare(text)
	if s == nil || err != nil {
		return nil, err
	}
	return s, nil
}

func (c *Conn) prepare(text string) (*stmt, error) {
	rewritten, at, err := c.rewrite(text)
	if err != nil {
		return nil, err
	}
	prepared, rest, failure := c.compile(rewritten)
	if failure != nil {
		if failure.Offset > at {
			failure.Offset = max(failure.Offset-len(rewritten)+len(text), at)
		}
		return nil, failure
	}
	if prepared == nil {
		return nil, nil
	}
	if slices.ContainsFunc(lexer.Lex(rest), func(t token.Token) bool { return t.Kind != token.EOF && t.Kind != token.SEMI }) {
		prepared.Close()
		return nil, &engine.Failure{Code: "SQLITE_ERROR", Message: "more than one statement", Offset: len(text) - len(rest)}
	}
	return &stmt{Stmt: prepared, conn: c, writes: !prepared.ReadOnly() || c.guard.savepoint}, nil
}

// compile prepares a statement. A function or a table of ours that it names is
// registered when SQLite misses it: most handlers need none, and start the faster
// for it.
func (c *Conn) compile(text string) (*sqlite3.Stmt, string, *engine.Failure) {
	for {
		c.guard.savepoint, c.guard.preparing = false, true
		s, rest, err := c.db.Prepare(text)
		c.guard.preparing = false
		if err == nil {
			return s, rest, nil
		}
		if failure := c.failure(err); !c.provide(failure) {
			return nil, "", failure
		}
	}
}

// provide registers what a statement is missing; it reports whether there is something of
// that name that was not registered before. The error that a trigger raises may say the
// same, but has a code of its own: SQLITE_CONSTRAINT_TRIGGER.
func (c *Conn) provide(f *engine.Failure) bool {
	switch {
	case f.Code != sqlite3.GenericError.String():
		return false
	case f.Object == engine.FunctionObject:
		return c.provideFunction(f.Name)
	case f.Object == engine.TableObject:
		return c.provideTable(f.Name)
	default:
		return f.Message == "no such module: event" && c.provideEventModule()
	}
}

// Columns describes the columns of the statement as it was prepared last.
func (s *stmt) Columns() []engine.Column {
	columns := make([]engine.Column, s.ColumnCount())
	for i := range columns {
		columns[i].Name, columns[i].Type = s.Column(i)
	}
	return columns
}

func (s *stmt) Writes() bool { return s.writes }

// Step goes to the next row.
func (s *stmt) Step() (bool, error) {
	first := !s.Running()
	if first {
		s.conn.raised = nil
		s.before = s.conn.db.TotalChanges()
	}
	row, err := s.Stmt.Step()
	if err != nil {
		raised := s.conn.raised != nil
		failure := s.conn.failure(err)
		// A trigger or view that is newer than the statement may call one of ours.
		if first && !raised && (s.conn.provide(failure) || s.conn.waitAtInit(failure)) {
			return s.Step()
		}
		return false, failure
	}
	return row, nil
}

// Changes asks SQLite for the changes of the last statement that made any, which need not
// be this one.
func (s *stmt) Changes() int64 {
	if s.conn.db.TotalChanges() == s.before {
		return 0
	}
	return s.conn.db.Changes()
}

// rewrite prepares the text of a statement for SQLite: the file that ATTACH names
// is located, and an event table is made where it belongs. At is where the text may differ
// from the handler's. Errors are *Failure.
func (c *Conn) rewrite(text string) (rewritten string, at int, err error) {
	c.guard.attach = ""
	tokens := lexer.Lex(text)
	switch tokens[0].Kind {
	case token.ATTACH:
		return c.attachTo(text, tokens)
	case token.CREATE:
		return c.createEventTable(text)
	}
	return text, 0, nil
}

// createEventTable checks a CREATE VIRTUAL TABLE … USING event(…). A table whose name has
// no schema is made in temp. Any other statement stays as it is.
func (c *Conn) createEventTable(text string) (rewritten string, at int, err error) {
	d, ok, problems := event.ParseDeclaration(text)
	if !ok {
		return text, 0, nil
	}
	c.provideEventModule()
	if len(problems) > 0 {
		return text, 0, misdeclared(problems)
	}
	if d.Qualified {
		return text, 0, nil
	}
	return text[:d.Offset] + "temp." + text[d.Offset:], d.Offset, nil
}

// misdeclared returns the first problem of a declaration.
func misdeclared(problems []event.DeclarationProblem) *engine.Failure {
	first := problems[0]
	message := "event table: " + first.Message
	if first.Hint != "" {
		message += " (" + first.Hint + ")"
	}
	return &engine.Failure{Code: "SQLITE_ERROR", Message: message, Offset: first.Offset}
}

// attachTo rewrites the file name in ATTACH 'file' AS name to the URI that opens
// it as locate says: from the task root, read-only unless it can be written to.
// SQLite itself would open it relative to the process's folder, for writing.
func (c *Conn) attachTo(text string, tokens []token.Token) (rewritten string, at int, err error) {
	name := tokens[1]
	if name.Kind == token.DATABASE {
		name = tokens[2]
	}
	d, err := database{}, errors.New("ATTACH opens a file whose name is a string literal, so that it can be seen")
	if name.Kind == token.STRING {
		d, err = locate(event.Unquote(name.Text(text)), &c.config)
	}
	if err != nil {
		return text, 0, &engine.Failure{Code: "SQLITE_CANTOPEN", Message: err.Error(), Offset: name.Pos}
	}
	c.guard.attach = d.uri
	c.writable = c.writable || d.writable
	return text[:name.Pos] + "'" + strings.ReplaceAll(d.uri, "'", "''") + "'" + text[name.End:], name.Pos, nil
}
