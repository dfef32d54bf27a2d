package sqlite

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sqlambda/engine"
	"sqlambda/event"
)

// names are those of a statement's columns.
func names(s engine.Stmt) []string {
	var list []string
	for _, c := range s.Columns() {
		list = append(list, c.Name)
	}
	return list
}

// A statement tells that it was prepared again, and which columns it has then.
func TestPrepared(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shared.db")
	other := hostile(t, engine.Config{Database: file})
	for _, test := range []struct {
		name, change string
		columns      []string
		again        bool
	}{
		{"a column less", "ALTER TABLE t DROP COLUMN b", []string{"a", "c"}, true},
		{"columns swapped", "DROP TABLE t; CREATE TABLE t (c, b, a)", []string{"c", "b", "a"}, true},
		{"a column more", "ALTER TABLE t ADD COLUMN d", []string{"a", "b", "c", "d"}, true},
		{"no change", "INSERT INTO t (a) VALUES (4)", []string{"a", "b", "c"}, false},
	} {
		for writer, c := range map[string]*Conn{"the same connection": nil, "another connection": other} {
			t.Run(test.name+" by "+writer, func(t *testing.T) {
				reader := hostile(t, engine.Config{Database: file})
				if c == nil {
					c = reader
				}
				script(t, reader, "DROP TABLE IF EXISTS t; CREATE TABLE t (a, b, c); INSERT INTO t VALUES (1, 2, 3)")
				s, err := reader.Prepare("SELECT * FROM t")
				if err != nil {
					t.Fatal(err)
				}
				s.Step()
				s.Reset()
				schema := s.Schema()
				script(t, c, test.change)
				s.Step()
				if again := s.Schema() != schema; again != test.again || !slices.Equal(names(s), test.columns) {
					t.Errorf("prepared again: %t, with %v", again, names(s))
				}
				if kind := s.Value(len(test.columns)).Kind; kind != event.Null {
					t.Errorf("a value of kind %v beyond the row", kind)
				}
			})
		}
	}
}

// The text of a LIKE has the statement prepared again for each value. Its columns stay.
func TestPreparedForValue(t *testing.T) {
	c := hostile(t, engine.Config{})
	script(t, c, "CREATE TABLE t (a TEXT COLLATE NOCASE UNIQUE)")
	s, err := c.Prepare("SELECT a FROM t WHERE a LIKE ?")
	if err != nil {
		t.Fatal(err)
	}
	schema := s.Schema()
	for _, pattern := range []string{"a%", "b%"} {
		s.Bind(1, event.TextValue(pattern))
		s.Step()
		s.Reset()
	}
	if s.Schema() != schema {
		t.Error("prepared for another schema")
	}
}

