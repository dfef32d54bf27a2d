package sqlite

import (
	"errors"
	"time"

	"sqlambda/engine"
	"sqlambda/engine/sqlite/internal/sqlite3"
)

// Seal ends the init phase.
func (c *Conn) Seal() error {
	if c.InTransaction() {
		return errors.New("a transaction is left open: end it with COMMIT or ROLLBACK")
	}
	c.guard.sealed = true
	return nil
}

// Begin opens the transaction of an invocation. A file is locked at once, so
// that a second writer waits at the start, where waiting can succeed:
// https://sqlite.org/lang_transaction.html#immediate.
func (c *Conn) Begin() error {
	if err := c.takeTurn(); err != nil {
		return err
	}
	var err error
	switch {
	case c.database.writable && c.db.HasMoved():
		err = c.failure(&sqlite3.Error{Code: sqlite3.ReadOnlyDBMoved, Offset: -1})
	case c.writable:
		err = c.run("BEGIN IMMEDIATE")
	default:
		err = c.run("BEGIN")
	}
	c.db.ForgetChanges()
	if err != nil {
		c.endTurn()
	}
	return err
}

// End commits or rolls back. SQLite itself has rolled back after some errors:
// https://sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction.
// Nothing interrupts it.
func (c *Conn) End(commit bool) error {
	defer c.endTurn()
	if !c.InTransaction() {
		return nil
	}
	c.db.HoldInterrupts(true)
	defer c.db.HoldInterrupts(false)
	var err error
	switch {
	case commit && c.writable:
		if err = c.run("COMMIT"); err == nil || !c.InTransaction() {
			return err
		}
	case commit && c.db.ForeignKeysViolated(): // what is rolled back fails as it would on a file
		err = failed(sqlite3.ForeignKey, "FOREIGN KEY constraint failed")
	}
	return errors.Join(err, c.run("ROLLBACK"))
}

const partName = "sqlambda"

// Savepoint opens a part of the transaction: https://sqlite.org/lang_savepoint.html.
func (c *Conn) Savepoint() error { return c.run("SAVEPOINT " + partName) }

// Release keeps the part.
func (c *Conn) Release() error { return c.run("RELEASE " + partName) }

// Revert undoes the part.
func (c *Conn) Revert() error {
	if err := c.run("ROLLBACK TO " + partName); err != nil {
		return err
	}
	return c.Release()
}

// run runs one of the connection's own statements; the guard lets it pass. SQLite resets
// one that has ended by itself.
func (c *Conn) run(text string) error {
	c.guard.off = true
	defer func() { c.guard.off = false }()
	s := c.own[text]
	if s == nil {
		var err error
		if s, err = c.prepare(text); err != nil {
			return err
		}
		c.own[text] = s
	}
	row, err := s.Step()
	if row {
		s.Reset()
	}
	return err
}

// How long a statement waits for another connection's lock if there is no deadline, and how
// long init does: Lambda ends an init after 10 seconds, without a word of why.
const (
	longestWait     = 10 * time.Second
	longestInitWait = 8 * time.Second
)

// SetDeadline sets until when statements wait for locks.
func (c *Conn) SetDeadline(at time.Time) {
	if at.IsZero() {
		at = time.Now().Add(longestWait)
	}
	c.patience = at
}

// waitLonger sleeps, longer each time, as SQLite's own does, which counts anew for each
// statement. It returns false to give up.
func (c *Conn) waitLonger(tries int) bool {
	left := time.Until(c.patience)
	if left <= 0 {
		return false
	}
	delay := time.Duration(tries*tries+1) * time.Millisecond
	time.Sleep(min(delay, left, 50*time.Millisecond))
	return true
}

// waitAtInit waits where SQLite does not, since two that read and both want to write could wait
// for each other. At init a statement that fails is undone and holds no lock: it can be run
// again. It returns false to give up.
func (c *Conn) waitAtInit(f *engine.Failure) bool {
	return f.Code == sqlite3.Busy.String() && !c.guard.sealed && !c.InTransaction() && c.waitLonger(1)
}

// takeTurn waits for the turn to write, where connections of this process take turns.
// Locks of SQLite are for whoever happens to ask when one is free: of 16 connections
// that ask again and again, some ask in vain until their deadline.
func (c *Conn) takeTurn() error {
	if c.config.Turn == nil || !c.writable {
		return nil
	}
	patience := time.NewTimer(time.Until(c.patience))
	defer patience.Stop()
	select {
	case c.config.Turn <- struct{}{}:
		c.hasTurn = true
		return nil
	case <-patience.C:
		return c.failure(&sqlite3.Error{Code: sqlite3.Busy, Message: "database is locked", Offset: -1})
	}
}

func (c *Conn) endTurn() {
	if c.hasTurn {
		c.hasTurn = false
		<-c.config.Turn
	}
}
