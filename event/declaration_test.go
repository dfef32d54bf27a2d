package event_test

import (
	"fmt"
	"strings"
	"testing"

	"sqlambda/event"
)

func TestParseDeclaration(t *testing.T) {
	for statement, want := range map[string]string{
		"CREATE VIRTUAL TABLE IF NOT EXISTS temp.\"r\" USING EVENT('Records', id TEXT PATH 'a.b', total REAL);": "35 r true Records: id TEXT a.b, total REAL total",
		"CREATE VIRTUAL TABLE r USING event('', it JSON PATH 'it''s')":                                          "21 r false : it JSON it's",
		"CREATE VIRTUAL TABLE housing USING event('', a text)":                                                  "21 housing false : a TEXT a",
		"create virtual table [a using b(] using \"event\"('', [a.b] text)":                                     "21 a using b( false : a.b TEXT a\\.b",
		"CREATE VIRTUAL TABLE r USING event('',/* using */a TEXT PATH /* ) */'x') garbage":                      "21 r false : a TEXT x",
		"CREATE VIRTUAL TABLE r USING event('', a TEXT":                                                         "21 r false : a TEXT a",
		"CREATE VIRTUAL TABLE r USING fts5(event)":                                                              "",
		"CREATE VIRTUAL TABLE event USING \"event\" \"x\"('')":                                                  "problem",
		"CREATE VIRTUAL TABLE housing USING events('', a TEXT)":                                                 "",
		"CREATE VIRTUAL TABLE r USING":                                                                          "",
		"CREATE VIRTUAL TABLE":                                                                                  "",
		"CREATE TABLE event (a)":                                                                                "",
		"":                                                                                                      "",
	} {
		got := ""
		if d, ok, problems := event.ParseDeclaration(statement); ok && len(problems) > 0 {
			got = "problem"
		} else if ok {
			got = fmt.Sprintf("%d %s %t %s", d.Offset, d.Name, d.Qualified, describeTable(d.Table))
		}
		if got != want {
			t.Errorf("%s\n%s, want\n%s", statement, got, want)
		}
	}
}

func describeTable(table *event.Table) string {
	var columns []string
	for _, c := range table.Columns {
		columns = append(columns, c.Name+" "+c.Type.String()+" "+c.Path.String())
	}
	return table.Rows.String() + ": " + strings.Join(columns, ", ")
}

// SQLite hands over the arguments one by one.
func TestParseTable(t *testing.T) {
	table, problems := event.ParseTable(strings.Join([]string{"'Records'", "id TEXT PATH 'messageId'", "\"a.b\" json", "n REAL path 'it''s(,)'"}, ","))
	if want := "Records: id TEXT messageId, a.b JSON a\\.b, n REAL it's(,)"; len(problems) > 0 || describeTable(table) != want {
		t.Errorf("%v %+v", table, problems)
	}
}

// The problems of a declaration, each with the text that it is at.
func TestDeclarationProblems(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "an event table begins with the path to its rows, in quotes at ",
		"Records":                "an event table begins with the path to its rows, in quotes at Records",
		"'a'":                    "an event table without columns at ",
		"'a',":                   "a column's name is missing at ",
		"'a', b":                 "a type is missing at ",
		"'a', b, c INT":          "a type is missing at , c INT; unknown type INT at INT",
		"'a', b TXT":             "unknown type TXT at TXT",
		"'a', b TEXT PATH":       "PATH needs a path in quotes at ",
		"'a', b TEXT PATH c":     "PATH needs a path in quotes at c",
		"'a' b TEXT":             "unexpected b at b TEXT",
		"'a', b TEXT, B REAL":    "a second column named B at B REAL",
		"'a', b TEXT NOT NULL":   "unexpected NOT at NOT NULL",
		"'it''s.|', b TEXT":      `path "it's.|": a key is missing before '|' at |', b TEXT`,
		"'a', b TEXT PATH '$.x'": `path "$.x": a path has no $ for its root: it begins with the first key. A field of that name is written \$ at $.x'`,
		"'a[0]', b INT":          `path "a[0]": an element is written a.0, a field of that name a\[0\] at [0]', b INT; unknown type INT at INT`,
	} {
		table, problems := event.ParseTable(text)
		var got []string
		for _, p := range problems {
			got = append(got, p.Message+" at "+text[p.Offset:])
		}
		if strings.Join(got, "; ") != want || table != nil {
			t.Errorf("%s\n%s, want\n%s", text, strings.Join(got, "; "), want)
		}
	}
}

func TestTypeHint(t *testing.T) {
	for name, want := range map[string]string{
		"int": "did you mean INTEGER?", "varchar": "did you mean TEXT?", "TXT": "did you mean TEXT?", "money_of_mine": "one of " + event.TypeNames,
	} {
		if got := event.TypeHint(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// FuzzDeclaration: places are in the text, and what has no problem has columns.
func FuzzDeclaration(f *testing.F) {
	for _, seed := range []string{"'Records', id TEXT PATH 'a'", "'a[0]', \"x y\" JSON PATH 'it''s|@fromstr'", "'", "'a', b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, arguments string) {
		table, problems := event.ParseTable(arguments)
		if (table != nil) != (len(problems) == 0) || table != nil && len(table.Columns) == 0 {
			t.Errorf("%+v %+v", table, problems)
		}
		for _, p := range problems {
			if p.Offset < 0 || p.Offset > len(arguments) || p.Message == "" {
				t.Errorf("%+v", p)
			}
		}
		event.ParseDeclaration("CREATE VIRTUAL TABLE t USING event(" + arguments)
	})
}
