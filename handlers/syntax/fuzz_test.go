package syntax_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sqlc-dev/meyer/lexer"
	"github.com/sqlc-dev/meyer/token"
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"sqlambda/engine"
	"sqlambda/handlers/syntax"
)

var fuzzSeeds = []string{
	"", ";", "SELECT 1", "SELECT 1;;SELECT 2 -- c\n;/* d */", "\uFEFFSELECT :é, ?2, ?, @a, $event(a;b), :é;",
	"SELECT ';', \";\", [;], `;` FROM t; SELECT ''';'''",
	"CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; DELETE FROM t; END; SELECT 1;",
	"CREATE TEMP TRIGGER r AFTER INSERT ON t BEGIN SELECT 1;; END; SELECT 2",
	"EXPLAIN CREATE TRIGGER r DELETE ON t BEGIN SELECT 1; END; SELECT 2",
	"explain query plan create temporary trigger r delete on t begin select 1; end ; select 2",
	"CREATE TRIGGER END AFTER INSERT ON t BEGIN SELECT 1 AS end; END; END;",
	"CREATE TABLE trigger(a); SELECT 1;", "CREATE /*;*/ TRIGGER", "SELECT 'a\n-- name: x :one\n'; -- name: y :many\nSELECT 1",
	"-- name: a :one\n-- param: x INTEGER NOT NULL DEFAULT 0x1F\nSELECT :x, :y\n-- name: b\nSELECT $event(a",
	"-- param: a TEXT DEFAULT 'x\nSELECT 1", "CREATE VIRTUAL TABLE e USING event('a', b TEXT PATH 'c', d JSON);",
	"WITH RECURSIVE n(a, b) AS (SELECT 1, json('[]') UNION SELECT a + 1, b FROM n) SELECT n.*, b -> 0, * FROM n NATURAL JOIN t",
	"SELECT iif(a), coalesce(), CASE WHEN a THEN json(b) END, (SELECT *) FROM (t JOIN t AS u USING (a)) AS v;",
	"INSERT INTO t VALUES (?, ?3, ?, :a) ON CONFLICT DO UPDATE SET a = ?2 RETURNING *, json(a)",
	"SELECT 1 x'ab', 1e5, 1_0, .5, 0x1, x'a', ! \x00 ;", "REPLACE INTO t SELECT * FROM t LIMIT 1 RETURNING a", "ROLLBACK TO a; END",
	"ALTER TABLE t ADD", "ALTER TABLE t RENAME TO", "CREATE TABLE IF NOT EXISTS", "ATTACH 'a' AS", "VALUES (1), (2, 3)", "SELECT $a::b(c), :::a, #1",
	"CREATE TRIGGER 0;", "CREATE VIRTUAL TABLE A USING A(;)", "CREATE VIRTUAL TABLE A USING A(?)", "SELECT ?32766, :one_more", "--param:\v0",
	"-- function: slugify(text, \"most\") DETERMINISTIC RETURNS TEXT USING 'bin/é''s'\nSELECT slugify(1, 2)", "--function:f(", "--function:f(a,) USING '", "--function: f(a RETURNS",
}

// FuzzParse: whatever the text, every place is within it, the statements and
// what is between them are the text, and nothing panics.
func FuzzParse(f *testing.F) {
	for _, seed := range fuzzSeeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, parse := range []func(name, text string) (*syntax.File, []syntax.Problem){syntax.Parse, syntax.ParseInit} {
			file, problems := parse("fuzz.sql", text)
			for _, p := range problems {
				checkPlace(t, file, p.Offset)
			}
			for _, f := range file.Functions {
				checkText(t, file, f.Offset, f.Name)
				checkPlace(t, file, f.ProgramOffset)
			}
			end := checkStatements(t, file, 0, file.Prologue)
			for _, q := range file.Queries {
				checkPlace(t, file, q.Offset)
				for _, d := range q.Declarations {
					checkText(t, file, d.Offset, d.Name)
				}
				end = checkStatements(t, file, end, q.Statements)
			}
			checkBetween(t, text[end:])
		}
	})
}

func checkPlace(t *testing.T, f *syntax.File, offset int) {
	t.Helper()
	p := f.Position(offset)
	line := f.Line(p.Line)
	if offset < 0 || offset > len(f.Text) || p.Line < 1 || p.Column < 1 || p.Column > utf8.RuneCountInString(line)+2 {
		t.Fatalf("offset %d is %v in line %q", offset, p, line)
	}
	if !strings.HasPrefix(f.Excerpt(p), line+"\n") {
		t.Fatalf("the excerpt of %v is %q", p, f.Excerpt(p))
	}
}

func checkText(t *testing.T, f *syntax.File, offset int, want string) {
	t.Helper()
	checkPlace(t, f, offset)
	if !strings.HasPrefix(f.Text[offset:], want) {
		t.Fatalf("at %d is not %q", offset, want)
	}
}

