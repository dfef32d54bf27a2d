package handlers

import (
	"cmp"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// deadlineMargin is the time that is kept to tell the caller what timed out: a
// tenth of what the invocation has, at most this much. A function with 128 MB
// has a fourteenth of a core to do it with. In the first half of it statements are
// interrupted; then an invocation that still runs is given up.
const deadlineMargin = 100 * time.Millisecond

// longestTimeout is how far ahead a deadline may be: no function of Lambda runs for so long, and
// sums of times do not overflow.
const longestTimeout = 24 * time.Hour

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
	handler *Handler
	state   atomic.Int64 // the soft deadline of the invocation that runs; settled; gaveUp
	running atomic.Int64 // what runs, and since when: see runs
	due     atomic.Int64 // when the timer fires; 0 if it does not

	// Of the invocation that runs; they are written before state, and read while it is odd.
	invocation *Invocation
	hard       int64 // its hard deadline

	mu    sync.Mutex // to change the timer
	timer *time.Timer
}

// Times are even numbers of nanoseconds since the process began. While a state is odd the
// watchdog acts on it, and nothing is settled: an interruption could hit what runs next.
const (
	settled = 0
	gaveUp  = -2
)

var processStart = time.Now()

func moment(sinceStart time.Duration) int64 { return max(int64(sinceStart), 0)&^1 + 2 }

// begin watches an invocation, and returns when its statements have to be over: zero is never.
func (w *watchdog) begin(inv *Invocation) time.Time {
	if inv.Deadline == 0 {
		return time.Time{}
	}
	now := time.Now()
	left, margin := w.handler.config.left(inv, now)
	since := now.Sub(processStart)
	deadline := moment(since + left - margin)
	w.invocation, w.hard = inv, moment(since+left-margin/2)
	w.running.Store(moment(since) &^ aStatement)
	w.state.Store(deadline)
	if due := w.due.Load(); due == 0 || due > deadline {
		w.mu.Lock()
		w.set(deadline)
		w.mu.Unlock()
	}
	return now.Add(left - margin)
}

// left is the time until an invocation's deadline, and what is kept of it to tell the caller
// what timed out.
func (c *Config) left(inv *Invocation, now time.Time) (left, margin time.Duration) {
	clock := cmp.Or(c.Now, now) // the deadline may belong to one that stands still
	left = min(time.UnixMilli(inv.Deadline).Sub(clock), longestTimeout)
	return left, min(deadlineMargin, left/10)
}

// aStatement has the bits of running that hold the number of the statement that runs, counted
// from 1, or 0 between statements. A file of 1 MiB has fewer. The others are those of the time
// when it began to run.
const aStatement = 1<<20 - 1

// runs says which statement runs from now on.
func (w *watchdog) runs(number int) {
	w.running.Store(int64(time.Since(processStart))&^aStatement | int64(number))
}

// rests says that no statement runs: nothing else may be interrupted.
func (w *watchdog) rests() { w.running.Store(w.running.Load() &^ aStatement) }

// set sets the timer. The caller holds mu.
func (w *watchdog) set(at int64) {
	w.due.Store(at)
	w.timer.Reset(time.Duration(at) - time.Since(processStart))
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
	state, now := w.state.Load(), moment(time.Since(processStart))
	switch overrun := w.handler.config.Overrun; {
	case state == settled || state == gaveUp:
	case now < state:
		w.set(state)
	case !w.state.CompareAndSwap(state, state|1): // it is settled now
	case overrun != nil && now >= w.hard:
		w.state.Store(gaveUp)
		go overrun(w.invocation, w.timeout())
	default:
		if w.running.Load()&aStatement != 0 {
			w.handler.Conn.Interrupt()
		}
		w.state.Store(state)
		w.set(now + int64(interruptEvery))
	}
}

// timeout is the error of the invocation that runs, if it runs into its deadline.
func (w *watchdog) timeout() *Error {
	h, running := w.handler, w.running.Load()
	ran := time.Since(processStart) - time.Duration(running&^aStatement)
	offset, what, hint := h.Query.Offset, "invocation", "raise the function's timeout"
	if i := running & aStatement; i > 0 {
		offset, what = h.Steps[i-1].Text.Offset, "statement"
		hint += ", or look at the statement with EXPLAIN QUERY PLAN"
	}
	return errorAt(Timeout, h.at(offset, fmt.Sprintf("the deadline came after the %s had run for %s", what, ran.Round(time.Millisecond)), hint))
}
