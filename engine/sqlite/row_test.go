package sqlite

import (
	"strconv"
	"strings"
	"testing"

	"sqlambda/engine"
	"sqlambda/event"
)

// TestRow reads values in whatever way SQLite keeps them, also in databases whose texts
// are not UTF-8.
func TestRow(t *testing.T) {
	for _, encoding := range []string{"UTF-8", "UTF-16le", "UTF-16be"} {
		t.Run(encoding, func(t *testing.T) {
			conn, h := open(t)
			run(t, conn, "PRAGMA encoding = '"+encoding+"'")
			run(t, conn, "CREATE TABLE stored (t TEXT, r REAL, n NUMERIC, b BLOB)")
			run(t, conn, "INSERT INTO stored VALUES ('é🎉a', 3, 2.5, zeroblob(3))")
			for _, test := range []struct{ expression, want string }{
				{"t", "text é🎉a"}, {"r", "real 3"}, {"n", "real 2.5"}, {"b", "blob \x00\x00\x00"},
				{"t || 'ü'", "text é🎉aü"}, {"''", "text "}, {"x''", "blob "}, {"zeroblob(2)", "blob \x00\x00"},
				{"NULL", "null "}, {"-9223372036854775808", "integer -9223372036854775808"}, {"1e999", "real +Inf"},
				{"count(*)", "integer 1"}, {"base64(b)", "text AAAA"},
				{"base64(t)", "text w6nwn46JYQ=="}, {"t REGEXP '^é.a$'", "integer 1"}, {"CAST(12 AS TEXT)", "text 12"}, {"CAST('é' AS BLOB) IS NOT NULL", "integer 1"},
			} {
				if got := one(t, conn, "SELECT 0, "+test.expression+" FROM stored"); got != test.want {
					t.Errorf("%s is %q, not %q", test.expression, got, test.want)
				}
			}
			run(t, conn, "CREATE VIRTUAL TABLE records USING event('', id TEXT, n INTEGER)")
			h.event, h.ok = parse(t, `[{"id":"a","n":1},{"id":"é🎉","n":2},{"id":"b","n":3}]`), true
			if got := one(t, conn, "SELECT 0, r.n FROM stored CROSS JOIN records AS r WHERE r.id = rtrim(t, 'a')"); got != "integer 2" {
				t.Errorf("looked up: %s", got)
			}
			if got := one(t, conn, "SELECT 0, group_concat(id) FROM records"); got != "text a,é🎉,b" {
				t.Errorf("texts of an event: %s", got)
			}
		})
	}
}

// one is the second column of the only row, and after the row nothing.
func one(t *testing.T, conn engine.Conn, text string) string {
	t.Helper()
	s, err := conn.Prepare(text)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if row, err := s.Step(); err != nil || !row {
		t.Fatal(row, err)
	}
	v := s.Value(1)
	got := v.Kind.String() + " " + textOf(v)
	if row, err := s.Step(); err != nil || row || s.Value(1) != (event.Value{}) {
		t.Errorf("after the last row: %v, %v, %v", row, err, s.Value(1))
	}
	return got
}

// textOf is a value as a text that lasts.
func textOf(v event.Value) string {
	switch v.Kind {
	case event.Integer:
		return strconv.FormatInt(v.Integer(), 10)
	case event.Real:
		return strconv.FormatFloat(v.Real()+0, 'g', -1, 64) // -0 is 0
	}
	return strings.Clone(v.Text)
}
