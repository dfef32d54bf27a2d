package inspect

import (
	"time"

	"sqlambda/cmd/sqlambda/internal/advice"
	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/engine"
	"sqlambda/engine/sqlite/explain"
	"sqlambda/event"
	"sqlambda/handlers"
	"sqlambda/handlers/syntax"
)

// query is the query of a handler, prepared, with what is known of it.
type query struct {
	*handlers.Handler // nil if its files cannot be read
	explain           *explain.Explainer
	// explained tells what each step would do; it is empty for one that cannot be prepared.
	explained  []*explain.Explanation
	results    []Column         // of the response
	embedded   []advice.Finding // in the result
	parameters []Parameter
	// cases is the file of its first case, and events are those of its cases.
	cases  string
	events []event.Event

	rule  string // that looks at it
	found []syntax.Problem
}

// prepare prepares a handler as a function has it. The query may come with an error that
// tells its problems.
func prepare(fn project.Function, lookup project.Lookup) (*query, error) {
	q := &query{}
	config, err := fn.Environment(lookup, "", time.Now()).Config()
	if err != nil {
		return q, err
	}
	open := config.Open
	config.Memory = 0 // SQLite's limit is one for the whole process
	config.Open = func(c engine.Config) (engine.Conn, error) {
		c.Scratch = true
		return open(c)
	}
	config.Log = func(string, engine.Level, string, string) {}
	q.Handler, err = handlers.Inspect(config)
	if q.Handler == nil || len(q.Steps) == 0 {
		return q, err
	}
	q.explain = explain.Of(q.Conn)
	for _, s := range q.Steps {
		explained := &explain.Explanation{}
		if q.explain != nil && s.Stmt != nil {
			if e, err := q.explain.Explain(s.Text.Text); err == nil {
				explained = e
			}
		}
		q.explained = append(q.explained, explained)
	}
	q.results, q.embedded = q.describeColumns()
	q.parameters = q.describeParameters()
	return q, err
}
