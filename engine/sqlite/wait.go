package sqlite

import (
	"time"

	"sqlambda/engine/sqlite/internal/sqlite3"
)

// longestWait is how long a statement waits for another connection's lock where
// there is no deadline.
const longestWait = 10 * time.Second

// longestInitWait is how long init waits: Lambda ends an init after 10 seconds, without
// a word of why.
const longestInitWait = 8 * time.Second

// waitForLocks has statements wait for locks until the deadline. sqlite3_busy_timeout counts
// anew for each statement.
func (c *Conn) waitForLocks() {
	c.patience = time.Now().Add(longestInitWait)
	c.db.OnBusy(c.waitLonger)
}

// SetDeadline sets until when statements wait for locks.
func (c *Conn) SetDeadline(at time.Time) {
	if at.IsZero() {
		at = time.Now().Add(longestWait)
	}
	c.patience = at
}

// Interrupt ends the statement that is running.
func (c *Conn) Interrupt() { c.db.Interrupt() }

// waitLonger sleeps, longer each time, as SQLite's own does. It returns false to give up.
func (c *Conn) waitLonger(tries int) bool {
	left := time.Until(c.patience)
	if left <= 0 {
		return false
	}
	delay := time.Duration(tries*tries+1) * time.Millisecond
	time.Sleep(min(delay, left, 50*time.Millisecond))
	return true
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
