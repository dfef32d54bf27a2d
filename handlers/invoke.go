package handlers

import (
	"errors"
	"fmt"
	"time"

	"sqlambda/engine"
	"sqlambda/event"
	"sqlambda/handlers/syntax"
)

// deadlineMargin is the time that is kept to tell the caller what timed out: a
// tenth of what the invocation has, at most this much. A function with 128 MB
// has a fourteenth of a core to do it with.
const deadlineMargin = 100 * time.Millisecond

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
	e, err := event.Parse(inv.Event)
	if err != nil {
		return nil, newError(InvalidEvent, "%v", err)
	}
	h.host.invocation, h.host.event = inv, e
	h.until = h.deadline(inv)
	h.conn.SetDeadline(h.until)
	if err := h.inTransaction(); err != nil {
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

// deadline is when statements have to be over.
func (h *Handler) deadline(inv *Invocation) time.Time {
	if inv.Deadline == 0 {
		return time.Time{}
	}
	at := time.UnixMilli(inv.Deadline)
	if !h.config.Now.IsZero() { // the deadline is of a clock that stands still
		at = at.Add(time.Since(h.config.Now))
	}
	return at.Add(-min(deadlineMargin, time.Until(at)/10))
}

// isOver tells whether statements have to be over.
func (h *Handler) isOver() bool {
	return !h.until.IsZero() && !time.Now().Before(h.until)
}

// now is the time as the handler is told it.
func (c *Config) now() time.Time {
	if c.Now.IsZero() {
		return time.Now()
	}
	return c.Now
}

// inTransaction runs the query in a transaction, where it needs one, and keeps
// what it wrote where it succeeds.
func (h *Handler) inTransaction() error {
	if !h.writes {
		return h.run()
	}
	if err := h.conn.Begin(); err != nil {
		return h.failed(h.source.query.Statements[0], asFailure(err), time.Now())
	}
	err := h.run()
	if end := h.conn.End(err == nil); end != nil && err == nil {
		err = h.failed(h.source.query.Last(), asFailure(end), time.Now())
	}
	return err
}

// run runs the query's statements and encodes the result of the last.
func (h *Handler) run() error {
	if h.source.query.Kind == syntax.Batch {
		return h.runBatch()
	}
	return h.readAndRun(h.host.event, h.encode)
}

// readAndRun reads the fields that the query takes from e, the event or a record
// of it, and runs the query; finish reads the rows of the last statement.
func (h *Handler) readAndRun(e event.Event, finish func(*step) error) error {
	var err error
	if h.values, err = h.fields.Read(e, h.values[:0]); err != nil {
		return newError(InvalidEvent, "%v", err)
	}
	return h.runSteps(finish)
}

// runSteps runs the steps in order.
func (h *Handler) runSteps(finish func(*step) error) error {
	last := len(h.steps) - 1
	for i, s := range h.steps {
		if s.stmt == nil {
			if problems := h.prepare(s); len(problems) > 0 {
				return errorAt(SQLError, problems[0])
			}
		}
		read := skipRows
		if i == last {
			read = finish
		}
		if err := h.runStep(s, read); err != nil {
			return err
		}
	}
	return nil
}

// runStep binds and runs one statement.
func (h *Handler) runStep(s *step, read func(*step) error) error {
	started := time.Now()
	s.runs++
	h.bind(s)
	err := read(s)
	s.stmt.Reset()
	var failure *engine.Failure
	if errors.As(err, &failure) {
		return h.failed(s.text, failure, started)
	}
	return err
}

// skipRows runs a statement to its end.
func skipRows(s *step) error {
	for {
		if row, err := s.stmt.Step(); err != nil || !row {
			return err
		}
	}
}

// failed is the error of an invocation whose statement failed.
func (h *Handler) failed(s *syntax.Statement, f *engine.Failure, started time.Time) *Error {
	d := h.diagnose(h.source.file, h.source.query.Name, s, f)
	switch {
	case f.Interrupted:
		d.Message = fmt.Sprintf("the deadline came after the statement had run for %s", time.Since(started).Round(time.Millisecond))
		d.Hint = "raise the function's timeout, or look at the statement with EXPLAIN QUERY PLAN"
		return errorAt(Timeout, d)
	case f.Raised != "":
		return errorAt(f.Raised, d)
	}
	e := errorAt(SQLError, d)
	e.Fatal = f.Lost
	return e
}
