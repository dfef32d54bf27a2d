package handlers

import "sqlambda/handlers/syntax"

// Run is how often a statement of the handler's query has run.
type Run struct {
	Statement *syntax.Statement
	Times     int
}

// Runs returns how often each statement of the query has run since the handler was
// loaded, in the order of the text. What runs once, at init, is not among them.
func (h *Handler) Runs() []Run {
	runs := make([]Run, len(h.steps))
	for i, s := range h.steps {
		runs[i] = Run{s.text, s.runs}
	}
	return runs
}
