package handlers

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"sqlambda/handlers/syntax"
)

// interruptEvery is the time between two interruptions: one that comes between two
// statements is lost.
const interruptEvery = 5 * time.Millisecond

// watchdog ends invocations at their deadlines. At the soft deadline it interrupts the
// statement that runs, until the invocation is over. Some functions of SQL look at no
// interruption; an invocation that still runs at the hard deadline is given up: the
// process reports it from beside the handler, and ends.
//
// One atomic, state, decides whether an invocation has an outcome of its own: the handler
// settles it before it commits or returns, and the watchdog gives it up. What comes first
// stands.
//
// The timer goes on from deadline to deadline, so that most invocations neither start nor
// stop one.
type watchdog struct {
	handler    *Handler
	invocation atomic.Pointer[Invocation]
	step       atomic.Int32 // the number of the statement that runs; -1 between statements
	started    atomic.Int64 // when it began to

	state atomic.Int64 // the soft deadline of the invocation that runs; settled; gaveUp
	hard  atomic.Int64 // its hard deadline
	due   atomic.Int64 // when the timer fires; 0 if it does not

	mu     sync.Mutex // to change the timer
	timer  *time.Timer
	closed bool
}

// Times are even numbers of nanoseconds since the process began. A state that is odd is a
// deadline whose statement is being interrupted: until that is done, nothing is settled,
// or the interruption could hit what runs next.
const (
	settled = 0
	gaveUp  = -2
)

var processStart = time.Now()

func moment(t time.Time) int64 { return max(int64(t.Sub(processStart)), 0)&^1 + 2 }

// begin watches an invocation that has to be over at soft, and by all means at hard.
func (w *watchdog) begin(inv *Invocation, now, soft, hard time.Time) {
	w.invocation.Store(inv)
	w.step.Store(-1)
	w.started.Store(moment(now))
	w.hard.Store(moment(hard))
	deadline := moment(soft)
	w.state.Store(deadline)
	if due := w.due.Load(); due == 0 || due > deadline {
		w.mu.Lock()
		w.set(deadline)
		w.mu.Unlock()
	}
}

// set sets the timer. The caller holds mu.
func (w *watchdog) set(at int64) {
	w.due.Store(at)
	in := time.Duration(at - moment(time.Now()))
	switch {
	case w.closed:
	case w.timer == nil:
		w.timer = time.AfterFunc(in, w.ring)
	default:
		w.timer.Reset(in)
	}
}

// settle ends the watch: from here on the invocation's outcome is its own. It does not
// return if the invocation has been given up.
func (w *watchdog) settle() {
	for {
		state := w.state.Load()
		switch {
		case state == settled:
			return
		case state == gaveUp:
			select {}
		case state&1 != 0:
			runtime.Gosched()
		case w.state.CompareAndSwap(state, settled):
			return
		}
	}
}

// ring is called by the timer.
func (w *watchdog) ring() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.due.Store(0) // before the state is read: an invocation that begins now sets the timer
	state, now := w.state.Load(), moment(time.Now())
	overrun := w.handler.config.Overrun
	switch {
	case state == settled || state == gaveUp:
	case now < state:
		w.set(state)
	case overrun != nil && now >= w.hard.Load():
		if w.state.CompareAndSwap(state, gaveUp) {
			go overrun(w.invocation.Load(), w.timeout())
			return
		}
		w.set(now)
	default:
		w.interrupt(state)
		w.set(now + int64(interruptEvery))
	}
}

// interrupt interrupts the statement that runs.
func (w *watchdog) interrupt(state int64) {
	if w.step.Load() >= 0 && w.state.CompareAndSwap(state, state|1) {
		w.handler.Conn.Interrupt()
		w.state.Store(state)
	}
}

// timeout is the error of an invocation that is given up.
func (w *watchdog) timeout() *Error {
	h := w.handler
	ran := time.Duration(moment(time.Now()) - w.started.Load())
	if i := w.step.Load(); i >= 0 {
		return h.timeout(h.Steps[i].Text, ran)
	}
	return errorAt(Timeout, h.at(h.Query.Offset, fmt.Sprintf("the deadline came after the invocation had run for %s", ran.Round(time.Millisecond)), "raise the function's timeout"))
}

// close ends the watch of a handler that is closed.
func (w *watchdog) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed = true; w.timer != nil {
		w.timer.Stop()
	}
}

// timeout is the error of a statement that ran into the deadline.
func (h *Handler) timeout(s *syntax.Statement, ran time.Duration) *Error {
	return errorAt(Timeout, h.at(s.Offset, fmt.Sprintf("the deadline came after the statement had run for %s", ran.Round(time.Millisecond)),
		"raise the function's timeout, or look at the statement with EXPLAIN QUERY PLAN"))
}
