package handlers

import (
	"strconv"

	"sqlambda/engine"
	"sqlambda/handlers/syntax"
)

// encode runs the last statement and appends the response to the buffer, in the
// form that the query's kind says.
func (h *Handler) encode(s *Step) error {
	switch h.Kind {
	case syntax.One, syntax.Value:
		return h.encodeOne(s)
	case syntax.Many:
		return h.encodeMany(s)
	case syntax.Batch:
		return h.readState(s)
	case syntax.ExecRows:
		if err := skipRows(s.Stmt); err != nil {
			return err
		}
		h.buffer = append(h.buffer, `{"rowsAffected":`...)
		h.buffer = strconv.AppendInt(h.buffer, s.Stmt.Changes(), 10)
		h.buffer = append(h.buffer, '}')
		return nil
	default:
		h.buffer = append(h.buffer, "null"...)
		return skipRows(s.Stmt)
	}
}

func (h *Handler) encodeOne(s *Step) error {
	row, err := h.firstRow(s)
	if err != nil {
		return err
	}
	if !row {
		h.buffer = append(h.buffer, "null"...)
		return nil
	}
	if h.buffer, err = h.appendRow(h.buffer, s); err != nil {
		return err
	}
	if row, err = s.Stmt.Step(); err != nil {
		return err
	}
	if row {
		hint := "end the statement with LIMIT 1, or make the query :many"
		if hasStatusCode(s.Stmt.Columns()) { // an array is no response for API Gateway
			hint = "end the statement with LIMIT 1"
		}
		return h.errorAt(TooManyRows, s.Text.Offset, "a second row, but the response is one row", hint)
	}
	return nil
}

func (h *Handler) encodeMany(s *Step) error {
	h.buffer = append(h.buffer, '[')
	row, err := h.firstRow(s)
	for ; row && err == nil; row, err = s.Stmt.Step() {
		if h.buffer[len(h.buffer)-1] != '[' {
			h.buffer = append(h.buffer, ',')
		}
		if h.buffer, err = h.appendRow(h.buffer, s); err != nil {
			return err
		}
	}
	h.buffer = append(h.buffer, ']')
	return err
}

// firstRow goes to the first row. A statement that the engine has prepared again, for
// another schema, may have other columns: then the response is planned again.
func (h *Handler) firstRow(s *Step) (bool, error) {
	row, err := s.Stmt.Step()
	if err != nil || s.Stmt.Prepared() == s.prepared {
		return row, err
	}
	kind, planned := h.Kind, s.prepared
	problems := h.planResponse(s)
	h.Kind = kind // which init has told
	if len(problems) > 0 {
		s.prepared = planned // the next invocation finds the same
		return false, errorAt(InvalidResult, problems[0])
	}
	return row, nil
}

// appendRow appends one row. A response that is too large is found here, before it has
// filled the memory.
func (h *Handler) appendRow(b []byte, s *Step) ([]byte, error) {
	b, err := h.shape.append(b, s.Stmt)
	if err == errTooLarge || len(b) > MaxResponse {
		return b, h.errorAt(ResponseSizeTooLarge, s.Text.Offset, "the response is larger than Lambda's 6 MiB",
			"return fewer rows or columns, or put the result into S3 and return where it is")
	}
	if err != nil {
		return b, h.errorAt(InvalidResult, s.Text.Offset, err.Error(), "")
	}
	return b, nil
}

var _ row = engine.Stmt(nil)
