package handlers

import (
	"slices"
	"strconv"

	"sqlambda/handlers/syntax"
)

// encode runs the last statement and appends the response to the buffer, in the
// form that the query's kind says.
func (h *Handler) encode(s *Step) error {
	if h.Kind == syntax.Batch {
		return h.readState(s)
	}
	if h.Kind == syntax.Many {
		h.buffer = append(h.buffer, '[')
	}
	row, err := h.firstRow(s)
	for n := 0; row && err == nil; n++ {
		switch {
		case n == 0 || h.shape == nil:
		case h.Kind == syntax.Many:
			h.buffer = append(h.buffer, ',')
		default:
			return h.secondRow(s)
		}
		if h.shape != nil {
			h.buffer, err = h.appendRow(h.buffer, s)
		}
		if err == nil {
			row, err = s.Stmt.Step()
		}
	}
	switch {
	case h.Kind == syntax.Many:
		h.buffer = append(h.buffer, ']')
	case h.Kind == syntax.ExecRows:
		h.buffer = strconv.AppendInt(append(h.buffer, `{"rowsAffected":`...), s.Stmt.Changes(), 10)
		h.buffer = append(h.buffer, '}')
	case len(h.buffer) == 0:
		h.buffer = append(h.buffer, "null"...)
	}
	return err
}

// secondRow is the error of a row that the response has no room for.
func (h *Handler) secondRow(s *Step) error {
	hint := "end the statement with LIMIT 1, or make the query :many"
	if slices.ContainsFunc(h.Columns, func(c Column) bool { return c.Name == statusCode }) { // an array is no response for API Gateway
		hint = "end the statement with LIMIT 1"
	}
	return errorAt(TooManyRows, h.at(s.Text.Offset, "a second row, but the response is one row", hint))
}

// firstRow goes to the first row. A statement that the engine has prepared again, for
// another schema, may have other columns: then the response is planned again.
func (h *Handler) firstRow(s *Step) (bool, error) {
	row, err := s.Stmt.Step()
	if err != nil || s.Stmt.Schema() == s.schema {
		return row, err
	}
	kind := h.Kind
	problems := h.planResponse(s, s.Stmt.Columns())
	h.Kind = kind // which init has told
	if len(problems) > 0 {
		return false, errorAt(InvalidResult, problems[0]) // and the next invocation finds the same
	}
	s.schema = s.Stmt.Schema()
	return row, nil
}

// appendRow appends one row. A response that is too large is found here, before it has
// filled the memory.
func (h *Handler) appendRow(b []byte, s *Step) ([]byte, error) {
	b, err := h.shape.append(b, s.Stmt)
	if err == errTooLarge || len(b) > MaxResponse {
		return b, errorAt(ResponseSizeTooLarge, h.at(s.Text.Offset, "the response is larger than Lambda's 6 MiB",
			"return fewer rows or columns, or put the result into S3 and return where it is"))
	}
	if err != nil {
		return b, errorAt(InvalidResult, h.at(s.Text.Offset, err.Error(), ""))
	}
	return b, nil
}
