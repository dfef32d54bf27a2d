package sqlite

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"sqlambda/engine"
	"sqlambda/event"
)

// answer is what a query gives, a line a row.
func answer(t testing.TB, conn engine.Conn, query string, args ...event.Value) []string {
	t.Helper()
	s, err := conn.Prepare(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer s.Close()
	for i, arg := range args {
		s.Bind(i+1, arg)
	}
	var lines []string
	for {
		row, err := s.Step()
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		if !row {
			return lines
		}
		var line strings.Builder
		for i := range s.Columns() {
			fmt.Fprintf(&line, "%s %q, ", s.Value(i).Kind, textOf(s.Value(i)))
		}
		lines = append(lines, line.String())
	}
}

// value makes a JSON value of some depth, compact, as SQLite's -> writes it.
func value(r *rand.Rand, depth int) string {
	simple := []string{`null`, `true`, `false`, `0`, `-1`, `42`, `1.5`, `-0.25`, `1e3`, `9007199254740993`, `9223372036854775807`,
		`""`, `"a"`, `"12"`, `"2.50"`, `" 7 "`, `"no number"`, `"é😀"`, `"a\"b\\c\n"`, `"\u00e9\ud83d\ude00"`, `"it's"`, `"SGk="`}
	if depth == 0 || r.IntN(3) > 0 {
		return simple[r.IntN(len(simple))]
	}
	var parts []string
	if r.IntN(2) == 0 {
		for range r.IntN(4) {
			parts = append(parts, value(r, depth-1))
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	return object(r, depth-1)
}

// object makes an object, whose keys may be repeated, but for those that paths go on
// from: of them, a path takes the first that leads somewhere, unlike SQLite.
func object(r *rand.Rand, depth int) string {
	keys := []string{"a", "b", "c", "ä", "long-name", "x.y"}
	var parts []string
	for range r.IntN(6) {
		i := r.IntN(len(keys))
		key, _ := json.Marshal(keys[i])
		if i < 2 {
			keys[i] = "other"
		}
		parts = append(parts, string(key)+":"+value(r, depth))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func records(r *rand.Rand, n int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = object(r, 3)
		if r.IntN(50) == 0 {
			parts[i] = value(r, 2)
		}
	}
	return `{"before":[{}],"Records":[` + strings.Join(parts, ",") + `]}`
}

// An event table gives what the json_each and json_extract query that it replaces
// gives, with the types that its columns are declared with.
func TestEventTableEqualsJSONEach(t *testing.T) {
	conn, h := open(t)
	run(t, conn, `CREATE VIRTUAL TABLE records USING event('Records',
		all_of_it JSON PATH '', a TEXT, b INTEGER, c REAL, ab JSON PATH 'a.b', abc TEXT PATH 'a.b.c', second JSON PATH 'b.1', umlaut JSON PATH 'ä', dot JSON PATH 'x\.y')`)
	const text = `CASE json_type(value, %[1]s) WHEN 'text' THEN value ->> %[1]s WHEN 'object' THEN NULL WHEN 'array' THEN NULL WHEN 'null' THEN NULL ELSE value -> %[1]s END`
	const integer = `CASE json_type(value, '$.b') WHEN 'object' THEN NULL WHEN 'array' THEN NULL WHEN 'null' THEN NULL
		WHEN 'text' THEN (CASE trim(value ->> '$.b') WHEN '12' THEN 12 WHEN '7' THEN 7 END)
		ELSE iif(value ->> '$.b' = CAST(value ->> '$.b' AS INTEGER), CAST(value ->> '$.b' AS INTEGER), NULL) END`
	const real = `CASE json_type(value, '$.c') WHEN 'integer' THEN CAST(value ->> '$.c' AS REAL) WHEN 'real' THEN value ->> '$.c'
		WHEN 'text' THEN (CASE trim(value ->> '$.c') WHEN '12' THEN 12.0 WHEN '7' THEN 7.0 WHEN '2.50' THEN 2.5 END) END`
	const each = `SELECT value, %s, %s, %s, nullif(value -> '$.a.b', 'null'), %s, nullif(value -> '$.b[1]', 'null'), nullif(value -> '$.ä', 'null'), nullif(value -> '$."x.y"', 'null')
		FROM (SELECT coalesce(e.value, 'null') AS value FROM (SELECT json_extract(?1, '$.Records') AS list) JOIN (
			SELECT ?1 -> ('$.Records[' || key || ']') AS value, key FROM json_each(?1, '$.Records')) AS e ORDER BY key)`
	reference := fmt.Sprintf(each, fmt.Sprintf(text, "'$.a'"), integer, real, fmt.Sprintf(text, "'$.a.b.c'"))
	reference = strings.Replace(reference, "SELECT value,", "SELECT nullif(value, 'null'),", 1)
	for seed := range uint64(40) {
		payload := records(rand.New(rand.NewPCG(seed, 1)), 40)
		h.event, h.ok = parse(t, payload), true
		got := answer(t, conn, "SELECT CAST(all_of_it AS TEXT), a, b, c, CAST(ab AS TEXT), abc, CAST(second AS TEXT), CAST(umlaut AS TEXT), CAST(dot AS TEXT) FROM records")
		want := answer(t, conn, reference, event.TextValue(payload))
		if !slices.Equal(got, want) {
			for i := range min(len(got), len(want)) {
				if got[i] != want[i] {
					t.Fatalf("seed %d, record %d:\n got %s\nwant %s", seed, i, got[i], want[i])
				}
			}
			t.Fatalf("seed %d: %d rows, want %d", seed, len(got), len(want))
		}
	}
}

// What cursors keep of rows is counted while they keep it, and not after.
func TestKeptRows(t *testing.T) {
	conn, h := open(t)
	run(t, conn, "CREATE VIRTUAL TABLE orders USING event('orders', id TEXT, customer TEXT, quantity INTEGER, total REAL)")
	memory := event.NewPool(1 << 20).NewMemory()
	h.event, h.ok = parse(t, orders(100)).In(memory), true
	for _, query := range []string{
		fmt.Sprintf(grouped, "orders"),
		"SELECT id FROM orders ORDER BY customer",
		"SELECT a.id, b.id FROM orders AS a CROSS JOIN orders AS b ON a.id = b.id",
		"SELECT a.id, b.id FROM orders AS a CROSS JOIN orders AS b ON b.rowid = a.rowid",
	} {
		s, err := conn.Prepare(query)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Step(); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Step(); err != nil || memory.Used() <= 0 {
			t.Errorf("%s: %v, %d bytes are kept", query, err, memory.Used())
		}
		s.Reset()
		if kept := memory.Used(); kept != 0 {
			t.Errorf("%s: %d bytes are kept after it", query, kept)
		}
		s.Close()
	}
}

func TestEventTableOf10000Records(t *testing.T) {
	conn, h := open(t)
	run(t, conn, "CREATE VIRTUAL TABLE orders USING event('orders', id TEXT, customer TEXT, quantity INTEGER, total REAL)")
	payload := orders(10_000)
	h.event, h.ok = parse(t, payload), true
	got := answer(t, conn, fmt.Sprintf(grouped, "orders"))
	want := answer(t, conn, "SELECT value ->> '$.customer', count(*), sum(value ->> '$.total') FROM json_each(?1, '$.orders') GROUP BY 1", event.TextValue(payload))
	if len(got) != 17 || !slices.Equal(got, want) {
		t.Errorf("got %d rows\n%s\nwant\n%s", len(got), strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	numbers := answer(t, conn, "SELECT min(rowid), max(rowid), count(DISTINCT rowid) FROM orders")
	if numbers[0] != `integer "1", integer "10000", integer "10000", ` {
		t.Error(numbers)
	}
}

// However a query reads an event table, it finds what it finds in a table that holds
// the same rows: with lookups by values that are equal and not the same, too, and
// by numbers that are too long to look up by.
func TestEventTableQueries(t *testing.T) {
	ids := []string{`"1"`, `"1.0"`, `1`, `1.0`, `"a"`, `"A"`, `null`, `"01"`, `" 1"`, `9007199254740993`, `9007199254740992`,
		`1.5`, `"1.5"`, `"é"`, `""`, `true`, `0`, `-0.0`, `1e0`, `"1e0"`, `{"k":1}`, `[1]`, `7`, `8`, `-9223372036854775808`, `9223372036854775807`}
	long := []string{`"12345678901234567890"`, `12345678901234567890`}
	compareQueries(t, ids)
	compareQueries(t, append(ids, long...))
}

func compareQueries(t *testing.T, ids []string) {
	conn, h := open(t)
	run(t, conn, "CREATE VIRTUAL TABLE e USING event('rows', id TEXT, n INTEGER, x REAL, j JSON, t TEXT PATH 'id')")
	run(t, conn, "CREATE TABLE numbers(n, i INTEGER, r REAL, t TEXT, b BLOB)")
	run(t, conn, `INSERT INTO numbers(n) VALUES (1), (1.0), ('1'), ('1.0'), (' 1'), ('01'), ('1e0'), (0), (-0.0), ('a'), ('A'), (x'61'), (NULL), (9007199254740993),
		('9007199254740993'), (9007199254740992.0), ('12345678901234567890'), (1.5), ('1.5'), ('+1.5'), ('é'), (''), ('true'), (-9223372036854775808.0), (9223372036854775807)`)
	run(t, conn, "UPDATE numbers SET i = n, r = n, t = n, b = n")
	r := rand.New(rand.NewPCG(7, 7))
	id := func() string { return ids[r.IntN(len(ids))] }
	var parts []string
	for range 60 {
		parts = append(parts, fmt.Sprintf(`{"id":%s,"n":%s,"x":%s,"j":%s}`, id(), id(), id(), id()))
	}
	h.event, h.ok = parse(t, `{"rows":[`+strings.Join(parts, ",")+`]}`), true
	run(t, conn, "CREATE TABLE s(id TEXT, n INTEGER, x REAL, j, t TEXT)")
	run(t, conn, "INSERT INTO s SELECT * FROM e")
	for _, query := range tableQueries() {
		got := answer(t, conn, fmt.Sprintf(query, "e"))
		want := answer(t, conn, fmt.Sprintf(query, "s"))
		if !slices.Equal(got, want) {
			t.Errorf("%s\n got %d rows %v\nwant %d rows %v", query, len(got), got, len(want), want)
		}
	}
}

func tableQueries() []string {
	return []string{
		"SELECT %[1]s.rowid, * FROM %[1]s",
		"SELECT * FROM %[1]s ORDER BY rowid LIMIT 5",
		"SELECT rowid FROM %[1]s ORDER BY rowid DESC LIMIT 5",
		"SELECT n FROM %[1]s WHERE rowid = 7",
		"SELECT n FROM %[1]s WHERE rowid IN (9, 2, 1000, 2, NULL) ORDER BY rowid",
		"SELECT n FROM %[1]s WHERE rowid = '7' OR rowid = 8.0 OR rowid = 9.5",
		"SELECT rowid FROM %[1]s WHERE id = 'a' OR n = 1 OR x = 1.5 ORDER BY 1",
		"SELECT a.rowid, b.rowid FROM %[1]s AS a JOIN %[1]s AS b ON a.id = b.id ORDER BY 1, 2",
		"SELECT a.rowid, b.rowid FROM %[1]s AS a JOIN %[1]s AS b ON a.id = b.id COLLATE NOCASE ORDER BY 1, 2",
		"SELECT a.rowid, b.rowid FROM %[1]s AS a JOIN %[1]s AS b ON a.n = b.x ORDER BY 1, 2",
		"SELECT a.rowid, b.rowid FROM %[1]s AS a JOIN %[1]s AS b ON a.x = b.id ORDER BY 1, 2",
		"SELECT a.rowid, b.rowid FROM %[1]s AS a JOIN %[1]s AS b ON a.rowid = b.n ORDER BY 1, 2",
		"SELECT a.rowid, b.rowid FROM %[1]s AS a LEFT JOIN %[1]s AS b ON a.id = b.t AND b.n > 0 ORDER BY 1, 2",
		"SELECT a.rowid, b.rowid FROM %[1]s AS a JOIN %[1]s AS b ON b.n = 1 OR b.id = a.t ORDER BY 1, 2",
		"SELECT n.rowid, e.rowid FROM numbers AS n CROSS JOIN %[1]s AS e ON e.id = n.n ORDER BY 1, 2",
		"SELECT n.rowid, e.rowid FROM numbers AS n CROSS JOIN %[1]s AS e ON e.n = n.n ORDER BY 1, 2",
		"SELECT n.rowid, e.rowid FROM numbers AS n CROSS JOIN %[1]s AS e ON e.x = n.n ORDER BY 1, 2",
		"SELECT n.rowid, e.rowid FROM numbers AS n CROSS JOIN %[1]s AS e ON e.id = n.i ORDER BY 1, 2",
		"SELECT n.rowid, e.rowid FROM numbers AS n CROSS JOIN %[1]s AS e ON e.id = n.r ORDER BY 1, 2",
		"SELECT n.rowid, e.rowid FROM numbers AS n CROSS JOIN %[1]s AS e ON e.n = n.t ORDER BY 1, 2",
		"SELECT n.rowid, e.rowid FROM numbers AS n CROSS JOIN %[1]s AS e ON e.x = n.t ORDER BY 1, 2",
		"SELECT n.rowid, e.rowid FROM numbers AS n CROSS JOIN %[1]s AS e ON e.id = n.b ORDER BY 1, 2",
		"SELECT n.rowid, e.rowid FROM numbers AS n CROSS JOIN %[1]s AS e ON e.rowid = n.n ORDER BY 1, 2",
		"SELECT n.rowid, e.rowid FROM numbers AS n CROSS JOIN %[1]s AS e ON e.id IN (n.n, n.t) ORDER BY 1, 2",
		"SELECT n.rowid, (SELECT count(*) FROM %[1]s AS e WHERE e.id IS n.n) FROM numbers AS n ORDER BY 1",
		"SELECT e.rowid FROM %[1]s AS e WHERE e.id IN (SELECT n FROM numbers) ORDER BY 1",
		"SELECT e.rowid FROM %[1]s AS e WHERE e.n IN (SELECT r FROM numbers) ORDER BY 1",
		"SELECT e.rowid, n FROM %[1]s AS e WHERE (e.id, e.n) IN (SELECT t, i FROM numbers) ORDER BY 1",
		"SELECT id, count(*), sum(n / 4096), total(x), group_concat(t) FROM %[1]s GROUP BY id ORDER BY id",
		"SELECT max(id), min(id), max(n), min(x) FROM %[1]s",
		"SELECT DISTINCT id FROM %[1]s ORDER BY 1",
		"SELECT id, row_number() OVER (PARTITION BY n ORDER BY rowid), first_value(id) OVER (ORDER BY rowid), lag(t, 2) OVER (ORDER BY rowid) FROM %[1]s ORDER BY rowid",
		"WITH m AS MATERIALIZED (SELECT rowid AS r, * FROM %[1]s) SELECT a.r, b.r FROM m AS a JOIN m AS b USING (id) ORDER BY 1, 2",
		"SELECT a.rowid, b.rowid FROM %[1]s AS a FULL JOIN (SELECT rowid, id FROM %[1]s WHERE n = 1) AS b ON a.id = b.id ORDER BY 1, 2",
	}
}

// In a join the event is gone through once: the other table is searched, or else the
// event's rows are looked up.
func TestEventTablePlans(t *testing.T) {
	conn, _ := open(t)
	run(t, conn, "CREATE VIRTUAL TABLE e USING event('rows', id INTEGER, parent INTEGER)")
	run(t, conn, "CREATE TABLE keyed(id INTEGER PRIMARY KEY, x)")
	run(t, conn, "CREATE TABLE loose(id INTEGER, x)")
	for _, test := range []struct{ query, want string }{
		{"SELECT * FROM e JOIN keyed USING (id)", "SCAN e VIRTUAL TABLE; SEARCH keyed USING INTEGER PRIMARY KEY"},
		{"SELECT * FROM keyed JOIN e USING (id)", "SCAN e VIRTUAL TABLE; SEARCH keyed USING INTEGER PRIMARY KEY"},
		{"SELECT * FROM keyed LEFT JOIN e USING (id)", "SCAN keyed; SCAN e VIRTUAL TABLE INDEX"},
		{"SELECT * FROM e AS a JOIN e AS b ON a.id = b.parent", "SCAN a VIRTUAL TABLE; SCAN b VIRTUAL TABLE INDEX"},
		{"SELECT * FROM e ORDER BY rowid", "SCAN e VIRTUAL TABLE"},
	} {
		s, err := conn.Prepare("EXPLAIN QUERY PLAN " + test.query)
		if err != nil {
			t.Fatal(err)
		}
		var plan []string
		for row, err := s.Step(); row; row, err = s.Step() {
			if err != nil {
				t.Fatal(err)
			}
			plan = append(plan, strings.Clone(s.Value(3).Text))
		}
		s.Close()
		// What SQLite adds to the names of its indexes is left out.
		for i, want := range strings.Split(test.want, "; ") {
			if i >= len(plan) || !strings.HasPrefix(plan[i], want) {
				t.Errorf("%s\n got %s\nwant %s", test.query, strings.Join(plan, "; "), test.want)
				break
			}
		}
	}
}

// A text that a modifier has made is gone with its row; SQLite has a copy of it.
func TestEventTableKeepsTexts(t *testing.T) {
	conn, h := open(t)
	run(t, conn, "CREATE VIRTUAL TABLE e USING event('', name TEXT PATH '@this|@frombase64')")
	text := func(i int) string { return strings.Repeat(fmt.Sprintf("%08d", 50_000_000-i), 100) }
	var b strings.Builder
	b.WriteByte('[')
	for i := range 4000 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q", base64.StdEncoding.EncodeToString([]byte(text(i))))
	}
	b.WriteByte(']')
	h.event, h.ok = parse(t, b.String()), true
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	if got := answer(t, conn, "SELECT max(name) FROM e"); got[0] != fmt.Sprintf("text %q, ", text(0)) {
		t.Errorf("the first, which is the greatest, is not found, but %.40s…", got[0])
	}
}

// Nothing is left of an invocation but what the next one uses again.
func TestEventTableKeepsNothing(t *testing.T) {
	conn, h := open(t)
	run(t, conn, "CREATE VIRTUAL TABLE o USING event('orders', id TEXT, customer TEXT, total REAL, j JSON PATH '')")
	s, err := conn.Prepare("SELECT a.customer, sum(b.total), max(a.j) FROM o AS a JOIN o AS b USING (id) LEFT JOIN sqs_records AS c ON c.body = a.id GROUP BY 1")
	if err != nil {
		t.Fatal(err)
	}
	invoke := func(n int) uint64 {
		for range n {
			h.event, h.ok = parse(t, orders(200)), true
			if rows := step(t, s); rows != 17 {
				t.Fatal(rows, "rows")
			}
			h.event = event.Event{}
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := invoke(20)
	after := invoke(300)
	if after > before+64<<10 {
		t.Errorf("%d bytes after 20 invocations, %d after 300 more", before, after)
	}
	c := conn.(*Conn)
	if table, ok := c.db.Table("O"); !ok || len(table.(*eventTable).accesses) > 4 {
		t.Errorf("%t, the ways to read %v", ok, table)
	}
	if open := c.Cursors(); open != 0 {
		t.Errorf("%d open cursors", open)
	}
	s.Close()
	run(t, conn, "DROP TABLE o")
	if _, ok := c.db.Table("o"); ok {
		t.Error("a table after DROP TABLE")
	}
}

// A table that is called as a function has the rows of what it is given.
func TestEventTableOfArgument(t *testing.T) {
	conn, h := open(t)
	run(t, conn, "CREATE VIRTUAL TABLE o USING event('orders', id TEXT, lines JSON, text TEXT PATH 'lines')")
	run(t, conn, "CREATE VIRTUAL TABLE line USING event('', sku TEXT, n INTEGER)")
	run(t, conn, "CREATE TABLE stored(doc)")
	run(t, conn, `INSERT INTO stored VALUES ('[{"sku":"x","n":7},{"sku":"y"}]'), (NULL), ('{"sku":"z"}'), ('no JSON'), (5), (CAST('{"sku":"b"}' AS BLOB)), ('')`)
	initial := answer(t, conn, "SELECT group_concat(sku) FROM stored, line(doc)")
	if initial[0] != `text "x,y,z,b", ` {
		t.Errorf("at init: %s", initial)
	}
	h.event, h.ok = parse(t, `{"orders":[{"id":"1","lines":[{"sku":"a","n":1},{"sku":"b\u00e9","n":2}]},{"id":"2"},{"id":"3","lines":{"sku":"c","n":"3"}},{"id":"4","lines":"{\"sku\":\"d\"}"}]}`), true
	for _, test := range []struct{ query, want string }{
		{"SELECT group_concat(id || sku || n) FROM o, line(o.lines)", `text "1a1,1bé2,3c3", `},
		{"SELECT group_concat(id || sku) FROM o, line(o.text)", `text "4d", `},
		{"SELECT group_concat(id || coalesce(sku, '-')) FROM o LEFT JOIN line(o.lines)", `text "1a,1bé,2-,3c,4-", `},
		{"SELECT group_concat(sku) FROM line(o.lines), o", `text "a,bé,c", `},
		{"SELECT max(sku), min(sku) FROM o, line(o.lines)", `text "c", text "a", `},
		{"SELECT group_concat(line.rowid || sku) FROM o, line(o.lines) WHERE line.rowid = 2", `text "2bé", `},
		{"SELECT group_concat(sku) FROM stored, line(doc)", `text "x,y,z,b", `},
		{"SELECT group_concat(a.sku || b.sku) FROM stored AS s, line(s.doc) AS a, line(s.doc) AS b", `text "xx,xy,yx,yy,zz,bb", `},
		{"SELECT (SELECT group_concat(sku) FROM line(lines)) FROM o WHERE id = 1", `text "a,bé", `},
		{"SELECT count(*) FROM line", `integer "1", `},
		{"SELECT count(*) FROM o AS a NATURAL JOIN o AS b", `integer "1", `}, // the others have a NULL
	} {
		if got := answer(t, conn, test.query); len(got) != 1 || got[0] != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.query, got, test.want)
		}
	}
}

// A statement that is left in the middle of its rows closes its cursors.
func TestEventTableReset(t *testing.T) {
	conn, h := open(t)
	h.event, h.ok = parse(t, `{"Records":[{"body":"a"},{"body":"b"}]}`), true
	s, err := conn.Prepare("SELECT body FROM sqs_records")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if row, err := s.Step(); !row || err != nil || s.Value(0).Text != "a" {
			t.Fatal(row, err)
		}
		s.Reset()
	}
	if open := conn.(*Conn).Cursors(); open != 0 {
		t.Errorf("%d open cursors", open)
	}
}

func TestEventTableDeclarations(t *testing.T) {
	for _, test := range []struct{ statement, at, message string }{
		{"CREATE VIRTUAL TABLE t USING event", "", "an event table begins with the path to its rows"},
		{"CREATE VIRTUAL TABLE IF NOT EXISTS t USING event('a')", ")", "an event table without columns"},
		{"CREATE VIRTUAL TABLE t USING EVENT('a', b)", "", "a type is missing"},
		{"CREATE VIRTUAL TABLE t USING event('a', b TEXT, B TEXT)", "B TEXT)", "a second column named B"},
		{"CREATE VIRTUAL TABLE main.t USING event('a', b TEXT PATH 'x|@y')", "@y", "there is no modifier @y"},
		{"CREATE VIRTUAL TABLE t USING event('a[0]', b TEXT)", "[0]", "an element is written a.0"},
		{"CREATE VIRTUAL TABLE t USING event('it''s.a[0]', b TEXT)", "[0]", "an element is written a.0"},
	} {
		conn, _ := open(t)
		s, err := conn.Prepare(test.statement)
		if err == nil {
			_, err = s.Step()
		}
		f, ok := err.(*engine.Failure)
		if !ok || !strings.Contains(f.Message, test.message) {
			t.Errorf("%s\n%v", test.statement, err)
			continue
		}
		if at := strings.Index(test.statement, test.at); test.at != "" && f.Offset != at {
			t.Errorf("%s\n%v at %d, want %d", test.statement, err, f.Offset, at)
		}
	}
}

// What SQLite says of a statement that is rewritten is told at its place in the
// handler's text.
func TestEventTablePlaces(t *testing.T) {
	conn, _ := open(t)
	const statement = "CREATE VIRTUAL TABLE t USING event('a', b TEXT) SELECT"
	_, err := conn.Prepare(statement)
	f, ok := err.(*engine.Failure)
	if !ok || f.Offset != strings.Index(statement, "SELECT") {
		t.Errorf("%+v", err)
	}
}

func TestEventTableIsTemporary(t *testing.T) {
	conn, _ := open(t)
	run(t, conn, "CREATE VIRTUAL TABLE t USING event('a', b TEXT, c JSON)")
	run(t, conn, "CREATE VIRTUAL TABLE main.u USING event('a', b TEXT)")
	for name, schema := range map[string]string{"t": "temp", "u": "main"} {
		if described, ok := conn.Table("", name); !ok || described.Schema != schema {
			t.Errorf("%s: %+v", name, described)
		}
	}
	if table, _ := conn.Table("", "t"); len(table.Columns) != 3 || table.Columns[1].Type != "JSON" || !table.Columns[2].Hidden {
		t.Errorf("%+v", table)
	}
}

// A JSON column compares as one of a stored table, whatever stands beside it, and reads as
// its text.
func TestEventTableJSONNumbers(t *testing.T) {
	conn, h := open(t)
	texts := []string{"5", "-5", "0", "1.5", "5.0", "-9223372036854775808", "100000.25", `"5"`, "true", "[5]"}
	h.event, h.ok = parse(t, `{"rows":[`+strings.Join(texts, ",")+`]}`), true
	run(t, conn, "CREATE VIRTUAL TABLE e USING event('rows', j JSON PATH '')")
	run(t, conn, "CREATE TABLE s (j JSON)")
	run(t, conn, "INSERT INTO s SELECT j FROM e")
	for _, where := range []string{
		"j IN (SELECT 5)", "j IN (SELECT '5')", "j IN (SELECT 1.5)", "j IN (5, 6)", "j = 5", "j = '5.0'", "j < 6", "j > '1'",
		"j IN (SELECT -9223372036854775808)", "j IN (SELECT j FROM s)", "j BETWEEN 0 AND 5",
	} {
		const query = "SELECT rowid, typeof(j) = 'text' FROM %s WHERE %s ORDER BY rowid"
		got, want := answer(t, conn, fmt.Sprintf(query, "e", where)), answer(t, conn, fmt.Sprintf(query, "s", where))
		if !slices.Equal(got, want) {
			t.Errorf("%s\n got %v\nwant %v", where, got, want)
		}
	}
	got := answer(t, conn, "SELECT group_concat(j, ' ') FROM e")
	if want := fmt.Sprintf("text %q, ", strings.Join(texts, " ")); got[0] != want {
		t.Errorf("the texts are %s, want %s", got[0], want)
	}
	got = answer(t, conn, "SELECT group_concat(j, ' ') FROM (SELECT j FROM e ORDER BY j)")
	want := answer(t, conn, "SELECT group_concat(j, ' ') FROM (SELECT iif(j = 5 AND rowid = 5, '5.0', j) AS j FROM s ORDER BY s.j, rowid)")
	if !slices.Equal(got, want) {
		t.Errorf("in order they are %s, want %s", got, want)
	}
}
