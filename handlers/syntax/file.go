package syntax

import (
	"slices"
	"strings"

	"github.com/sqlc-dev/meyer/lexer"
	"github.com/sqlc-dev/meyer/token"
)

// File is a handler's file: a prologue and queries.
type File struct {
	// Name is the file's name as messages show it.
	Name string
	// Text is the file as it was read.
	Text string
	// Functions are the SQL functions that programs answer.
	Functions []Function
	// Misdeclared are the names of those whose declaration is wrong: what SQLite says of their
	// calls comes of that.
	Misdeclared []string
	// Prologue is what stands before the first name and runs once, at init. A
	// file without names has none: it is one query, a script.
	Prologue []*Statement
	// Queries are the file's queries in their order; a script is the only
	// query, without a name.
	Queries []*Query
}

// Query is a named query of a file, or a whole file without names.
type Query struct {
	// Name is the word after "-- name:"; empty for a script.
	Name string
	// Kind is the one stated, or None.
	Kind Kind
	// ByGroup says that a failure in a FIFO queue's :batch holds back its message group
	// alone, and not the rest of the batch: -- name: ingest :batch by-group.
	ByGroup bool
	// Offset is that of the name; for a script, that of its first statement.
	Offset int
	// Declarations are the event's fields that the query declares, in order.
	Declarations []Declaration
	// Statements run in order; the last one gives the result. It is empty only
	// if Parse reported a problem.
	Statements []*Statement
}

// Kind is what becomes of a query's result: what follows its name, as in
//
//	-- name: list :many
type Kind uint8

// The kinds of query. None is a query that states no kind: [Query.ResponseKind]
// finds it from the text.
const (
	None     Kind = iota
	One           // the row as an object, null without one
	Many          // an array of objects
	Value         // the only column of the only row, null without one
	Exec          // null; rows are not read
	ExecRows      // the number of rows changed
	Batch         // once per record of the event, with partial failures
)

var kindNames = []string{"", "one", "many", "value", "exec", "execrows", "batch"}

// String returns the kind as it is written, without its colon; "" for None.
func (k Kind) String() string { return kindNames[k] }

// kindOf returns the kind of that name, None for one that no kind has.
func kindOf(name string) Kind { return Kind(1 + slices.Index(kindNames[One:], name)) }

// MarshalText returns the kind as String does.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Last returns the statement that gives the query's result, nil for a query without
// statements.
func (q *Query) Last() *Statement {
	if len(q.Statements) == 0 {
		return nil
	}
	return q.Statements[len(q.Statements)-1]
}

// ResponseKind returns the query's kind: the one stated or else Exec
// for a last statement with no result columns (columns is the engine's count),
// One if its text shows that it yields at most one row, else Many.
func (q *Query) ResponseKind(columns int) Kind {
	last := q.Last()
	switch {
	case q.Kind != None:
		return q.Kind
	case columns == 0 || last == nil:
		return Exec
	case last.OneRow() != "":
		return One
	}
	return Many
}

// Query returns the query of that name, "" being a script's.
func (f *File) Query(name string) (*Query, bool) {
	for _, q := range f.Queries {
		if q.Name == name {
			return q, true
		}
	}
	return nil, false
}

// Parse reads a handler's text. It always returns a file, with what could be
// read; the file is fit to run only if there is no problem. Problems are in
// the order of their places. Name is for messages only.
func Parse(name, text string) (*File, []Problem) {
	r := newReader(name, text)
	if len(r.names) == 0 {
		r.functions(len(text))
		r.query(&Query{}, r.params, len(text))
		return r.finish()
	}
	r.functions(r.names[0].start)
	r.prologue(r.names[0].start)
	for i, head := range r.names {
		end := len(text)
		if i+1 < len(r.names) {
			end = r.names[i+1].start
		}
		r.query(r.named(head), head.params, end)
	}
	return r.finish()
}

