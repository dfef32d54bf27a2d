package syntax_test

import "testing"

// TestUnnamed: which names of result columns are only the text of an expression. A star
// after a column says that it is, where SQLite gives the names.
func TestUnnamed(t *testing.T) {
	db := open(t)
	db.run("CREATE TABLE t (a, b, \"labels.my label\", \"a.b\");\n" +
		"CREATE VIEW v AS SELECT t.a, sum(t.b), t.a + 1.5, t.\"a.b\", 1 AS \"x.y\" FROM t;\n" +
		"CREATE VIEW w AS SELECT *, 2.5 FROM v; CREATE VIEW named (\"p.q\") AS SELECT 1.5")
	for text, want := range map[string]string{
		"SELECT sum(t.a) FROM t":                    "sum(t.a)*",
		"SELECT t.a FROM t":                         "a",
		"SELECT 1.5":                                "1.5*",
		"SELECT $event(a.b)":                        "$event(a.b)*",
		"SELECT 1, max( t.a ) FROM t":               "1* max( t.a )*",
		"SELECT 'a.b'":                              "'a.b'*",
		`SELECT 1.5 AS "1.5"`:                       "1.5",
		`SELECT 1 AS "labels.my label"`:             "labels.my label",
		"SELECT 1 AS 'labels.my label'":             "labels.my label",
		"SELECT 1 AS [labels.my label]":             "labels.my label",
		`SELECT "a.b" FROM t`:                       "a.b",
		"SELECT * FROM t":                           "a b labels.my label a.b",
		"SELECT * FROM v":                           "a sum(t.b)* t.a + 1.5* a.b x.y",
		"SELECT v.*, 1.5 FROM v":                    "a sum(t.b)* t.a + 1.5* a.b x.y 1.5*",
		`SELECT a, "sum(t.b)", "a.b", "x.y" FROM v`: "a sum(t.b)* a.b x.y",
		`SELECT "sum(t.b)", "x.y" FROM (SELECT sum(t.b), 1 AS "x.y" FROM t)`: "sum(t.b)* x.y",
		`SELECT "sum(t.b)" AS "p.q" FROM v`:                                  "p.q",
		"SELECT * FROM w":                                                    "a sum(t.b)* t.a + 1.5* a.b x.y 2.5*",
		"SELECT * FROM named":                                                "p.q",
		`SELECT * FROM (SELECT sum(t.b), 1 AS "x.y" FROM t)`:                 "sum(t.b)* x.y",
		"WITH c AS (SELECT sum(t.b) FROM t) SELECT * FROM c":                 "sum(t.b)*",
		`WITH c("x.y") AS (SELECT sum(t.b) FROM t) SELECT * FROM c`:          "x.y",
		"INSERT INTO t (a) VALUES (1) RETURNING *, a + 1.5":                  "a b labels.my label a.b a + 1.5*",
	} {
		names, err := db.columns(text)
		if err != nil {
			t.Fatal(text, err)
		}
		got := ""
		for i, r := range statement(t, text).Results(names, db) {
			if got += " " + names[i]; r.Unnamed {
				got += "*"
			}
		}
		if got != " "+want {
			t.Errorf("%s\n\tis  %s\n\twant %s", text, got, want)
		}
	}
}
