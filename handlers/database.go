package handlers

import (
	"sqlambda/engine"
	"sqlambda/handlers/syntax"
)

// RunScript runs the statements of a text on a connection that is in its init phase, as
// those of init.sql run. Name is the text's in the places of errors, which are *Error.
func RunScript(config Config, conn engine.Conn, name, text string) error {
	file, problems := syntax.ParseInit(name, text)
	if len(problems) > 0 {
		return errorOf(InvalidHandler, problems)
	}
	h := &Handler{config: config, source: &source{file: file}, conn: conn}
	return h.runOnce(file, file.Prologue)
}

// Query runs a text as a handler that is :many on the handler's database, outside of any
// invocation, and returns the rows as a JSON array. Name is the text's in the places of
// errors, which are *Error.
func (h *Handler) Query(name, text string) ([]byte, error) {
	file, problems := syntax.Parse(name, text)
	query := choose(file, "")
	own := &Handler{config: h.config, source: &source{file: file, query: query, problems: problems}, host: h.host, conn: h.conn}
	if query == nil && len(problems) == 0 {
		return nil, newError(InvalidHandler, "%s holds %d queries instead of one", name, len(file.Queries))
	}
	if query != nil {
		query.Kind = syntax.Many
		own.source.problems = append(own.source.problems, own.plan()...)
	}
	if len(own.source.problems) > 0 {
		return nil, errorOf(InvalidHandler, own.source.problems)
	}
	defer own.closeStatements()
	return own.Invoke(&Invocation{Event: []byte("null")})
}

func (h *Handler) closeStatements() {
	for _, s := range h.steps {
		if s.stmt != nil {
			s.stmt.Close()
		}
	}
}
