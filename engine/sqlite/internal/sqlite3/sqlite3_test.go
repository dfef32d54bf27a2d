package sqlite3

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"sqlambda/event"
)

func open(t testing.TB, o Options) *Conn {
	t.Helper()
	if o.Name == "" {
		o.Name = ":memory:"
	}
	c, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// rows runs the statements of a text and returns the rows of all, their values separated by
// blanks.
func rows(c *Conn, text string, values ...event.Value) (list []string, err error) {
	for text != "" {
		var s *Stmt
		if s, text, err = c.Prepare(text); err != nil || s == nil {
			return list, err
		}
		for i, v := range values {
			s.Bind(i+1, v)
		}
		for {
			row, err := s.Step()
			if err != nil {
				s.Close()
				return list, err
			}
			if !row {
				break
			}
			var texts []string
			for i := range s.ColumnCount() {
				texts = append(texts, textOf(s.Value(i)))
			}
			list = append(list, strings.Join(texts, " "))
		}
		s.Close()
	}
	return list, nil
}

// textOf is a value as a text.
func textOf(v event.Value) string {
	switch v.Kind {
	case event.Integer:
		return strconv.FormatInt(v.Integer(), 10)
	case event.Real:
		return strconv.FormatFloat(v.Real(), 'g', -1, 64)
	}
	return strings.Clone(v.Text)
}

func want(t *testing.T, c *Conn, text, want string, values ...event.Value) {
	t.Helper()
	got, err := rows(c, text, values...)
	if err != nil || strings.Join(got, "|") != want {
		t.Errorf("%s: %q, %v, want %q", text, got, err, want)
	}
}

func TestStatements(t *testing.T) {
	c := open(t, Options{})
	want(t, c, "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (2.5, NULL); SELECT a, b FROM t", "1 x|2.5 ")
	want(t, c, " -- nothing\n", "")
	want(t, c, "SELECT typeof(?), typeof(?), typeof(?), typeof(?), typeof(?), ?3 = ''", "integer real text blob null 1",
		event.IntegerValue(-1), event.RealValue(.5), event.TextValue(""), event.BlobValue("b"), event.Value{})
	s, rest, err := c.Prepare("SELECT a, 'é', x'00ff', 7 FROM t; SELECT 2")
	if err != nil || rest != " SELECT 2" {
		t.Fatal(rest, err)
	}
	if row, err := s.Step(); !row || err != nil || !s.Running() {
		t.Fatal(err)
	}
	for i, want := range []event.Value{
		event.IntegerValue(1), event.TextValue("é"), event.BlobValue("\x00\xff"), event.IntegerValue(7),
	} {
		if got := s.Value(i); got != want {
			t.Errorf("column %d is %v, not %v", i, got, want)
		}
	}
	for _, column := range []int{-1, 4} {
		if s.Value(column) != (event.Value{}) {
			t.Errorf("column %d is not NULL", column)
		}
	}
	s.Reset()
	if s.Value(0).Kind != event.Null || s.Running() {
		t.Error("a row after Reset")
	}
	if c.Changes() != 2 || c.TotalChanges() != 2 || c.Statements() != 1 {
		t.Error(c.Changes(), c.TotalChanges(), c.Statements())
	}
	c.ForgetChanges()
	want(t, c, "SELECT changes(), last_insert_rowid()", "0 0")
	s.Close()
	s.Close() // does nothing
}

// What is bound lasts until Reset, in plans that depend on it too.
func TestReset(t *testing.T) {
	c := open(t, Options{})
	want(t, c, "CREATE TABLE t (a TEXT COLLATE NOCASE UNIQUE); INSERT INTO t VALUES ('ab'), ('cd')", "")
	for _, text := range []string{"SELECT count(*) FROM t WHERE a LIKE ?", "SELECT count(*) FROM t WHERE a = ?", "SELECT ? IS NOT NULL"} {
		s, _, err := c.Prepare(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, bound := range []bool{true, false, true} {
			expected := int64(0)
			if bound {
				s.Bind(1, event.TextValue("ab"))
				expected = 1
			}
			if _, err := s.Step(); err != nil || s.Value(0).Integer() != expected {
				t.Errorf("%s: %d with a value bound: %t, %v", text, s.Value(0).Integer(), bound, err)
			}
			s.Reset()
		}
	}
}

// TestBindTooLong: a value that is too long is an error, and not NULL.
func TestBindTooLong(t *testing.T) {
	c := open(t, Options{})
	c.Limit(ValueLength, 1000)
	s, _, err := c.Prepare("SELECT length(?)")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, kind := range []event.Kind{event.Text, event.Blob} {
			s.Bind(1, event.Value{Kind: kind, Text: strings.Repeat("a", 1001)})
			row, err := s.Step()
			if e, ok := err.(*Error); row || !ok || e.Code != TooBig {
				t.Errorf("%t, %v", row, err)
			}
			s.Reset()
			s.Bind(1, event.Value{Kind: kind, Text: strings.Repeat("a", 1000)})
			if row, err := s.Step(); !row || err != nil || s.Value(0).Integer() != 1000 {
				t.Errorf("%t, %v, %d", row, err, s.Value(0).Integer())
			}
			s.Reset()
		}
	}
}

func TestErrors(t *testing.T) {
	c := open(t, Options{})
	want(t, c, "CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1)", "")
	for text, want := range map[string]Error{
		"SELECT missing":                   {GenericError, "no such column: missing", 7},
		"INSERT INTO t VALUES (1)":         {2067, "UNIQUE constraint failed: t.a", -1},
		"SELECT zeroblob(2000000000)":      {TooBig, "string or blob too big", -1},
		`SELECT "text"`:                    {GenericError, `no such column: "text" - should this be a string literal in single-quotes?`, 7},
		"SELECT json('{')":                 {GenericError, "malformed JSON", -1},
		"SELECT abs(-9223372036854775808)": {GenericError, "integer overflow", -1},
	} {
		_, err := rows(c, text)
		var got *Error
		if !errors.As(err, &got) || *got != want {
			t.Errorf("%s: %+v", text, got)
		}
	}
	for code, want := range map[Code]string{
		0: "SQLITE_OK", 2067: "SQLITE_CONSTRAINT_UNIQUE", 516: "SQLITE_ABORT_ROLLBACK", 1032: "SQLITE_READONLY_DBMOVED",
		9226: "SQLITE_IOERR_CODEC", 28: "SQLITE_WARNING", 100: "SQLITE_100", 4097: "SQLITE_4097", -1: "SQLITE_-1",
	} {
		if code.String() != want {
			t.Errorf("%d is %s", int32(code), code)
		}
	}
	if _, err := Open(Options{Name: "/nowhere/at/all.db"}); err == nil || !strings.HasPrefix(err.Error(), "SQLITE_CANTOPEN") {
		t.Error(err)
	}
}

func TestFunctions(t *testing.T) {
	c := open(t, Options{})
	double := func(a Arguments) (event.Value, error) {
		switch v := a.Value(0); v.Kind {
		case event.Integer:
			return event.IntegerValue(2 * v.Integer()), nil
		case event.Real:
			return event.RealValue(2 * v.Real()), nil
		case event.Null:
			return v, nil
		default:
			return event.Value{Kind: v.Kind, Text: v.Text + v.Text}, nil
		}
	}
	if err := c.CreateFunction("double", 1, Deterministic|Innocuous, double); err != nil {
		t.Fatal(err)
	}
	c.CreateFunction("double", 2, DirectOnly, func(a Arguments) (event.Value, error) {
		return event.Value{}, fmt.Errorf("%d arguments, the first %s", a.Len(), a.Text(0))
	})
	want(t, c, "SELECT double(2), double(.5), double('ab'), double(x'31'), double(NULL), typeof(double(x'31')), double(1e308 * 10)", "4 1 abab 11  blob +Inf")
	if _, err := rows(c, "SELECT double(3, 4)"); err == nil || err.Error() != "SQLITE_ERROR: 2 arguments, the first 3" {
		t.Error(err)
	}
	want(t, c, "CREATE TABLE t (a); CREATE INDEX i ON t (double(a)); CREATE VIEW v AS SELECT double(1, 1)", "")
	if _, err := rows(c, "SELECT * FROM v"); err == nil {
		t.Error("a view calls a function that only statements may")
	}
}

// letters is a virtual table of as many letters as its argument says.
type letters struct{ n int }

func (l *letters) Declaration() string { return "CREATE TABLE l (letter TEXT, n HIDDEN)" }
func (l *letters) Open() Cursor        { return &letter{letters: l} }

func (l *letters) BestIndex(x *Index) bool {
	for i, c := range x.Constraints {
		if c.Column == 1 && c.Equal {
			if !c.Usable {
				return false
			}
			x.Constraints[i].Argument, x.Constraints[i].Omit = 1, true
			x.Number = 1
		}
		if c.Column == 0 && (c.Collation != "BINARY" || c.In) {
			x.Number |= 2
		}
	}
	x.InOrder = len(x.OrderBy) == 1 && x.OrderBy[0] == (Order{Column: 0}) && x.Columns&1 != 0
	x.Rows, x.Cost = int64(l.n), float64(l.n)
	return true
}

type letter struct {
	letters *letters
	n, at   int
}

func (c *letter) Close() {}

func (c *letter) Filter(number int, a Arguments) error {
	if c.n, c.at = c.letters.n, -1; number&1 != 0 {
		c.n = int(a.Integer(0))
	}
	switch {
	case c.n > 26:
		return errors.New("there are 26 letters")
	case c.n == 26:
		return &Error{Code: NoMemory}
	}
	return nil
}

func (c *letter) Next() bool {
	c.at++
	return c.at < c.n
}

func (c *letter) Column(i int, r Result) {
	switch {
	case i == 1:
		r.Set(event.RealValue(float64(c.n)), false)
	case c.at == 1:
		r.Set(event.TextValue("b"), true)
	default:
		r.Set(event.TextValue(string(rune('a'+c.at))), false)
	}
}

func (c *letter) Rowid() int64 { return int64(c.at) + 10 }

func TestVirtualTables(t *testing.T) {
	c := open(t, Options{})
	l := &letters{n: 3}
	connect := func(arguments []string) (Table, error) {
		if len(arguments) > 0 {
			return nil, fmt.Errorf("letters take no %s", strings.Join(arguments, ","))
		}
		return l, nil
	}
	for _, m := range []Module{{Name: "letters", Connect: connect}, {Name: "alphabet", Declared: true, Connect: connect}} {
		if err := c.CreateModule(m); err != nil {
			t.Fatal(err)
		}
	}
	want(t, c, "SELECT rowid, letter, n FROM letters", "10 a 3|11 b 3|12 c 3")
	want(t, c, "SELECT letter FROM letters(2) ORDER BY letter", "a|b")
	want(t, c, "SELECT letter FROM letters(0)", "")
	want(t, c, "SELECT a.letter, b.letter FROM letters(2) AS a, letters(2) AS b", "a a|a b|b a|b b")
	want(t, c, "SELECT b.letter FROM letters(2) AS a, letters(unicode(a.letter) - 96) AS b", "a|a|b")
	want(t, c, "SELECT letter FROM letters WHERE letter IN ('a', 'C')", "a")
	want(t, c, "SELECT letter FROM letters WHERE letter = 'C' COLLATE NOCASE", "c")
	want(t, c, "CREATE VIRTUAL TABLE temp.x USING alphabet; SELECT count(*) FROM x; ALTER TABLE x RENAME TO y; SELECT count(*) FROM y", "3|3")
	for name, want := range map[string]bool{"x": false, "Y": true} {
		if _, ok := c.Table(name); ok != want {
			t.Errorf("there is a table %s: %t", name, ok)
		}
	}
	want(t, c, "DROP TABLE y", "")
	for text, want := range map[string]string{
		"CREATE VIRTUAL TABLE temp.z USING alphabet(1, 2)": "SQLITE_ERROR: letters take no 1,2",
		"SELECT * FROM alphabet":                           "SQLITE_ERROR: no such table: alphabet",
		"SELECT * FROM letters(27)":                        "SQLITE_ERROR: there are 26 letters",
		"SELECT * FROM letters(26)":                        "SQLITE_NOMEM: out of memory",
	} {
		if _, err := rows(c, text); err == nil || err.Error() != want {
			t.Errorf("%s: %v", text, err)
		}
	}
	runtime.GC()
	if open := c.Cursors(); open != 0 {
		t.Errorf("%d cursors are open", open)
	}
	c.Close()
	if len(c.tables) != 0 {
		t.Errorf("%d tables are connected after Close", len(c.tables))
	}
}

func TestAuthorizer(t *testing.T) {
	c := open(t, Options{})
	var asked []string
	c.Authorize(func(a *Action) bool {
		if a.Op == OpPragma || a.Op == OpRead {
			asked = append(asked, a.First()+"."+a.Second()+"."+a.Database())
		}
		return a.Op != OpAttach
	})
	want(t, c, "PRAGMA cache_size = 7; SELECT name FROM sqlite_schema", "")
	if got := strings.Join(asked, " "); got != "cache_size.7. sqlite_master.name.main" {
		t.Error(got)
	}
	var refused *Error
	if _, err := rows(c, "ATTACH ':memory:' AS a"); !errors.As(err, &refused) || refused.Code != NotAuthorized {
		t.Error(err)
	}
}

// A connection waits for another's lock as long as it is told to.
func TestBusy(t *testing.T) {
	name := filepath.Join(t.TempDir(), "busy.db")
	a, b := open(t, Options{Name: name}), open(t, Options{Name: name})
	want(t, a, "CREATE TABLE t (a); BEGIN IMMEDIATE", "")
	waited := 0
	b.OnBusy(func(tries int) bool {
		if waited = tries; tries == 3 {
			want(t, a, "COMMIT", "")
		}
		return tries < 3
	})
	var busy *Error
	if _, err := rows(b, "BEGIN IMMEDIATE"); !errors.As(err, &busy) || busy.Code != Busy || waited != 3 {
		t.Error(err, waited)
	}
	want(t, b, "BEGIN IMMEDIATE", "")
	if !b.InTransaction() || a.InTransaction() || b.HasMoved() {
		t.Error("the transaction is not where it was begun")
	}
}

func TestInterrupt(t *testing.T) {
	c := open(t, Options{})
	const endless = "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r LIMIT %d) SELECT count(*) FROM r"
	done := make(chan struct{})
	var interrupting sync.WaitGroup
	interrupting.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
				c.Interrupt()
			}
		}
	})
	var interrupted *Error
	if _, err := rows(c, fmt.Sprintf(endless, -1)); !errors.As(err, &interrupted) || interrupted.Code != Interrupted {
		t.Error(err)
	}
	c.HoldInterrupts(true)
	want(t, c, fmt.Sprintf(endless, 200_000), "200000")
	close(done)
	interrupting.Wait()
	c.Close()
	c.Interrupt()
}

