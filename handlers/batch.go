package handlers

import (
	"cmp"
	"errors"

	"sqlambda/engine"
	"sqlambda/internal/jsontext"
)

// runBatch runs the query once for each record of the event, each in a part of
// the transaction of its own, and appends the response that tells the event
// source mapping which records failed:
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting.
//
// A record without an identifier cannot be reported: its failure fails the
// invocation: an identifier that is null or unknown would have the whole batch
// tried again in any case, after what the others wrote was kept.
func (h *Handler) runBatch() error {
	records, read, err := h.records()
	if err != nil {
		return err
	}
	if err := h.eventFields.read(h.host.event); err != nil {
		return err
	}
	h.state = h.state[:0]
	h.buffer = append(h.buffer, `{"batchItemFailures":[`...)
	var over error               // why the rest is not run
	failed := map[string]error{} // why the rest of a group is not run
	atomic := h.isAtomic()
	i := 0
	for element := range records.Elements() {
		const checkEvery = 64 // records that fail before a statement runs, which would look at the clock
		if i++; i%checkEvery == 0 && h.isOver() {
			over = h.watchdog.timeout()
		}
		r := read(element)
		undone, err := true, cmp.Or(over, failed[r.group])
		runs := err == nil
		if runs {
			undone, err = h.runRecord(r, atomic)
		}
		if err == nil {
			h.state, h.nextState = h.nextState, h.state
			continue
		}
		if r.identifier == "" || !undone {
			return err
		}
		if h.buffer[len(h.buffer)-1] != '[' {
			h.buffer = append(h.buffer, ',')
		}
		h.buffer = append(append(append(h.buffer, `{"itemIdentifier":`...), r.identifier...), '}')
		if !runs {
			continue
		}
		if kind := h.logFailure(r, err); kind == Timeout {
			over = err
		}
		if r.order == ordered {
			failed[r.group] = err
		} else if r.order == checkpoint {
			break
		}
	}
	h.buffer = h.appendState(append(h.buffer, ']'))
	return nil
}

// readState runs the last statement for a record. Its last row is the state of a tumbling
// window, if the columns are named so: {"state":…}.
func (h *Handler) readState(s *Step) error {
	h.nextState = append(h.nextState[:0], h.state...)
	row, err := h.firstRow(s)
	for ; row && err == nil; row, err = s.Stmt.Step() {
		if h.shape == nil {
			continue
		}
		if h.nextState, err = h.appendRow(h.nextState[:0], s); err != nil {
			return err
		}
	}
	return err
}

// appendState adds the state of a tumbling window to the response. Without a record that
// gave one it stays as it was:
// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html.
func (h *Handler) appendState(b []byte) []byte {
	switch before := h.host.event.Lookup("state"); {
	case h.shape == nil:
		return append(b, '}')
	case len(h.state) > 0:
		return append(append(b, ','), h.state[1:]...)
	case before.Exists():
		return append(append(append(b, `,"state":`...), before.JSON()...), '}')
	}
	return append(b, '}')
}

// runRecord runs the query for one record, and undoes what it wrote if it fails. If that
// cannot be undone by itself, the whole transaction has to be. A query that writes nothing if
// it fails needs no part of the transaction.
func (h *Handler) runRecord(r record, atomic bool) (undone bool, err error) {
	if !h.writes {
		return true, h.readAndRun(r.event)
	}
	if atomic {
		err := h.readAndRun(r.event)
		return h.isAtomic() && h.memory.Err() == nil && h.Conn.InTransaction(), err
	}
	if err := h.Conn.Savepoint(); err != nil {
		return h.Conn.InTransaction(), h.failed(h.Query.Statements[0], err)
	}
	if err := h.readAndRun(r.event); err != nil {
		if !h.Conn.InTransaction() { // the error has undone the transaction
			return false, err
		}
		if undo := h.Conn.Revert(); undo != nil {
			return false, h.failed(h.Query.Last(), undo)
		}
		return true, err
	}
	if err := h.Conn.Release(); err != nil {
		return false, h.failed(h.Query.Last(), err)
	}
	return false, nil
}

// isAtomic reports whether the query is one statement that has written nothing if it fails.
func (h *Handler) isAtomic() bool {
	return len(h.Steps) == 1 && h.Steps[0].Stmt != nil && h.Steps[0].Stmt.Atomic()
}

// logFailure writes the error of a record, which the response does not hold, and returns its
// type.
func (h *Handler) logFailure(r record, err error) string {
	var e *Error
	errors.As(err, &e)
	fields := append([]byte(`{"itemIdentifier":`), r.identifier...)
	fields = jsontext.Append(append(fields, `,"errorType":`...), e.Type)
	fields = append(fields, `,"stackTrace":[`...)
	for i, place := range e.Stack {
		if i > 0 {
			fields = append(fields, ',')
		}
		fields = jsontext.Append(fields, place)
	}
	h.host.Log(engine.Error, "record "+r.identifier+" failed: "+e.Message, string(append(fields, "]}"...)))
	return e.Type
}
