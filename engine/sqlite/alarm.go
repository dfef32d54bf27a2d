package sqlite

import (
	"sync"
	"time"
	"unsafe"

	lib "modernc.org/sqlite/lib"
)

// alarm interrupts what a connection runs when its deadline has come:
// https://sqlite.org/c3ref/interrupt.html. It is set by the first statement that is not
// done at once, and then goes on from deadline to deadline, so that most invocations
// neither start nor stop a timer.
//
// An interruption that comes between two statements is lost. Then the progress handler
// finds that the time is over.
type alarm struct {
	handle
	limits limits

	mu     sync.Mutex // also for the deadline: it does not change while the alarm rings
	timer  *time.Timer
	isSet  bool
	closed bool
}

// set sets the alarm, if it is not.
func (a *alarm) set(in time.Duration) {
	if a.checkAfter() == checkEvery {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.isSet = true
	if a.timer == nil {
		a.timer = time.AfterFunc(in, a.ring)
	} else {
		a.timer.Reset(in)
	}
	a.setCheckAfter(checkEvery)
}

// change changes the deadline, in milliseconds since 1970; 0 is none.
func (a *alarm) change(deadline int64) {
	a.mu.Lock()
	*a.limits.deadline() = deadline
	if !a.isSet {
		a.setCheckAfter(checkFirst)
	}
	a.mu.Unlock()
}

// ring is called when the deadline has come for which the alarm was set, or has changed
// since.
func (a *alarm) ring() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed { // limits are freed
		return
	}
	deadline := *a.limits.deadline()
	left := time.Until(time.UnixMilli(deadline))
	switch {
	case deadline == 0:
		a.isSet = false
	case left > 0:
		a.timer.Reset(left)
	default:
		a.isSet = false
		lib.Xsqlite3_interrupt(nil, a.db)
	}
}

// end stops the alarm for good.
func (a *alarm) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = true
	if a.timer != nil {
		a.timer.Stop()
	}
}

// interrupt ends the statement that is running, if one is.
func (a *alarm) interrupt() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.closed {
		lib.Xsqlite3_interrupt(nil, a.db)
	}
}

// checkAfter is the number of instructions between two looks at the clock. SQLite has no
// call to change it alone.
func (a *alarm) checkAfter() uint32 { return connectionAt(a.db).FnProgressOps }

func (a *alarm) setCheckAfter(n uint32) { connectionAt(a.db).FnProgressOps = n }

// connectionAt is a connection as SQLite keeps it.
func connectionAt(db uintptr) *lib.Tsqlite3 {
	return (*lib.Tsqlite3)(*(*unsafe.Pointer)(unsafe.Pointer(&db)))
}