// Connections open while others close, whose addresses they get.
func TestOpenWhileClosing(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(16)) // the system may interrupt anywhere
	var workers sync.WaitGroup
	for worker := range 16 {
		workers.Go(func() {
			for range 100 {
				c, err := Open(Options{Name: ":memory:", Clock: time.UnixMilli(int64(worker % 3))})
				if err != nil {
					t.Error(err)
					return
				}
				c.Authorize(func(*Action) bool { return true })
				want(t, c, "SELECT unixepoch()", "0")
				if err := c.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	workers.Wait()
}

func TestForeignKeys(t *testing.T) {
	c := open(t, Options{})
	want(t, c, "PRAGMA foreign_keys = ON; CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (p REFERENCES p DEFERRABLE INITIALLY DEFERRED); BEGIN", "")
	want(t, c, "INSERT INTO t VALUES (1)", "")
	if !c.ForeignKeysViolated() {
		t.Error("a foreign key is violated")
	}
	want(t, c, "INSERT INTO p VALUES (1)", "")
	if c.ForeignKeysViolated() {
		t.Error("no foreign key is violated any more")
	}
}

func BenchmarkStatement(b *testing.B) {
	c := open(b, Options{})
	s, _, err := c.Prepare("SELECT ?1, ?2")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		s.Bind(1, event.TextValue("text"))
		s.Bind(2, event.IntegerValue(1))
		s.Step()
		s.Value(0)
		s.Value(1)
		s.Reset()
	}
}
