package handlers

import (
	"errors"
	"time"

	"sqlambda/engine"
	"sqlambda/event"
	"sqlambda/handlers/syntax"
)

// deadlineMargin is the time that is kept to tell the caller what timed out: a
// tenth of what the invocation has, at most this much. A function with 128 MB
// has a fourteenth of a core to do it with. In the first half of it statements are
// interrupted; then an invocation that still runs is given up.
const deadlineMargin = 100 * time.Millisecond

// longestTimeout is how far ahead a deadline may be: no function of Lambda runs for so long, and
// sums of times do not overflow.
const longestTimeout = 24 * time.Hour

// A response's buffer of more than largestKept bytes is given up after idleInvocations
// in a row that did not need it.
const (
	largestKept     = 256 << 10
	idleInvocations = 32
)

// Invoke handles an invocation and returns its response, which is JSON and valid
// until the next call. Errors are *Error.
func (h *Handler) Invoke(inv *Invocation) ([]byte, error) {
	h.emptyBuffer()
	h.watch(inv)
	defer h.watchdog.settle()
	e, err := event.Parse(inv.Event)
	if err != nil {
		return nil, newError(InvalidEvent, "%v", err)
	}
	h.host.invocation, h.host.event = inv, e.In(h.memory)
	h.Conn.SetDeadline(h.until)
	err = h.inTransaction()
	h.fields.forget()
	h.eventFields.forget()
	h.memory.Reset()
	if err != nil {
		return nil, err
	}
	return h.buffer, nil
}

// emptyBuffer makes the buffer ready for the next response.
func (h *Handler) emptyBuffer() {
	h.idle++
	if len(h.buffer) > largestKept {
		h.idle = 0
	}
	if cap(h.buffer) > largestKept && h.idle >= idleInvocations {
		h.buffer = nil
	}
	h.buffer = h.buffer[:0]
}

// watch sets the deadline of an invocation, and starts the watchdog on it.
func (h *Handler) watch(inv *Invocation) {
	h.until = time.Time{}
	if inv.Deadline == 0 {
		return
	}
	now := time.Now()
	left := time.UnixMilli(inv.Deadline).Sub(now)
	if !h.config.Now.IsZero() { // the deadline belongs to a clock that stands still
		left = time.UnixMilli(inv.Deadline).Sub(h.config.Now)
	}
	left = min(left, longestTimeout)
	margin := min(deadlineMargin, left/10)
	h.until = now.Add(left - margin)
	h.watchdog.begin(inv, now, h.until, now.Add(left-margin/2))
}

// isOver reports whether statements have to be over.
func (h *Handler) isOver() bool {
	return !h.until.IsZero() && !time.Now().Before(h.until)
}

// now is the time by the handler's clock.
func (c *Config) now() time.Time {
	if c.Now.IsZero() {
		return time.Now()
	}
	return c.Now
}

// inTransaction runs the query in a transaction, if it needs one, and keeps
// what it wrote if it succeeds.
func (h *Handler) inTransaction() error {
	if !h.writes {
		return h.run()
	}
	if err := h.Conn.Begin(); err != nil {
		return h.failed(h.Query.Statements[0], asFailure(err), time.Now())
	}
	err := h.run()
	h.watchdog.settle()
	if end := h.Conn.End(err == nil); end != nil && err == nil {
		err = h.failed(h.Query.Last(), asFailure(end), time.Now())
	}
	return err
}

// run runs the query's statements and encodes the result of the last.
func (h *Handler) run() error {
	if h.Query.Kind == syntax.Batch {
		return h.runBatch()
	}
	return h.readAndRun(h.host.event, h.encode)
}

// readAndRun reads the fields that the query takes from e, the event or a record
// of it, and runs the query; finish reads the rows of the last statement.
func (h *Handler) readAndRun(e event.Event, finish func(*Step) error) error {
	if err := h.fields.read(e); err != nil {
		return err
	}
	if err := h.runSteps(finish); err != nil {
		return err
	}
	if err := h.memory.Err(); err != nil {
		return newError(OutOfMemory, "%v", err)
	}
	return nil
}

// runSteps runs the steps in order.
func (h *Handler) runSteps(finish func(*Step) error) error {
	last := len(h.Steps) - 1
	for i, s := range h.Steps {
		if s.Stmt == nil {
			if err := h.prepareNow(s); err != nil {
				return err
			}
		}
		read := skipRows
		if i == last {
			read = finish
		}
		err := h.runStep(i, s, read)
		h.watchdog.step.Store(-1)
		if err != nil {
			return err
		}
	}
	return nil
}

// prepareNow prepares a statement that was left to run time.
func (h *Handler) prepareNow(s *Step) error {
	problems, _ := h.prepare(s)
	if len(problems) == 0 {
		return nil
	}
	kind := SQLError
	if s.Stmt != nil { // its columns make no response
		kind = InvalidResult
	}
	h.postpone(s)
	return errorAt(kind, problems[0])
}

// runStep binds and runs one statement.
func (h *Handler) runStep(i int, s *Step, read func(*Step) error) error {
	started := time.Now()
	h.watchdog.started.Store(moment(started))
	h.watchdog.step.Store(int32(i))
	s.Runs++
	h.bind(s)
	err := read(s)
	s.Stmt.Reset()
	var failure *engine.Failure
	if errors.As(err, &failure) {
		return h.failed(s.Text, failure, started)
	}
	return err
}

// skipRows runs a statement to its end.
func skipRows(s *Step) error {
	for {
		if row, err := s.Stmt.Step(); err != nil || !row {
			return err
		}
	}
}

// failed is the error of an invocation whose statement failed.
func (h *Handler) failed(s *syntax.Statement, f *engine.Failure, started time.Time) *Error {
	d := h.diagnose(h.File, h.Query.Name, s, f)
	memory := h.memory.Err()
	switch {
	case memory != nil:
		d.Message, d.Hint = memory.Error(), "raise the function's memory, or take less of the event"
		return errorAt(OutOfMemory, d)
	case f.Interrupted:
		return h.timeout(s, time.Since(started))
	case f.Raised != "":
		return errorAt(f.Raised, d)
	}
	e := errorAt(SQLError, d)
	e.Fatal = f.Lost
	return e
}
