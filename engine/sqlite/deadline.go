package sqlite

import (
	"time"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// The number of instructions of a statement's program between two looks at the clock:
// some tens of microseconds, where no instruction is a heavy one. One that makes a large
// value takes 100 milliseconds; so an alarm, which interrupts between any two rows, is set
// at the first look, and it comes early where no alarm is set.
const (
	checkEvery = 1000
	checkFirst = 20
)

// longestWait is how long a statement waits for another connection's lock where
// there is no deadline.
const longestWait = 10 * time.Second

// longestInitWait is how long init waits: Lambda ends an init after 10 seconds, without
// a word of why.
const longestInitWait = 8 * time.Second

// limits are two int64 in SQLite's memory, Unix times in milliseconds that its callbacks
// read, and the address of the connection's alarm.
type limits uintptr

// deadline is when statements have to be over, or 0.
func (l limits) deadline() *int64 { return int64At(uintptr(l)) }

// patience is until when a lock is waited for.
func (l limits) patience() *int64 { return int64At(uintptr(l) + 8) }

// alarm is that of the connection.
func (l limits) alarm() *alarm { return objectAt[alarm](*addressAt(uintptr(l) + 16)) }

// watch has SQLite look at the clock while a statement runs, and while it waits for a
// lock: https://sqlite.org/c3ref/progress_handler.html,
// https://sqlite.org/c3ref/busy_handler.html. Unlike sqlite3_interrupt alone this needs no
// timer for every invocation; unlike sqlite3_busy_timeout, which counts anew for each
// statement, it is over when the invocation has to be.
func (c *Conn) watch() {
	c.limits = limits(libc.Xcalloc(c.tls, 3, 8))
	c.alarm = &alarm{handle: c.handle, limits: c.limits}
	*addressAt(uintptr(c.limits) + 16) = addressOfObject(c.alarm)
	*c.limits.patience() = time.Now().Add(longestInitWait).UnixMilli()
	lib.Xsqlite3_progress_handler(c.tls, c.db, checkFirst, functionPointer(isOver), uintptr(c.limits))
	lib.Xsqlite3_busy_handler(c.tls, c.db, functionPointer(waitLonger), uintptr(c.limits))
}

func (c *Conn) unwatch() {
	c.alarm.end()
	lib.Xsqlite3_progress_handler(c.tls, c.db, 0, 0, 0)
	lib.Xsqlite3_busy_handler(c.tls, c.db, 0, 0)
	libc.Xfree(c.tls, uintptr(c.limits))
}

// isOver is the progress handler; SQLite interrupts the statement where it returns other
// than 0.
func isOver(_ *libc.TLS, l uintptr) int32 {
	at := *limits(l).deadline()
	if at == 0 {
		return 0
	}
	now := time.Now().UnixMilli()
	if now >= at {
		return 1
	}
	limits(l).alarm().set(time.Duration(at-now) * time.Millisecond)
	return 0
}

// waitLonger is the busy handler: it sleeps, longer each time, as SQLite's own does, and
// returns 0 to give up.
func waitLonger(_ *libc.TLS, l uintptr, tries int32) int32 {
	left := time.Until(time.UnixMilli(*limits(l).patience()))
	if left <= 0 {
		return 0
	}
	delay := time.Duration(tries*tries+1) * time.Millisecond
	time.Sleep(min(delay, left, 50*time.Millisecond))
	return 1
}

// SetDeadline sets when statements have to be over.
func (c *Conn) SetDeadline(at time.Time) {
	ms := int64(0)
	if at.IsZero() {
		at = time.Now().Add(longestWait)
	} else {
		ms = at.UnixMilli()
	}
	c.alarm.change(ms)
	*c.limits.patience() = at.UnixMilli()
}

// Interrupt ends the statement that is running: https://sqlite.org/c3ref/interrupt.html.
func (c *Conn) Interrupt() { c.alarm.interrupt() }
