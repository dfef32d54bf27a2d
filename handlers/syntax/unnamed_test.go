package syntax

import "testing"

func TestUnnamed(t *testing.T) {
	for _, c := range []struct {
		text, column string
		offset       int // -1: it is named
	}{
		{"SELECT 1.5", "1.5", 7},
		{"SELECT $event(a.b)", "$event(a.b)", 7},
		{"SELECT 1, max( t.a ) FROM t", "max( t.a )", 10},
		{"SELECT 'a.b'", "'a.b'", 7},
		{`SELECT 1.5 AS "1.5"`, "1.5", -1},
		{`SELECT 1 AS "labels.my label"`, "labels.my label", -1},
		{"SELECT 1 AS 'labels.my label'", "labels.my label", -1},
		{"SELECT 1 AS [labels.my label]", "labels.my label", -1},
		{`SELECT "a.b" FROM t`, "a.b", -1},
		{"SELECT * FROM t", "labels.my label", -1},
	} {
		f, problems := Parse("main.sql", c.text)
		if len(problems) > 0 {
			t.Fatal(c.text, problems)
		}
		offset, ok := f.Queries[0].Last().Unnamed(c.column)
		if !ok {
			offset = -1
		}
		if offset != c.offset {
			t.Errorf("the column %s of %s is an expression at %d, want %d", c.column, c.text, offset, c.offset)
		}
	}
}
