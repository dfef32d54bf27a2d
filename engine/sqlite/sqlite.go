// Package sqlite is the embedded engine: SQLite itself, translated to Go, behind
// the interface of package engine.
//
// It opens the database that SQLAMBDA_DATABASE names (database.go), prepares and
// runs statements (stmt.go) in a transaction for each invocation
// (transaction.go), adds the functions that handlers call (functions.go) and the
// tables that events are read as (eventtable.go), and keeps SQL inside of a
// sandbox (authorizer.go, limits.go). What it does with text is limited to the
// file name of an ATTACH and the schema of an event table (rewrite.go); all else
// about the text of a handler is decided elsewhere.
//
// It stands on zombiezen.com/go/sqlite, and calls the C API of
// modernc.org/sqlite/lib, the same engine, where that has no method for
// something or copies what need not be copied (handle.go, stmt.go).
//
// Limits: memory is limited for all connections of the process together.
package sqlite

import (
	"strconv"

	"zombiezen.com/go/sqlite"

	"sqlambda/engine"
)

// Version is the version of SQLite: "3.54.1".
const Version = sqlite.Version

// Conn is a connection to an SQLite database.
type Conn struct {
	handle
	conn     *sqlite.Conn
	config   engine.Config
	database database
	writable bool // a database, attached ones included, is a file that is written to
	guard    guard

	begin, commit, rollback, savepoint, release, revert *stmt

	statements map[*stmt]struct{} // those that are prepared

	functions map[string]*function // those that are provided, by name
	events    eventTables
	raised    *engine.Failure // by a function of ours, until the statement has failed
	limits    limits          // of time
	alarm     *alarm
	kept      int  // bytes of event tables' rows that cursors keep: see eventcursor.go
	hasTurn   bool // to write: see turn.go
}

// Open opens the database that config names.
func Open(config engine.Config) (engine.Conn, error) {
	database, err := locate(config.Database, &config)
	if err != nil {
		return nil, err
	}
	conn, h, err := openHandle(database, &config)
	if err != nil {
		return nil, database.unreadable(err)
	}
	c := &Conn{
		handle: h, conn: conn, config: config, database: database, writable: database.writable,
		statements: map[*stmt]struct{}{}, functions: map[string]*function{},
	}
	if err := c.setUp(); err != nil {
		closeHandle(conn)
		return nil, err
	}
	return c, nil
}

func (c *Conn) setUp() error {
	if err := c.setDefensive(); err != nil {
		return err
	}
	if err := c.distrustSchema(); err != nil {
		return err
	}
	c.setLimits()
	c.still()
	c.watch()
	if err := c.conn.SetAuthorizer(&c.guard); err != nil {
		return err
	}
	if c.database.file == "" {
		return nil
	}
	// SQLite reads a file when it is first asked for something in it.
	s, err := c.prepare("PRAGMA schema_version")
	if err == nil {
		_, err = s.Step()
		s.Close()
	}
	if err != nil {
		return c.database.unreadable(err)
	}
	return nil
}

// Writable reports whether a database, attached ones included, is a file that is
// written to.
func (c *Conn) Writable() bool { return c.writable }

// Statements is the number of statements that SQLite has prepared on the connection,
// for tests that look for what is never closed.
func (c *Conn) Statements() int {
	n := 0
	for s := c.lastStatement(); s != 0; s = c.olderStatement(s) {
		n++
	}
	return n
}

// Close closes the connection and its statements: SQLite closes no connection
// that has any (https://sqlite.org/c3ref/close.html). Virtual tables such as FTS5
// have statements of their own, which they finalize themselves.
func (c *Conn) Close() error {
	for s := range c.statements {
		s.Close()
	}
	c.unwatch()
	return closeHandle(c.conn)
}

func megabytes(n int64) string { return strconv.FormatInt(n>>20, 10) + " MB" }
