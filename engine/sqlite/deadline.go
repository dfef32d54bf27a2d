package sqlite

import (
	"time"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// checkEvery is the number of instructions of a statement's program between two
// looks at the clock: some tens of microseconds.
const checkEvery = 1000

// longestWait is how long a statement waits for another process's lock where
// there is no deadline.
const longestWait = 10 * time.Second

// longestInitWait is how long init waits for a lock: Lambda ends an init after 10
// seconds, without a word of why.
const longestInitWait = 8 * time.Second

// watch has SQLite look at the clock while a statement runs:
// https://sqlite.org/c3ref/progress_handler.html. Unlike sqlite3_interrupt this
// needs no second thread and no timer for every invocation.
func (c *Conn) watch() {
	c.deadline = libc.Xcalloc(c.tls, 1, 8)
	lib.Xsqlite3_progress_handler(c.tls, c.db, checkEvery, functionPointer(isOver), c.deadline)
}

func (c *Conn) unwatch() {
	lib.Xsqlite3_progress_handler(c.tls, c.db, 0, 0, 0)
	libc.Xfree(c.tls, c.deadline)
}

// isOver is the progress handler; SQLite calls it with the deadline's address,
// and interrupts the statement where it returns other than 0.
func isOver(_ *libc.TLS, deadline uintptr) int32 {
	at := *int64At(deadline)
	if at != 0 && time.Now().UnixMilli() >= at {
		return 1
	}
	return 0
}

// SetDeadline sets when statements have to be over.
func (c *Conn) SetDeadline(at time.Time) {
	ms := int64(0)
	if !at.IsZero() {
		ms = at.UnixMilli()
	}
	*int64At(c.deadline) = ms
	if c.shared {
		wait := longestWait
		if ms != 0 {
			wait = max(time.Until(at), 0)
		}
		c.conn.SetBusyTimeout(wait)
	}
}