// script runs statements that are separated by semicolons.
func script(t *testing.T, c *Conn, text string) {
	t.Helper()
	for _, statement := range strings.Split(text, ";") {
		if _, err := exec(c, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// Whoever interrupts again and again ends a statement, whatever it does between.
func TestInterrupt(t *testing.T) {
	c := hostile(t, engine.Config{})
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
				c.Interrupt()
			}
		}
	}()
	_, err := exec(c, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
	close(done)
	if f, ok := err.(*engine.Failure); !ok || !f.Interrupted {
		t.Errorf("%v", err)
	}
	if got, err := exec(c, "SELECT 1"); got != "1" {
		t.Errorf("then %q, %v", got, err)
	}
	c.Close()
	c.Interrupt() // of a connection that is closed
}

// What a trigger says is not taken for what SQLite says of the statement.
func TestRaiseIsNoLack(t *testing.T) {
	c := hostile(t, engine.Config{})
	script(t, c, "CREATE TABLE t (a)")
	if _, err := exec(c, "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT RAISE(FAIL, 'no such function: uuid'); END"); err != nil {
		t.Fatal(err)
	}
	_, err := exec(c, "INSERT INTO t VALUES (1)")
	if f, ok := err.(*engine.Failure); !ok || f.Code != "SQLITE_CONSTRAINT_TRIGGER" || f.Message != "no such function: uuid" {
		t.Errorf("%v", err)
	}
	if n, _ := exec(c, "SELECT count(*) FROM t"); n != "1" {
		t.Errorf("%s rows: the statement ran again", n)
	}
}

// What would fail on a file fails in memory too.
func TestDeferredForeignKeys(t *testing.T) {
	for _, database := range []string{"", filepath.Join(t.TempDir(), "keys.db")} {
		c := hostile(t, engine.Config{Database: database})
		script(t, c, "PRAGMA foreign_keys = ON; CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (p REFERENCES p DEFERRABLE INITIALLY DEFERRED)")
		for _, test := range []struct{ text, want string }{
			{"INSERT INTO t VALUES (7)", "SQLITE_CONSTRAINT_FOREIGNKEY: FOREIGN KEY constraint failed"},
			{"INSERT INTO t VALUES (8); INSERT INTO p VALUES (8)", ""},
			{"INSERT INTO t VALUES (9); ROLLBACK", ""},
		} {
			text, rollback := strings.CutSuffix(test.text, "; ROLLBACK")
			if err := c.Begin(); err != nil {
				t.Fatal(err)
			}
			script(t, c, text)
			got := ""
			if err := c.End(!rollback); err != nil {
				got = err.Error()
			}
			if got != test.want || c.InTransaction() {
				t.Errorf("%s in %q: %q", test.text, database, got)
			}
		}
	}
}

// A statement that says that it is atomic leaves nothing behind when it fails; and those that
// write one row are.
func TestAtomic(t *testing.T) {
	for text, atomic := range map[string]bool{
		"INSERT INTO t VALUES (2, 1, 0)":                                                                 true,
		"INSERT INTO t VALUES (2, 1, 0) ON CONFLICT (id) DO UPDATE SET a = excluded.a":                   true,
		"INSERT INTO t VALUES (1, 9, 9) ON CONFLICT (id) DO UPDATE SET a = excluded.a, b = NULL":         true,
		"INSERT OR REPLACE INTO t VALUES (2, 1, NULL)":                                                   true,
		"INSERT INTO t VALUES (9, 9, abs(-9223372036854775808))":                                         true,
		"UPDATE t SET b = NULL WHERE id = 1":                                                             true,
		"INSERT OR FAIL INTO t VALUES (2, 8, 0), (3, 1, 0)":                                              false,
		"INSERT INTO t SELECT id + 10, a + 10, abs(CASE id WHEN 3 THEN -9223372036854775808 END) FROM t": false,
		"UPDATE OR FAIL t SET a = 3 - a":                                                                 false,
		"INSERT INTO t VALUES (2, 8, 0) RETURNING abs(-9223372036854775808)":                             false,
		"INSERT INTO watched VALUES (2)":                                                                 false,
		"INSERT INTO child VALUES (7)":                                                                   false,
		"DELETE FROM t WHERE a > 0":                                                                      false,
	} {
		c := hostile(t, engine.Config{})
		script(t, c, "PRAGMA foreign_keys = ON; CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE, b NOT NULL); INSERT INTO t VALUES (1, 1, 1), (3, 3, 3); CREATE TABLE watched (n);"+
			"CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE child (p REFERENCES p DEFERRABLE INITIALLY DEFERRED)")
		if _, err := exec(c, "CREATE TRIGGER w AFTER INSERT ON watched BEGIN SELECT raise(FAIL, 'too late'); END"); err != nil {
			t.Fatal(err)
		}
		s, err := c.Prepare(text)
		if err != nil {
			t.Fatal(err)
		}
		if s.Atomic() != atomic {
			t.Errorf("%s is atomic: %t", text, s.Atomic())
		}
		script(t, c, "BEGIN")
		_, err = s.Step()
		if rows := textOf(first(t, c, "SELECT group_concat(id || a || b) FROM t")); atomic && (err == nil || rows != "111,333") {
			t.Errorf("%s: %v, %s", text, err, rows)
		}
	}
}

// first is the first value of a query.
func first(t *testing.T, c *Conn, text string) event.Value {
	t.Helper()
	s, err := c.Prepare(text)
	if err != nil {
		t.Fatal(err)
	}
	if row, err := s.Step(); !row || err != nil {
		t.Fatal(row, err)
	}
	return s.Value(0)
}
