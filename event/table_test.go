package event

import (
	"slices"
	"strings"
	"testing"
)

// newTable makes a table of the rows' path and "name TYPE path" columns.
func newTable(t testing.TB, rows string, columns ...string) *Table {
	t.Helper()
	table := &Table{Rows: compile(t, rows)}
	for _, column := range columns {
		name, rest, _ := strings.Cut(column, " ")
		typeName, path, declared := strings.Cut(rest, " ")
		c := Column{Name: name, Path: FieldPath(name)}
		if c.Type, _ = ParseType(typeName); declared {
			c.Path = compile(t, strings.Trim(path, "'"))
		}
		table.Columns = append(table.Columns, c)
	}
	return table
}

func readTable(table *Table, e Event, used uint64) []string {
	lines := []string{}
	for rows := table.Open(e, used); rows.Next(); {
		var values []Value
		for i := range table.Columns {
			values = append(values, rows.Value(i))
		}
		lines = append(lines, printed(values))
	}
	return lines
}

func TestTable(t *testing.T) {
	const event = `{"Records":[
		{"id":"a","body":"{\"total\":\"2.5\",\"lines\":[{\"n\":1},{\"n\":2}]}","attributes":{"sent":"15","list":[5,[6]]},"data":"SGk="},
		{"body":"no JSON","attributes":7,"\u0069d":"b","id":"c"},
		 5 , null, [ {"id":"d"} ]
	],"single":{"id":1},"none":null,"empty":[ ],"nested":[[{"id":1}],[{"id":2},{"id":3}]],"number":3}`
	for _, test := range []struct {
		name    string
		rows    string
		columns []string
		want    []string
	}{
		{"columns by their name", "Records", []string{"id TEXT"},
			[]string{"text a", "text b", "null", "null", "null"}},
		{"types", "Records", []string{"sent INTEGER attributes.sent", "data BLOB", "attributes JSON", "all JSON ''"},
			[]string{`integer 15, blob Hi, text {"sent":"15","list":[5,[6]]}, text {"id":"a","body":"{\"total\":\"2.5\",\"lines\":[{\"n\":1},{\"n\":2}]}","attributes":{"sent":"15","list":[5,[6]]},"data":"SGk="}`,
				`null, null, text 7, text {"body":"no JSON","attributes":7,"\u0069d":"b","id":"c"}`,
				"null, null, null, text 5", "null, null, null, null", `null, null, null, text [ {"id":"d"} ]`}},
		{"one body, many columns", "Records",
			[]string{"total REAL body|@fromstr|total", "n INTEGER body|@fromstr|lines.#", "second INTEGER body|@fromstr|lines.1.n", "ns JSON body|@fromstr|lines.#.n", "raw TEXT body"},
			[]string{`real 2.5, integer 2, integer 2, text [1,2], text {"total":"2.5","lines":[{"n":1},{"n":2}]}`,
				"null, null, null, null, text no JSON", "null, null, null, null, null", "null, null, null, null, null", "null, null, null, null, null"}},
		{"positions", "Records", []string{"x INTEGER attributes.list.0", "y INTEGER attributes.list.1.0", "z TEXT 0.id"},
			[]string{"integer 5, integer 6, null", "null, null, null", "null, null, null", "null, null, null", "null, null, text d"}},
		{"the same path twice", "single", []string{"a TEXT id", "b INTEGER id"}, []string{"text 1, integer 1"}},
		{"an object is one row", "single", []string{"id INTEGER"}, []string{"integer 1"}},
		{"a scalar is one row", "number", []string{"n INTEGER ''"}, []string{"integer 3"}},
		{"the event itself", "", []string{"n INTEGER number", "s INTEGER single.id"}, []string{"integer 3, integer 1"}},
		{"null gives no row", "none", []string{"id TEXT"}, []string{}},
		{"an empty array gives no row", "empty", []string{"id TEXT"}, []string{}},
		{"what is missing gives no row", "missing", []string{"id TEXT"}, []string{}},
		{"rows that gjson finds", "nested|@flatten", []string{"id INTEGER"}, []string{"integer 1", "integer 2", "integer 3"}},
		{"rows of a text", "Records.0.body|@fromstr|lines", []string{"n INTEGER"}, []string{"integer 1", "integer 2"}},
		{"no columns", "nested", nil, []string{"", ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			table := newTable(t, test.rows, test.columns...)
			if got := readTable(table, parse(t, event), AllColumns); !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

func TestTableReadsUsedColumnsOnly(t *testing.T) {
	table := newTable(t, "", "a INTEGER", "b INTEGER", "c INTEGER")
	e := parse(t, `[{"a":1,"b":2,"c":3}]`)
	for used, want := range map[uint64]string{
		0: "null, null, null", 1: "integer 1, null, null", 4: "null, null, integer 3", 6: "null, integer 2, integer 3", AllColumns: "integer 1, integer 2, integer 3",
	} {
		if got := readTable(table, e, used); len(got) != 1 || got[0] != want {
			t.Errorf("%b: got %s", used, got)
		}
	}
	wide := &Table{}
	for range 70 {
		wide.Columns = append(wide.Columns, table.Columns[0])
	}
	rows := wide.Open(e, 1<<63)
	if !rows.Next() || rows.Value(62).Kind != Null || rows.Value(63).Kind != Integer || rows.Value(69).Kind != Integer {
		t.Error("the highest bit does not stand for all columns from 63 on")
	}
}

// Two cursors on one table, as in a self-join, do not disturb each other.
func TestTableOpenTwice(t *testing.T) {
	table := newTable(t, "", "a INTEGER")
	e := parse(t, `[{"a":1},{"a":2}]`)
	outer, n := table.Open(e, AllColumns), int64(0)
	for outer.Next() {
		for inner := table.Open(e, AllColumns); inner.Next(); {
			n = n*100 + outer.Value(0).Integer()*10 + inner.Value(0).Integer()
		}
	}
	if n != 11122122 {
		t.Errorf("got the pairs %d", n)
	}
}

// FuzzTable asserts that columns read together are what each path finds in each record.
func FuzzTable(f *testing.F) {
	const records = `[{"a":1,"b":{"c":[1,{"d":2}]},"s":"{\"x\":{\"y\":1}}"},{"\u0061":2,"a":3,"b":1,"b":{"c":4}},[[1],{"a":5}],"\"text\"",null]`
	f.Add("", "a", "b.c", "b.c.1.d", records)
	f.Add("", "s|@fromstr|x.y", "s.@fromstr.x", "s", records)
	f.Add("@reverse", "b|c", "b.c.#", "1.a", records)
	f.Add("0", "", "b.@this.c", "*", records)
	f.Fuzz(func(t *testing.T, rows, a, b, c, text string) {
		e, err := Parse([]byte(text))
		if err != nil {
			return
		}
		table := &Table{}
		if table.Rows, err = ParsePath(rows); err != nil {
			return
		}
		for _, path := range []string{a, b, c} {
			p, err := ParsePath(path)
			if err != nil {
				return
			}
			table.Columns = append(table.Columns, Column{Path: p, Type: JSONType})
		}
		cursor := table.Open(e, AllColumns)
		for record := range table.Rows.Find(e).Elements() {
			if !cursor.Next() {
				t.Fatalf("no row for %s", record.JSON())
			}
			for i, column := range table.Columns {
				want, _ := column.Path.Find(record).Convert(JSONType)
				if got := cursor.Value(i); got != want {
					t.Errorf("%s in %s:\n got %+v\nwant %+v", column.Path, record.JSON(), got, want)
				}
			}
		}
		if cursor.Next() {
			t.Error("a row without a record")
		}
	})
}

// TestTextsOfARowTakeRoomAgain: going through rows takes no memory for each of them.
func TestTextsOfARowTakeRoomAgain(t *testing.T) {
	table := &Table{Rows: FieldPath("Records"), Columns: []Column{
		{Name: "a", Type: TextType, Path: compile(t, "body|@fromstr|a")},
		{Name: "b", Type: TextType, Path: compile(t, "other|@fromstr|b")},
	}}
	const n = 100
	e := parse(t, `{"Records":[`+strings.Repeat(`{"body":"{\"a\":\"x\\ny\"}","other":"{\"b\":\"z\"}"},`, n-1)+`{"body":"{\"a\":\"x\"}"}]}`)
	rows := table.Open(e, AllColumns)
	if allocations := testing.AllocsPerRun(10, func() {
		for rows.Rewind(); rows.Next(); {
			if b := rows.Value(1); b.Text != "z" && b.Kind != Null {
				t.Fatal(b)
			}
		}
	}); allocations > n+5 { // the text x\ny is unescaped once more
		t.Errorf("%v allocations for %d rows", allocations, n)
	}
}
