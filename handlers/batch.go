package handlers

import (
	"errors"
	"time"

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
	records, err := h.records()
	if err != nil {
		return err
	}
	if err := h.eventFields.read(h.host.event); err != nil {
		return err
	}
	failures, i := batchFailures{groups: map[string]bool{}}, 0
	h.state = h.state[:0]
	for r := range records {
		const checkEvery = 64 // records that fail before a statement runs, which would look at the clock
		if i++; i%checkEvery == 0 && h.isOver() && r.reportable() {
			failures.over = true // the rest has to be sent again
		}
		if failures.holds(r) {
			failures.add(r)
			continue
		}
		if undone, err := h.runRecord(r); err != nil {
			if !r.reportable() || !undone {
				return err
			}
			h.logFailure(r, err)
			failures.fail(r, err)
			continue
		}
		h.state, h.nextState = h.nextState, h.state
	}
	h.buffer = h.appendState(failures.append(h.buffer))
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
// cannot be undone by itself, the whole transaction has to be.
func (h *Handler) runRecord(r record) (undone bool, err error) {
	if !h.writes {
		return true, h.readAndRun(r.event, h.readState)
	}
	if err := h.Conn.Savepoint(); err != nil {
		return h.Conn.InTransaction(), h.failed(h.Query.Statements[0], asFailure(err), time.Now())
	}
	if err := h.readAndRun(r.event, h.readState); err != nil {
		if !h.Conn.InTransaction() { // the error has undone the transaction
			return false, err
		}
		if undo := h.Conn.Revert(); undo != nil {
			return false, h.failed(h.Query.Last(), asFailure(undo), time.Now())
		}
		return true, err
	}
	if err := h.Conn.Release(); err != nil {
		return false, h.failed(h.Query.Last(), asFailure(err), time.Now())
	}
	return false, nil
}

// logFailure writes the error of a record, which the response does not hold.
func (h *Handler) logFailure(r record, err error) {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Type: SQLError, Message: err.Error()}
	}
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
}

// ordering is what the failure of a record means for those after it in its group: of SQS FIFO
// queues, Kinesis, DynamoDB streams and Kafka none of them is run (record.go tells the source).
type ordering int

const (
	independent ordering = iota
	checkpoint           // the source goes on from the first that failed: the rest is not reported
	ordered              // the rest is reported too, or the source would take it for done
)

// batchFailures collects the records that failed.
type batchFailures struct {
	identifiers []string
	groups      map[string]bool // those in which a record has failed, and order counts
	over        bool            // the rest is not run
	silent      bool            // nor reported
}

// holds reports whether a record is not to be run, because of one before it.
func (f *batchFailures) holds(r record) bool { return f.over || f.groups[r.group] }

// add reports a record that was not run.
func (f *batchFailures) add(r record) {
	if !f.silent {
		f.identifiers = append(f.identifiers, r.identifier)
	}
}

// fail reports a record that failed, and decides what becomes of those after it.
func (f *batchFailures) fail(r record, err error) {
	f.identifiers = append(f.identifiers, r.identifier)
	var e *Error
	if errors.As(err, &e) && e.Type == Timeout {
		f.over = true // the rest has to be sent again
	}
	switch r.order {
	case ordered:
		f.groups[r.group] = true
	case checkpoint:
		f.over, f.silent = true, true
	}
}

// append appends the response, up to its last bracket.
func (f *batchFailures) append(b []byte) []byte {
	b = append(b, `{"batchItemFailures":[`...)
	for i, identifier := range f.identifiers {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"itemIdentifier":`...)
		b = append(b, identifier...)
		b = append(b, '}')
	}
	return append(b, ']')
}
