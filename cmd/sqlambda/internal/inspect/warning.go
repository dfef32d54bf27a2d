package inspect

import (
	"cmp"
	"slices"
	"strings"

	"sqlambda/cmd/sqlambda/internal/advice"
	"sqlambda/cmd/sqlambda/internal/executable"
	"sqlambda/cmd/sqlambda/internal/suite"
	"sqlambda/engine/sqlite/explain"
	"sqlambda/handlers"
	"sqlambda/handlers/syntax"
)

// Rule is what a warning is about.
type Rule struct {
	Name    string
	Summary string
	// find reports what it finds in a query; nil for a rule that looks at more than one.
	find func(*query)
}

// The names of the rules about comments.
const (
	misspelledDirective = "misspelled-directive"
	unknownWarning      = "unknown-warning"
	unusedIgnore        = "unused-ignore"
)

// Rules are the rules of Check.
func Rules() []Rule {
	return []Rule{
		{"full-scan", "every row of a table is read, where an index would find the rows that are meant", fullScans},
		{"handmade-json", "JSON is put together as text, from parts that are not escaped", handmadeJSON},
		{"http-response", "a row is nearly a response for API Gateway", httpResponse},
		{"inferred-kind", "the text alone decides between an object and an array", inferredKind},
		{"json-as-text", "a JSON or BOOLEAN column becomes a string or a number inside of JSON", jsonAsText},
		{"lost-write", "a table in memory is written to, and nothing of it is kept", lostWrite},
		{executable.MissingLibrary, "an executable needs a library that provided.al2023 does not have", nil},
		{executable.MissingProgram, "a script runs a program that provided.al2023 does not have", nil},
		{misspelledDirective, "a comment is nearly a directive, and does nothing", nil},
		{"select-star", "SELECT * of a stored table in a response", selectStar},
		{unknownWarning, "a comment ignores a warning that does not exist", nil},
		{"unsupplied-parameter", "no sample event or test holds a parameter", unsupplied},
		{"unused-function", "a function is declared, and no statement of its file calls it", unusedFunction},
		{unusedIgnore, "a comment ignores a warning that is not given", nil},
		{"unused-parameter", "a field is declared, and no statement uses it", unusedParameter},
		{"write-in-branch", "a write that only some events need takes the lock of a writer for all", writeInBranch},
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

// warning is a warning at a place of a file, in a query or in none.
func warning(file *syntax.File, rule, query string, offset int, message, hint string) syntax.Problem {
	p := file.Problem(offset, message, hint)
	p.Severity, p.Code, p.Query = syntax.Warning, rule, query
	return p
}

// warnings returns what the rules find in the query.
func (q *query) warnings() []syntax.Problem {
	q.refusedWrite()
	for _, r := range Rules() {
		if q.rule = r.Name; r.find != nil && len(q.Steps) > 0 {
			r.find(q)
		}
	}
	return q.found
}

func (q *query) warn(offset int, message, hint string) {
	q.found = append(q.found, warning(q.File, q.rule, q.Query.Name, offset, message, hint))
}

func (q *query) add(list []advice.Finding) {
	for _, f := range list {
		q.warn(f.Offset, f.Message, f.Hint)
	}
}

func unusedParameter(q *query) {
	if len(q.Problems) > 0 {
		return // its name may be one of them
	}
	for _, d := range q.Query.Declarations {
		used := slices.ContainsFunc(q.Query.Statements, func(s *syntax.Statement) bool {
			return slices.ContainsFunc(s.Parameters, func(p syntax.Parameter) bool { return p.Scope == syntax.Field && p.Path == d.Name })
		})
		if !used {
			q.warn(d.Offset, "no statement uses :"+d.Name, "use it, or leave its declaration out")
		}
	}
}

func handmadeJSON(q *query) {
	for _, s := range q.Query.Statements {
		q.add(advice.HandmadeJSON(s))
	}
}

func selectStar(q *query) {
	if q.explain != nil && q.Columns != nil {
		q.add(advice.Stars(q.Query.Last(), func(schema, table string) bool {
			_, ok := q.explain.Storage(schema, table, 0)
			return ok
		}))
	}
}

// jsonAsText finds values that lose their type inside of JSON, as SQLite's functions take a
// text or a number, or in IN.
func jsonAsText(q *query) {
	q.add(q.embedded)
	for _, s := range q.Query.Statements {
		q.add(advice.InLists(s, q.isJSON))
	}
}

// writes returns the first table of a kind that a statement writes to, or "".
func (q *query) writes(n int, kept explain.Keeping) string {
	if len(q.Query.Statements[n].Changes()) > 0 {
		return ""
	}
	return q.explained[n].Writes(kept)
}

// refusedWrite finds statements that write to a database of the zip, as errors.
func (q *query) refusedWrite() {
	q.rule = handlers.SQLError
	for n, e := range q.explained {
		if e.Refused {
			s, table := q.Query.Statements[n], e.Writes(explain.Refused)
			if table != "" {
				table += " in "
			}
			q.warn(s.Offset, "the statement always fails: it writes to "+table+"a database of the zip, which is read-only", "a database below /tmp or /mnt can be written to")
			q.found[len(q.found)-1].Severity = syntax.Error
		}
	}
}

// lostWrite finds a query's first write to a database in memory.
func lostWrite(q *query) {
	for n := range q.explained {
		if table := q.writes(n, explain.Lost); table != "" {
			q.warn(q.Query.Statements[n].Offset, table+suite.LostWrite, suite.LostWriteHint)
			return
		}
	}
}

// writeInMany finds queries that write before they read the rows of the response. One
// that returns the rows that it writes, by RETURNING, says what it does.
func writeInMany(q *query) {
	if q.Kind != syntax.Many {
		return
	}
	for n, s := range q.Query.Statements[:len(q.Query.Statements)-1] {
		if table := q.writes(n, explain.Kept); table != "" {
			q.warn(s.Offset, "a :many query writes to "+table+": each request for the list takes the lock of a writer",
				"give the write a query of its own, or return the rows that it writes with RETURNING")
		}
	}
}

// writeInBranch finds writes that a condition on the event turns off, in a query that
// answers other events by reading.
func writeInBranch(q *query) {
	last := len(q.Query.Statements) - 1
	if q.Kind == syntax.Batch || q.Columns == nil || q.writes(last, explain.Kept) != "" {
		return
	}
	for n, s := range q.Query.Statements[:last] {
		table := q.writes(n, explain.Kept)
		if table == "" {
			continue
		}
		ofEvent := func(column string) bool {
			return slices.ContainsFunc(q.explained[n].Tables, func(t explain.TableUse) bool {
				return t.Kind == explain.EventTable && slices.ContainsFunc(t.Columns, func(c string) bool { return strings.EqualFold(c, column) })
			})
		}
		if at := advice.EventCondition(s, ofEvent); at >= 0 {
			q.warn(at, "an event that this condition excludes writes no row of "+table+", and still waits for the lock of a writer",
				"give the write a query, and a function, of its own")
		}
	}
}

// inferredKind finds queries whose response is an object or an array by what the last
// statement happens to say, so that a change of it may change that too. Without FROM, or
// without a result, nobody expects anything else.
func inferredKind(q *query) {
	if q.Query.Kind != syntax.None || q.Columns == nil {
		return
	}
	message := "the response is an array: nothing in the text says that there is one row at most"
	switch by := q.Query.Last().OneRow(); by {
	case syntax.WithoutFrom, syntax.SingleRow:
		return
	case "":
		if _, ok := q.httpColumn("statusCode"); ok {
			return // a response to an HTTP request is one object
		}
	default:
		message = "the response is an object, because of " + string(by)
	}
	q.warn(q.Query.Offset, message, "say so above the query: "+q.named(q.Kind))
}

// named is the comment that gives the query a kind.
func (q *query) named(kind syntax.Kind) string {
	return "-- name: " + cmp.Or(q.Query.Name, "main") + " :" + kind.String()
}

// httpFields are the names in a response for API Gateway and function URLs, and what makes
// one that holds an object or an array:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
var httpFields = []struct{ name, makes string }{
	{"statusCode", ""},
	{"headers", "json_object('content-type', …) makes an object, and so does a column named headers.content-type"},
	{"multiValueHeaders", "json_object('set-cookie', json_array(…)) makes an object of arrays"},
	{"body", ""}, {"isBase64Encoded", ""},
	{"cookies", "json_array(…) makes an array"},
}

// httpColumn returns the column of the response that has one of these names, however it
// is spelled.
func (q *query) httpColumn(name string) (spelled string, ok bool) {
	plain := func(s string) string { return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(s)) }
	for _, c := range q.Columns {
		first := append(slices.Clip(c.Path), c.Name)[0] // a :value has no path
		if plain(first) == plain(name) {
			return first, true
		}
	}
	return "", false
}

// httpResponse finds rows with a status code that API Gateway does not take as a
// response.
func httpResponse(q *query) {
	if _, ok := q.httpColumn("statusCode"); !ok {
		return
	}
	at := q.Query.Last()
	for _, f := range httpFields {
		if spelled, ok := q.httpColumn(f.name); ok && spelled != f.name {
			q.warn(at.Offset, "the column "+spelled+" is not part of a response for API Gateway", "it is written "+f.name)
		}
		for _, c := range q.results {
			if c.Name == f.name && f.makes != "" && c.kind == syntax.Plain && advice.Has(c.values, advice.AnyValue&^advice.NullValue) {
				q.warn(at.Offset, "the column "+c.Name+" is a string or a number, and API Gateway refuses the response", f.makes)
			}
		}
	}
	switch {
	case q.Kind == syntax.Value && q.Columns[0].Type == syntax.Plain:
		q.warn(q.Query.Offset, "the response is the value alone, which API Gateway sends as it is, with the status 200", "a response is one row: "+q.named(syntax.One))
	case q.Kind == syntax.Many:
		q.warn(q.Query.Offset, "the response is an array, which API Gateway sends as it is, with the status 200", "a response is one row: "+q.named(syntax.One))
	}
}
