package syntax_test

import (
	"testing"

	"sqlambda/handlers/syntax"
)

// TestOneRow holds what OneRow says of a text against the rows that SQLite
// gives, with no row, one and three in the table that it reads.
func TestOneRow(t *testing.T) {
	for _, test := range []struct {
		text string
		one  bool
	}{
		// A SELECT without FROM.
		{"SELECT 1", true},
		{"SELECT 1 WHERE 0", true},
		{"SELECT (SELECT a FROM t), EXISTS (SELECT * FROM t)", true},
		{"WITH u AS (SELECT a FROM t) SELECT 1 IN u", true},
		{"SELECT DISTINCT 1 ORDER BY 1", true},
		{"SELECT 1 UNION SELECT 2", false},
		{"SELECT 1 UNION ALL SELECT 1", false},
		{"SELECT 1 EXCEPT SELECT 1", false},
		{"SELECT 1 GROUP BY 1", true},
		// An aggregate without GROUP BY.
		{"SELECT count(*) FROM t", true},
		{"SELECT COUNT(*) FILTER (WHERE a > 1), sum(a) + 1 FROM t WHERE b > 1", true},
		{"SELECT coalesce(json_group_array(json_object('a', a)), json('[]')) AS list FROM t", true},
		{"SELECT a, max(b) FROM t", true},
		{"SELECT max(a, b) FROM t", false},
		{"SELECT CASE WHEN min(a) THEN 1 END FROM t", true},
		{"SELECT a, count(*) FROM t GROUP BY a", false},
		{"SELECT count(*) FROM t HAVING count(*) > 1", true},
		{"SELECT count(*) OVER () FROM t", false},
		{"SELECT sum(count(*)) OVER () FROM t", true},
		{"SELECT sum(a) OVER w FROM t WINDOW w AS (ORDER BY a)", false},
		{"SELECT row_number() OVER (ORDER BY count(*)) FROM t", true},
		{"SELECT (SELECT count(*) FROM t) FROM t", false},
		{"SELECT a IN (SELECT max(a) FROM t) FROM t", false},
		{"SELECT * FROM (SELECT count(*) FROM t), t", false},
		{"SELECT string_agg(a, ',' ORDER BY b) FROM t", true},
		{`SELECT "count"(*) FROM t`, true},
		{"SELECT count FROM (SELECT a AS count FROM t)", false},
		{"SELECT count(*) FROM t UNION ALL SELECT count(*) FROM t", false},
		{"SELECT abs(a) FROM t", false},
		// A literal LIMIT 1.
		{"SELECT a FROM t LIMIT 1", true},
		{"SELECT a FROM t ORDER BY b DESC LIMIT 1 OFFSET 1", true},
		{"SELECT a FROM t LIMIT 1, 1", true},
		{"SELECT a FROM t LIMIT 1, 2", false},
		{"SELECT a FROM t LIMIT 2", false},
		{"SELECT a FROM t LIMIT -1", false},
		{"SELECT a FROM t LIMIT 1 + 1", false},
		{"SELECT a FROM t LIMIT '3'", false},
		{"SELECT a FROM t UNION ALL SELECT b FROM t LIMIT 1", true},
		{"SELECT a FROM t WHERE a IN (SELECT a FROM t LIMIT 1)", false},
		{"SELECT * FROM (SELECT 1 LIMIT 1), t", false},
		// A single row of VALUES.
		{"VALUES (1, 2)", true},
		{"VALUES (1), (2)", false},
		{"VALUES (1) UNION ALL VALUES (1)", false},
		{"SELECT * FROM (VALUES (1), (2))", false},
		// An INSERT of a single row.
		{"INSERT INTO t VALUES (1, 2) RETURNING a", true},
		{"INSERT INTO t VALUES (1, 2), (3, 4) RETURNING a", false},
		{"INSERT INTO t DEFAULT VALUES RETURNING *", true},
		{"INSERT INTO t SELECT 1, 2 RETURNING a", true},
		{"INSERT INTO t SELECT a, b FROM t RETURNING a", false},
		{"INSERT INTO t SELECT count(*), 1 FROM t RETURNING a", true},
		{"WITH u AS (SELECT 1, 2) INSERT OR IGNORE INTO t SELECT * FROM u LIMIT 1 RETURNING a", true},
		{"INSERT INTO v VALUES (1) RETURNING *", true},
		// Anything else.
		{"UPDATE t SET a = 1 RETURNING a", false},
		{"DELETE FROM t RETURNING a", false},
		{"SELECT a FROM t", false},
		{"EXPLAIN SELECT 1", false},
		{"EXPLAIN QUERY PLAN SELECT 1", false},
		{"PRAGMA table_info(t)", false},
		{"PRAGMA user_version", false},
		{"SELECT", false},
	} {
		s := statement(t, test.text)
		if got := s.OneRow(); got != "" != test.one {
			t.Errorf("%s: OneRow is %q", test.text, got)
		}
		if !test.one {
			continue
		}
		for _, content := range []string{"", "INSERT INTO t VALUES (1, 2);", "INSERT INTO t VALUES (1, 2), (3, 4), (5, NULL);"} {
			db := open(t)
			db.run(`CREATE TABLE t(a, b); CREATE VIEW v AS SELECT a FROM t;
				CREATE TRIGGER i INSTEAD OF INSERT ON v BEGIN INSERT INTO t(a) VALUES (7), (8); END;` + content)
			rows, err := db.rows(test.text)
			if err != nil {
				t.Errorf("%s: %v", test.text, err)
			}
			if len(rows) > 1 {
				t.Errorf("%s: OneRow, but SQLite gives %d rows", test.text, len(rows))
			}
		}
	}
}

// statement reads a script of one statement.
func statement(t testing.TB, text string) *syntax.Statement {
	t.Helper()
	f, _ := syntax.Parse("test.sql", text)
	if len(f.Queries) != 1 || len(f.Queries[0].Statements) != 1 {
		t.Fatalf("not one statement: %s", text)
	}
	return f.Queries[0].Statements[0]
}

// TestResponseKind: where no kind is given, the text and the number of columns
// decide.
func TestResponseKind(t *testing.T) {
	for _, test := range []struct {
		text    string
		columns int
		want    syntax.Kind
	}{
		{"SELECT 1", 1, syntax.One},
		{"SELECT a FROM t", 1, syntax.Many},
		{"DELETE FROM t", 0, syntax.Exec},
		{"INSERT INTO t VALUES (1)", 0, syntax.Exec},
		{"INSERT INTO t VALUES (1) RETURNING a", 1, syntax.One},
		{"SELECT 1; SELECT a FROM t", 1, syntax.Many},
		{"DELETE FROM t; SELECT changes() AS n", 1, syntax.One},
		{"PRAGMA foreign_keys = on", 0, syntax.Exec},
		{"PRAGMA foreign_keys", 1, syntax.Many},
		{"-- name: a :many\nSELECT 1", 1, syntax.Many},
		{"-- name: a :exec\nSELECT 1", 1, syntax.Exec},
	} {
		f, _ := syntax.Parse("test.sql", test.text)
		if got := f.Queries[0].ResponseKind(test.columns); got != test.want {
			t.Errorf("%s with %d columns: kind is %v", test.text, test.columns, got)
		}
	}
}
