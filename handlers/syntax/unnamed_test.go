package syntax

import "testing"

func TestUnnamed(t *testing.T) {
	for _, c := range []struct {
		text, column string
		want         bool
	}{
		{"SELECT 1.5", "1.5", true},
		{"SELECT $event(a.b)", "$event(a.b)", true},
		{"SELECT 1, max( t.a ) FROM t", "max( t.a )", true},
		{"SELECT 'a.b'", "'a.b'", true},
		{`SELECT 1.5 AS "1.5"`, "1.5", false},
		{`SELECT 1 AS "labels.my label"`, "labels.my label", false},
		{"SELECT 1 AS 'labels.my label'", "labels.my label", false},
		{"SELECT 1 AS [labels.my label]", "labels.my label", false},
		{`SELECT "a.b" FROM t`, "a.b", false},
		{"SELECT * FROM t", "labels.my label", false},
	} {
		f, problems := Parse("main.sql", c.text)
		if len(problems) > 0 {
			t.Fatal(c.text, problems)
		}
		if got := f.Queries[0].Last().Unnamed(c.column); got != c.want {
			t.Errorf("the column %s of %s is unnamed: %t, want %t", c.column, c.text, got, c.want)
		}
	}
}
