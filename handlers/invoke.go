package handlers

import (
	"errors"

	"sqlambda/engine"
	"sqlambda/event"
	"sqlambda/handlers/syntax"
)

// A response's buffer of more than largestKept bytes is given up after idleInvocations
// in a row that did not need it.
const (
	largestKept     = 256 << 10
	idleInvocations = 32
)

// Invoke handles an invocation and returns its response, which is JSON and valid
// until the next call. Errors are *Error.
func (h *Handler) Invoke(inv *Invocation) ([]byte, error) {
	if h.script != nil {
		return h.script.invoke(inv)
	}
	h.emptyBuffer()
	h.until = h.watchdog.begin(inv)
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

// readAndRun reads the fields that the query takes from e, the event or a record
// of it, and runs the query.
func (h *Handler) readAndRun(e event.Event) error {
	if err := h.fields.read(e); err != nil {
		return err
	}
	for i, s := range h.Steps {
		if s.Stmt == nil {
			if err := h.prepareNow(s); err != nil {
				return err
			}
		}
		if err := h.runStep(i, s); err != nil {
			return err
		}
	}
	if err := h.memory.Err(); err != nil {
		return newError(OutOfMemory, "%v", err)
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

// runStep binds and runs one statement; the rows of the last one are the response.
func (h *Handler) runStep(i int, s *Step) error {
	h.watchdog.runs(i + 1)
	s.Runs++
	h.bind(s)
	var err error
	if i < len(h.Steps)-1 {
		err = skipRows(s.Stmt)
	} else {
		err = h.encode(s)
	}
	s.Stmt.Reset()
	if err != nil {
		err = h.failed(s.Text, err)
	}
	h.watchdog.rests()
	return err
}

// skipRows runs a statement to its end.
func skipRows(s engine.Stmt) error {
	for {
		if row, err := s.Step(); err != nil || !row {
			return err
		}
	}
}

// failed is the error of an invocation, after an error in a statement: the engine's, or one
// that tells enough.
func (h *Handler) failed(s *syntax.Statement, err error) error {
	var told *Error
	if errors.As(err, &told) {
		return told
	}
	f := asFailure(err)
	d := h.diagnose(h.File, h.Query.Name, s, f)
	memory := h.memory.Err()
	switch {
	case memory != nil:
		d.Message, d.Hint = memory.Error(), "raise the function's memory, or take less of the event"
		return errorAt(OutOfMemory, d)
	case f.Interrupted:
		return h.watchdog.timeout()
	case f.Raised != "":
		return errorAt(f.Raised, d)
	}
	e := errorAt(SQLError, d)
	e.Fatal = f.Lost
	return e
}
