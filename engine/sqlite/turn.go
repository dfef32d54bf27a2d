package sqlite

import (
	"time"

	"zombiezen.com/go/sqlite"

	"sqlambda/engine"
)

// takeTurn waits for the turn to write, where connections of this process take turns.
// Locks of SQLite are for whoever happens to ask when one is free: of 16 connections
// that ask again and again, some ask in vain until their deadline.
func (c *Conn) takeTurn() error {
	if c.config.Turn == nil || !c.writable {
		return nil
	}
	select {
	case c.config.Turn <- struct{}{}:
		c.hasTurn = true
		return nil
	default:
	}
	patience := time.NewTimer(time.Until(time.UnixMilli(*c.limits.patience())))
	defer patience.Stop()
	select {
	case c.config.Turn <- struct{}{}:
		c.hasTurn = true
		return nil
	case <-patience.C:
		return &engine.Failure{Code: sqlite.ResultBusy.String(), Message: "database is locked" + waitedInVain, Offset: -1}
	}
}

func (c *Conn) endTurn() {
	if c.hasTurn {
		c.hasTurn = false
		<-c.config.Turn
	}
}
