// Package sqlite is the embedded engine: SQLite itself, translated to Go, behind
// the interface of package engine.
//
// It opens the database that SQLAMBDA_DATABASE names (database.go), prepares and
// runs statements (stmt.go) in a transaction for each invocation (transaction.go), adds
// the functions that handlers call (functions.go), the tables that
// events are read as (eventtable.go) and generate_series (series.go), and keeps SQL
// inside a sandbox (authorizer.go). It changes the text of a statement in two places
// only: the file name of an ATTACH and the schema of an event table (stmt.go).
//
// It calls SQLite through package sqlite3, which is the one that knows addresses.
//
// Limits: memory is limited for all connections of the process together.
package sqlite

import (
	"strconv"
	"time"

	"sqlambda/engine"
	"sqlambda/engine/sqlite/internal/sqlite3"
)

// Version is the version of SQLite: "3.54.1".
const Version = sqlite3.Version

type db = sqlite3.Conn

// Conn is a connection to an SQLite database.
type Conn struct {
	*db
	config   engine.Config
	database database
	writable bool // a database, attached ones included, is a file that is written to
	guard    guard

	own      map[string]*stmt // statements of the connection's own, by their text
	provided map[string]bool  // the functions and tables of ours that are registered
	patterns patterns
	raised   *engine.Failure   // by a function of ours, until the statement has failed
	added    []engine.Function // by AddFunction
	patience time.Time         // until when locks are waited for
	hasTurn  bool              // to write
}

// Open opens the database that config names.
func Open(config engine.Config) (engine.Conn, error) {
	database, err := locate(config.Database, &config)
	if err != nil {
		return nil, err
	}
	conn, err := sqlite3.Open(sqlite3.Options{Name: database.uri, Clock: config.Now, Heap: config.Memory})
	if err != nil {
		return nil, database.unreadable(err)
	}
	c := &Conn{
		db: conn, config: config, database: database, writable: database.writable,
		own: map[string]*stmt{}, provided: map[string]bool{},
	}
	c.setLimits()
	if config.Random != nil { // in the place of SQLite's own
		c.provideFunction("random")
		c.provideFunction("randomblob")
	}
	c.SetDeadline(time.Now().Add(longestInitWait))
	c.db.OnBusy(c.waitLonger)
	c.db.Authorize(c.guard.allows)
	if database.file != "" { // SQLite reads it when it is first asked for something in it
		err = c.run("PRAGMA schema_version")
	}
	if err != nil {
		c.Close()
		return nil, database.unreadable(err)
	}
	return c, nil
}

const (
	longestText    = 1 << 20 // bytes of a statement
	deepestTrigger = 100
	longestPattern = 1000 // bytes, of LIKE, GLOB and REGEXP: their time is the text's length times the pattern's
)

// setLimits narrows what one statement may ask for: https://sqlite.org/limits.html.
// SQLite's own defaults are made for machines with gigabytes.
func (c *Conn) setLimits() {
	c.db.Limit(sqlite3.SQLLength, longestText)
	c.db.Limit(sqlite3.PatternLength, longestPattern)
	c.db.Limit(sqlite3.TriggerDepth, deepestTrigger)
	c.db.Limit(sqlite3.Instructions, 5_000_000) // of one statement's program
	if memory := c.config.Memory; memory > 0 {
		c.db.Limit(sqlite3.ValueLength, int(min(memory/2, 1_000_000_000))) // it is held more than once while it is made
	}
}

// longestValue is the number of bytes that a text or blob may have.
func (c *Conn) longestValue() int { return c.db.Limit(sqlite3.ValueLength, -1) }

// Writable reports whether a database, attached ones included, is a file that is written to.
func (c *Conn) Writable() bool { return c.writable }

func megabytes(n int64) string { return strconv.FormatInt(n>>20, 10) + " MB" }
