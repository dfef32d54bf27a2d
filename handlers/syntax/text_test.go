package syntax_test

import (
	"slices"
	"strings"
	"testing"

	"sqlambda/engine"
	"sqlambda/handlers/syntax"
)

// TestPosition: lines and columns are those of editors.
func TestPosition(t *testing.T) {
	for _, test := range []struct {
		before string // the text up to the place
		want   string
	}{
		{"", "1:1"},
		{"a", "1:2"},
		{"é🎉", "1:3"},
		{"a\n", "2:1"},
		{"a\r\n", "2:1"},
		{"a\r\n\tb", "2:3"},
		{"\uFEFF", "1:1"},
		{"\uFEFFa", "1:2"},
		{"\uFEFFa\n\uFEFFb", "2:3"},
		{"\xff\xfe", "1:3"},
	} {
		f := &syntax.File{Text: test.before + "the rest\nof it"}
		if got := f.Position(len(test.before)).String(); got != test.want {
			t.Errorf("after %q: %s, want %s", test.before, got, test.want)
		}
	}
	f := &syntax.File{Text: "\uFEFFa\r\nb"}
	for offset, want := range map[int]string{-1: "1:1", 0: "1:1", 2: "1:1", 7: "2:2", 99: "2:2"} {
		if got := f.Position(offset).String(); got != want {
			t.Errorf("offset %d: %s, want %s", offset, got, want)
		}
	}
}

func TestLine(t *testing.T) {
	f := &syntax.File{Text: "\uFEFFa é\r\n\r\n\tb\nlast"}
	for n, want := range []string{"", "a é", "", "\tb", "last", ""} {
		if got := f.Line(n); got != want {
			t.Errorf("line %d is %q, want %q", n, got, want)
		}
	}
	if got, want := f.Excerpt(f.Position(strings.Index(f.Text, "b"))), "\tb\n\t^"; got != want {
		t.Errorf("excerpt is %q, want %q", got, want)
	}
	if got, want := f.Excerpt(f.Position(strings.Index(f.Text, "é"))), "a é\n  ^"; got != want {
		t.Errorf("excerpt is %q, want %q", got, want)
	}
}

// TestFind: the place is marked by « before it.
func TestFind(t *testing.T) {
	for _, test := range []struct {
		noun       engine.Object
		name, text string
	}{
		{engine.TableObject, "orders", "SELECT orders FROM «orders"},
		{engine.TableObject, "orders", "SELECT 'orders' FROM a JOIN «Orders USING (id)"},
		{engine.TableObject, "main.orders", "SELECT orders, main.x FROM «main.orders"},
		{engine.TableObject, "main.orders", "SELECT orders FROM «orders"},
		{engine.TableObject, "orders", `INSERT INTO «"orders" VALUES (1)`},
		{engine.TableObject, "orders", "SELECT orders FROM a, «[orders]"},
		{engine.TableObject, "a b", "SELECT * FROM «`a b`"},
		{engine.TableObject, `a"b`, `SELECT * FROM «"a""b"`},
		{engine.TableObject, "a.b", `SELECT a.b FROM «"a.b"`},
		{engine.TableObject, "orders", "DROP TABLE IF EXISTS «orders"},
		{engine.TableObject, "orders", "UPDATE «orders SET orders = 1"},
		{engine.TableObject, "orders", "DELETE FROM x.«orders"},
		{engine.FunctionObject, "total", "SELECT total, «total(1) FROM total"},
		{engine.FunctionObject, "total", "SELECT «total FROM x"},
		{engine.ColumnObject, "b", "SELECT 'b', b(1), b.x, «b FROM t"},
		{engine.ColumnObject, "t.b", "SELECT b, «t.b FROM t"},
		{engine.ColumnObject, "new.b", "SELECT «b FROM t"},
		{engine.NoObject, "evnt", "CREATE VIRTUAL TABLE x USING «evnt('a')"},
		{engine.NoObject, "größe", "REINDEX «größe"},
		{engine.TableObject, "key", "SELECT * FROM «key"},
		{engine.TableObject, "name", "SELECT * FROM «'name'"},
	} {
		before, after, _ := strings.Cut(test.text, "«")
		f, _ := syntax.Parse("test.sql", "-- é\n;"+before+after)
		offset, ok := f.Queries[0].Statements[0].Find(test.noun, test.name)
		if want := len("-- é\n;" + before); !ok || offset != want {
			t.Errorf("%s: %d %s is at %d, want %d", test.text, test.noun, test.name, offset, want)
		}
	}
	if offset, ok := statement(t, "SELECT ':x', :x -- x").Find(engine.ColumnObject, "x"); ok {
		t.Errorf("found at %d what is not there", offset)
	}
}

func TestTransaction(t *testing.T) {
	for text, want := range map[string]bool{
		"BEGIN": true, "begin immediate": true, "COMMIT": true, "END TRANSACTION": true, "ROLLBACK": true,
		"ROLLBACK TRANSACTION": true, "ROLLBACK TO a": false, "rollback transaction to savepoint a": false,
		"SAVEPOINT a": false, "RELEASE a": false, "SELECT 1": false,
	} {
		if got := statement(t, text).Transaction(); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// TestNulByte: SQLite's text ends there, so that the rest would be lost.
func TestNulByte(t *testing.T) {
	f, problems := syntax.Parse("test.sql", "SELECT 1;\n\x00SELECT 2;")
	if len(problems) != 1 || f.Position(problems[0].Offset).String() != "2:1" || len(f.Queries[0].Statements) != 1 {
		t.Errorf("%+v", problems)
	}
}

// TestDeepNesting: what is nested too deeply for the parser, or only just not,
// is SQLite's to refuse.
func TestDeepNesting(t *testing.T) {
	for _, depth := range []int{1000, 9000, 100_000} {
		text := "SELECT " + strings.Repeat("(", depth) + "json(1)" + strings.Repeat(")", depth)
		s := statement(t, text)
		want := []syntax.ColumnType{syntax.JSON}
		if depth > 10_000 {
			want[0] = syntax.Plain
		}
		if got := types(s.Results([]string{"x"}, nowhere{})); !slices.Equal(got, want) {
			t.Errorf("depth %d: %v", depth, got)
		}
	}
	s := statement(t, "SELECT a, b FROM v")
	if got := types(s.Results([]string{"a", "b"}, nowhere{})); !slices.Equal(got, make([]syntax.ColumnType, 2)) {
		t.Errorf("a view of itself: %v, want plain columns", got)
	}
}
