package handlers

import "sqlambda/handlers/syntax"

// inTransaction runs the query in a transaction, if it needs one, and keeps
// what it wrote if it succeeds.
func (h *Handler) inTransaction() error {
	writes := h.writes // before a statement is prepared at run time
	if writes {
		if err := h.Conn.Begin(); err != nil {
			return h.failed(h.Query.Statements[0], err)
		}
	}
	var err error
	if h.Query.Kind == syntax.Batch {
		err = h.runBatch()
	} else {
		err = h.readAndRun(h.host.event)
	}
	if !writes {
		return err
	}
	h.watchdog.settle()
	if end := h.Conn.End(err == nil); end != nil && err == nil {
		err = h.failed(h.Query.Last(), end)
	}
	return err
}

// runRecord runs the query for one record, and undoes what it wrote if it fails. If that
// cannot be undone by itself, the whole transaction has to be. A query that writes nothing if
// it fails needs no part of the transaction.
func (h *Handler) runRecord(r record, atomic bool) (undone bool, err error) {
	part := h.writes && !atomic
	if part {
		if err := h.Conn.Savepoint(); err != nil {
			return h.Conn.InTransaction(), h.failed(h.Query.Statements[0], err)
		}
	}
	err = h.readAndRun(r.event)
	var end error
	if part && err == nil {
		end = h.Conn.Release()
	} else if part && h.Conn.InTransaction() { // else the error has undone the transaction
		end = h.Conn.Revert()
	}
	if end != nil {
		return false, h.failed(h.Query.Last(), end)
	}
	if err == nil || !h.writes {
		return true, err
	}
	return h.Conn.InTransaction() && (part || h.isAtomic() && h.memory.Err() == nil), err
}

// isAtomic reports whether the query is one statement that has written nothing if it fails.
func (h *Handler) isAtomic() bool {
	return len(h.Steps) == 1 && h.Steps[0].Stmt != nil && h.Steps[0].Stmt.Atomic()
}