// ParseInit reads a text that runs once, at init, such as init.sql: all of its
// statements are a prologue, and it can name no queries.
func ParseInit(name, text string) (*File, []Problem) {
	r := newReader(name, text)
	for _, head := range r.names {
		r.report(head.start, "a file that runs at init holds no queries", "put the query into a handler's file")
		r.params = append(r.params, head.params...)
	}
	r.functions(len(text))
	r.prologue(len(text))
	return r.finish()
}

// reader divides one text into the parts of a file. It goes forward only: each
// part takes what is left of tokens up to its end.
type reader struct {
	file     *File
	problems []Problem
	uses     []directive   // declarations of functions
	tokens   []token.Token // what no part has taken yet, without EOF
	params   []directive   // the declarations before the first name
	names    []directive
}

func newReader(name, text string) *reader {
	tokens := lexer.Lex(text)
	last := len(tokens) - 1
	r := &reader{file: &File{Name: name, Text: text}, tokens: tokens[:last]}
	if end := tokens[last].Pos; end < len(text) {
		r.report(end, "a NUL byte, at which SQLite's text ends", "save the file as UTF-8")
	}
	bracket := len(text) // the last of {id}, ${id} or # name: others on its line come of it
	for _, t := range r.tokens {
		if t.Kind != token.ILLEGAL || bracket < t.Pos && !strings.Contains(text[bracket:t.Pos], "\n") {
			continue
		}
		if r.illegal(t); strings.Contains("{$#", t.Text(text)) {
			bracket = t.Pos
		}
	}
	eachComment(text, tokens, r.comment)
	return r
}

// report adds a problem at an offset of the file.
func (r *reader) report(offset int, message, hint string) {
	r.problems = append(r.problems, r.file.Problem(offset, message, hint))
}

// fail reports a problem at a token, and returns false.
func (r *reader) fail(at token.Token, message, hint string) bool {
	r.report(at.Pos, message, hint)
	return false
}

func (r *reader) finish() (*File, []Problem) {
	slices.SortStableFunc(r.problems, func(a, b Problem) int { return a.Offset - b.Offset })
	return r.file, r.problems
}

// prologue reads the statements up to end as those that run at init.
func (r *reader) prologue(end int) {
	for _, d := range r.params {
		r.report(d.start, "a declaration without a query", "declare the fields of a query below its -- name:")
	}
	r.file.Prologue = r.statements(end)
	for _, s := range r.file.Prologue {
		for _, p := range s.Parameters {
			if p.Scope != Env {
				r.report(p.Offset, p.Raw+" has no value at init, when there is no event", "only $env(NAME) has")
			}
		}
	}
}

// query reads the rest of a query up to end, and adds it to the file.
func (r *reader) query(q *Query, params []directive, end int) {
	r.file.Queries = append(r.file.Queries, q)
	q.Declarations = r.declarations(params)
	q.Statements = r.statements(end)
	switch isScript := len(r.names) == 0; {
	case len(q.Statements) == 0 && isScript && strings.HasPrefix(r.file.Name, "$"):
		r.report(0, "the variable "+r.file.Name[1:]+" holds no statement: its value is SQL", "")
	case len(q.Statements) == 0 && isScript:
		r.report(0, "the file holds no statement", "")
	case len(q.Statements) == 0:
		r.report(q.Offset, "the query "+q.Name+" has no statement", "")
	case isScript:
		q.Offset = q.Statements[0].Offset
	}
	for _, s := range q.Statements {
		switch {
		case s.Transaction():
			word, _, _ := strings.Cut(s.Text, ";")
			r.report(s.Offset, strings.TrimSpace(word)+" in a handler: an invocation is one transaction",
				"leave it out, or use SAVEPOINT, RELEASE and ROLLBACK TO")
		case s.begins(token.VACUUM):
			r.report(s.Offset, "VACUUM in a handler: it cannot run in a transaction, as an invocation is one",
				"run it in init.sql or in the prologue")
		}
		for _, p := range s.Parameters {
			r.checkParameter(q, p)
		}
	}
}