// checkStatements checks statements that follow end, and returns where they end.
func checkStatements(t *testing.T, f *syntax.File, end int, statements []*syntax.Statement) int {
	for _, s := range statements {
		checkText(t, f, s.Offset, s.Text)
		checkBetween(t, f.Text[end:s.Offset])
		end = s.Offset + len(s.Text)
		for _, p := range s.Parameters {
			checkText(t, f, p.Offset, p.Raw)
			if p.Offset < s.Offset || p.Offset+len(p.Raw) > end || p.Index < 1 || p.Index > 32766 {
				t.Fatalf("%+v is not in %q", p, s.Text)
			}
		}
		for _, name := range s.Changes() {
			if offset, ok := s.Find(engine.TableObject, name); !ok || offset < s.Offset || offset >= end {
				t.Fatalf("%q creates %q, which it does not hold", s.Text, name)
			}
		}
		s.OneRow()
		if types := s.Results(make([]string, 3), nowhere{}); len(types) != 3 {
			t.Fatal(types)
		}
	}
	return end
}

// checkBetween checks that text between statements is no statement.
func checkBetween(t *testing.T, text string) {
	t.Helper()
	for _, token := range lexer.Lex(text) {
		if s := token.Text(text); s != "" && s != ";" {
			t.Fatalf("%q is in no statement", s)
		}
	}
}

// nowhere is a catalog with one table and a view of itself.
type nowhere struct{ engine.Catalog }

func (nowhere) Table(schema, name string) (engine.Table, bool) {
	columns := []engine.Column{{Name: "a", Type: "JSON"}, {Name: "b"}}
	switch name {
	case "t":
		return engine.Table{Schema: "main", Columns: columns}, true
	case "v":
		return engine.Table{Schema: "main", Columns: columns, View: "CREATE VIEW v AS SELECT * FROM v"}, true
	}
	return engine.Table{}, false
}

func (nowhere) FunctionType(string) (string, bool, bool) { return "", false, false }

// FuzzStatements: a statement that SQLite prepares ends where we say that it
// ends, and its parameters have the numbers that we say they have; by the rules
// of sqlite3_complete it is complete where we say that it ends in a semicolon,
// and not before.
func FuzzStatements(f *testing.F) {
	for _, seed := range fuzzSeeds {
		f.Add(seed)
	}
	db := open(f)
	db.run("CREATE TABLE t(a UNIQUE, b)")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsAny(text, "\x00\v") || strings.Contains(text, "--") || len(text) > 1000 {
			t.Skip()
		}
		file, _ := syntax.Parse("fuzz.sql", text)
		statements := file.Queries[0].Statements
		for i, s := range statements {
			checkPrepared(t, db, s, text[s.Offset:])
			checkComplete(t, s.Text, i == len(statements)-1)
		}
	})
}

// checkPrepared lets SQLite prepare the first statement of rest, which begins
// with s. A semicolon among the arguments of a virtual table belongs to them for
// SQLite; for sqlite3_complete it ends the statement, as here: a parenthesis that
// was forgotten is then told where it is missing, and takes nothing of what follows.
func checkPrepared(t *testing.T, db *database, s *syntax.Statement, rest string) {
	stmt, trailing, err := db.conn.PrepareTransient(rest)
	if err != nil {
		return
	}
	defer stmt.Finalize()
	got := strings.TrimSpace(rest[:len(rest)-trailing])
	if strings.HasPrefix(got, s.Text) && opensArguments(s.Text) {
		return
	}
	if got != strings.TrimSpace(s.Text) && strings.HasSuffix(s.Text, ";") {
		t.Fatalf("SQLite prepares %q, not %q", got, s.Text)
	}
	for _, p := range s.Parameters {
		if p.Index > stmt.BindParamCount() {
			t.Fatalf("%s is parameter %d of %d", p.Raw, p.Index, stmt.BindParamCount())
		}
		if name := stmt.BindParamName(p.Index); p.Raw[0] != '?' && name != p.Raw {
			t.Fatalf("parameter %d is %s, not %s", p.Index, name, p.Raw)
		}
	}
}

// opensArguments reports whether a statement is a CREATE VIRTUAL TABLE with more opening
// parentheses than closing ones.
func opensArguments(text string) bool {
	tokens, depth := lexer.Lex(text), 0
	for _, t := range tokens {
		switch t.Kind {
		case token.LP:
			depth++
		case token.RP:
			depth--
		}
	}
	return depth > 0 && slices.ContainsFunc(tokens, func(t token.Token) bool { return t.Kind == token.VIRTUAL })
}

// checkComplete asks sqlite3_complete at each semicolon of a statement; the last
// of a file may be a trigger without its end. It takes what is between the parentheses
// of $event(a;b) for what it is elsewhere, a quote or a comment too, and anything for
// QUERY PLAN after EXPLAIN, so that texts with these are left to checkPrepared.
func checkComplete(t *testing.T, text string, last bool) {
	for _, word := range lexer.Lex(text) {
		spelled := word.Text(text)
		if word.Kind == token.EXPLAIN || spelled != ";" && strings.ContainsAny(spelled, ";'\"`[-/") && strings.ContainsRune("$:@#", rune(spelled[0])) {
			return
		}
	}
	for _, semicolon := range lexer.Lex(text) {
		if semicolon.Kind != token.SEMI {
			continue
		}
		end := semicolon.End == len(text)
		if got := complete(t, text[:semicolon.End]); got != end && !(end && last) {
			t.Fatalf("%q: complete is %v", text[:semicolon.End], got)
		}
	}
}

func complete(t *testing.T, text string) bool {
	tls := libc.NewTLS()
	defer tls.Close()
	c, err := libc.CString(text)
	if err != nil {
		t.Fatal(err)
	}
	defer libc.Xfree(tls, c)
	return lib.Xsqlite3_complete(tls, c) != 0
}
