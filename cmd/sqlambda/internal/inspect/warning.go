package inspect

import (
	"sqlambda/cmd/sqlambda/internal/advice"
	"sqlambda/engine"
	"sqlambda/handlers"
	"sqlambda/handlers/syntax"
)

// Rule is what a warning is about.
type Rule struct {
	Name    string
	Summary string
	// find reports what it finds in a query; nil where the rule looks at more than one.
	find func(*query)
}

// The names of the rules that look at the comments of a file, and at its test cases.
const (
	misspelledDirective = "misspelled-directive"
	unknownWarning      = "unknown-warning"
	unusedIgnore        = "unused-ignore"
)

// Rules are those that Check goes by.
func Rules() []Rule {
	return []Rule{
		{"full-scan", "every row of a table is read, where an index would find those that are meant", fullScans},
		{"handmade-json", "JSON is put together as text, from parts that are not escaped", handmadeJSON},
		{"inferred-kind", "the text alone decides between an object and an array", inferredKind},
		{misspelledDirective, "a comment is nearly a directive, and does nothing", nil},
		{"select-star", "SELECT * of a stored table in a response", selectStar},
		{unknownWarning, "a comment ignores a warning that there is not", nil},
		{unsuppliedParameter, "no sample event or test holds a parameter", nil},
		{unusedIgnore, "a comment ignores a warning that is not given", nil},
		{"write-in-many", "a :many query writes before it reads", writeInMany},
	}
}

// RuleNames returns the names of the rules.
func RuleNames() []string {
	var names []string
	for _, r := range Rules() {
		names = append(names, r.Name)
	}
	return names
}

// finding is a warning at its place, before it is known whether a comment ignores it.
type finding struct {
	rule          string
	query         *syntax.Query // nil outside of any
	statement     *syntax.Statement
	offset        int
	message, hint string
}

// query is a query that the rules look at.
type query struct {
	*handlers.Plan
	file     *syntax.File
	conn     engine.Conn
	explain  engine.Explainer // nil where the engine has none
	rule     string
	findings []finding
}

// warnings returns what the rules find in the queries of an inspection.
func warnings(i *handlers.Inspection) (found []finding) {
	for _, plan := range i.Plans {
		q := &query{Plan: plan, file: i.File, conn: i.Conn}
		q.explain, _ = i.Conn.(engine.Explainer)
		for _, r := range Rules() {
			if q.rule = r.Name; r.find != nil {
				r.find(q)
			}
		}
		found = append(found, q.findings...)
	}
	return found
}

func (q *query) warn(s *syntax.Statement, offset int, message, hint string) {
	q.findings = append(q.findings, finding{q.rule, q.Query, s, offset, message, hint})
}

// handmadeJSON finds JSON that is put together as text.
func handmadeJSON(q *query) {
	for _, s := range q.Query.Statements {
		for _, offset := range advice.HandmadeJSON(s) {
			q.warn(s, offset, "JSON is put together as text: a quote in a value breaks it",
				"json_object('name', name) and json_array(…) escape what they are given")
		}
	}
}

// selectStar finds responses with whatever columns a table has.
func selectStar(q *query) {
	if q.explain == nil || q.Columns == nil {
		return
	}
	stored := func(schema, table string) bool {
		_, ok := q.explain.Storage(schema, table, 0)
		return ok
	}
	for _, star := range advice.Stars(q.Query.Last(), stored) {
		q.warn(q.Query.Last(), star.Offset, "the response has whatever columns "+star.Table+" has: one that is added later is in it too",
			"name the columns")
	}
}

// writeInMany finds queries that write before they read the rows of the response. One
// that returns the rows that it writes, by RETURNING, says what it does.
func writeInMany(q *query) {
	if q.Kind != syntax.Many || q.explain == nil {
		return
	}
	for _, s := range q.Query.Statements[:len(q.Query.Statements)-1] {
		if table := q.writes(s); table != "" {
			q.warn(s, s.Offset, "a :many query writes to "+table+": each list that is asked for takes the lock of a writer",
				"give the write a query of its own, or return the rows that it writes with RETURNING")
		}
	}
}

// writes returns the first table that a statement writes to and that is kept, or
// nothing.
func (q *query) writes(s *syntax.Statement) string {
	e, err := q.explain.Explain(s.Text)
	if err != nil || len(s.Creates()) > 0 {
		return ""
	}
	for _, t := range e.Tables {
		if t.Writes && t.Schema != "temp" {
			return t.Name
		}
	}
	return ""
}

// inferredKind finds queries whose response is an object or an array by what the last
// statement happens to say, so that a change of it may change that too. Where there is
// no FROM, or no result, nobody expects anything else.
func inferredKind(q *query) {
	if q.Query.Kind != syntax.None || q.Columns == nil {
		return
	}
	message := "the response is an array: nothing in the text says that there is one row at most"
	switch by := q.Query.Last().OneRowBy(); by {
	case syntax.WithoutFrom, syntax.SingleRow:
		return
	case "":
	default:
		message = "the response is an object, because of " + string(by)
	}
	name := q.Query.Name
	if name == "" {
		name = "main"
	}
	q.warn(q.Query.Last(), q.Query.Offset, message, "say so above the query: -- name: "+name+" :"+q.Kind.String())
}
