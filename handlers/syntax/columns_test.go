package syntax_test

import (
	"strings"
	"testing"

	"sqlambda/handlers/syntax"
)

const columnsSchema = `
CREATE TABLE orders(id INTEGER PRIMARY KEY, note TEXT, items JSON, paid BOOLEAN, total Boolean GENERATED ALWAYS AS (id > 1));
INSERT INTO orders(id, note, items, paid) VALUES (1, 'a note', '[1,"x"]', 1), (2, NULL, '{"a":[1]}', 0), (3, '', NULL, NULL);
CREATE TABLE lines(id INTEGER, items TEXT, "Of Order" json);
INSERT INTO lines VALUES (1, '[', '{}'), (2, NULL, NULL);
CREATE VIEW summary AS SELECT id, items, json_array(note) AS notes, bool(id > 1), note FROM orders;
CREATE VIEW renamed(x, y) AS SELECT note, items FROM summary;
CREATE VIEW everything AS SELECT * FROM orders JOIN lines USING (id);
CREATE TEMP VIEW over AS SELECT *, json(1) AS one FROM renamed;
CREATE TABLE shadowed(a JSON, b TEXT);
INSERT INTO shadowed VALUES ('[]', '[');
CREATE VIEW main.light AS SELECT a, b FROM shadowed;
CREATE TEMP TABLE shadowed(a TEXT, b JSON);
INSERT INTO temp.shadowed VALUES ('[', '[]');
CREATE TEMP VIEW dark AS SELECT a, b FROM shadowed;
`

// TestResults holds the types of result columns against the values that
// SQLite gives: a JSON column holds JSON and a Boolean one 0 and 1, NULL aside.
func TestResults(t *testing.T) {
	db := open(t)
	db.run(columnsSchema)
	for _, test := range []struct {
		text string
		want string // a letter for each column: j JSON, b Boolean, - Plain
	}{
		// Functions and operators.
		{"SELECT json('[1]'), json_array(1), json_object('a', 1), json_quote('a'), json_pretty('[]')", "jjjj-"},
		{"SELECT json_set('{}','$.a',1), json_insert('{}','$.a',1), json_replace('{}','$.a',1), json_remove('[1]','$[0]'), json_patch('{}','{}')", "jjjjj"},
		{"SELECT json_group_array(id), json_group_object(id, note) FROM orders", "jj"},
		{"SELECT json_group_array(id) FILTER (WHERE id > 1) FROM orders", "j"},
		{"SELECT json_group_array(id) OVER (ORDER BY id), JSON_GROUP_OBJECT(id, 1) OVER w FROM orders WINDOW w AS ()", "jj"},
		{"SELECT items -> '$.a', items ->> '$.a', items -> 'a' -> 0, items -> 'a' ->> 0, items ->> 'a' -> 0 FROM orders WHERE id <> 1", "j-j-j"},
		{"SELECT json_extract(items, '$.a'), json_extract(items, '$.a', '$.b') FROM orders", "-j"},
		{"SELECT json_valid('x'), json_type('[]'), json_array_length('[]'), jsonb('[]'), jsonb_array(1)", "-----"},
		{"SELECT bool(1), bool(note = 'x'), NOT bool(1), 1 = 1, TRUE FROM orders", "bb---"},
		{"SELECT print(json('1')), print('1'), likely(json('[]')), likelihood(bool(1), 0.5)", "j-jb"},
		{"SELECT json('[]') || '', '[]', upper(json('[]')), max(json('[]'), '1'), -json('1')", "-----"},
		// What a value passes through.
		{"SELECT (json('[]')), ((bool(1))), json('[]') COLLATE nocase, CAST(json('[]') AS TEXT), CAST(1 AS BOOLEAN)", "jbj--"},
		{"SELECT coalesce(items, json('[]')), coalesce(items, '[]'), coalesce(NULL, items, NULL), ifnull(paid, bool(0)) FROM orders", "j-jb"},
		{"SELECT CASE id WHEN 1 THEN items WHEN 2 THEN json('{}') END, CASE WHEN id THEN items ELSE '' END, CASE WHEN id THEN NULL END FROM orders", "j--"},
		{"SELECT iif(id > 1, items, json('1')), iif(id > 1, items), iif(id > 1, paid, items), nullif(items, 'x') FROM orders", "jj-j"},
		{"SELECT if(id = 1, items, id = 2, json('1'), 'x'), if(id = 1, items, id = 2, json('1')) FROM orders", "-j"},
		// Columns by their declaration.
		{"SELECT id, note, items, paid, total FROM orders", "--jbb"},
		{"SELECT * FROM orders", "--jbb"},
		{`SELECT o.ITEMS, main.orders.paid, "paid" FROM orders, orders AS o`, ""},
		{`SELECT o.ITEMS, o."paid", [o].total, o.nothing FROM orders o`, ""},
		{`SELECT o.ITEMS, o."paid", [o].total FROM orders o`, "jbb"},
		{"SELECT main.orders.items, orders.paid, items || '' FROM orders", "jb-"},
		{`SELECT "Of Order", items FROM lines`, "j-"},
		{`SELECT items FROM orders ORDER BY items`, "j"},
		{`SELECT "no such column", paid FROM orders`, ""},
		// Joins.
		{"SELECT * FROM orders AS a JOIN lines AS b ON a.id = b.id", "--jbb--j"},
		{"SELECT b.*, a.items FROM orders AS a JOIN lines AS b USING (id)", "--jj"},
		{"SELECT * FROM orders JOIN lines USING (id)", "--jbb-j"},
		{"SELECT * FROM orders NATURAL FULL JOIN lines", "---bbj"},
		{"SELECT items, orders.items, lines.items FROM lines FULL JOIN orders USING (id, items)", "-j-"},
		{"SELECT * FROM lines FULL JOIN orders USING (items)", "--j--bb"},
		{"SELECT x.items, x.paid FROM (orders JOIN lines USING (id)) AS x", "jb"},
		{"SELECT orders.items, l.items FROM (orders JOIN lines AS l USING (id))", "j-"},
		{"SELECT * FROM (SELECT b.* FROM orders AS a JOIN lines AS b USING (id)) LIMIT 1", "--j"},
		{"SELECT * FROM (SELECT json(1)) NATURAL JOIN (SELECT bool(1))", "jb"},
		{"SELECT * FROM lines NATURAL JOIN (SELECT json(1))", "--jj"},
		{"SELECT value, key FROM orders, json_each(items) WHERE orders.id = 1", "--"},
		{"SELECT j.*, paid FROM orders, json_each(items) AS j WHERE orders.id = 1", "--------b"},
		// Subqueries.
		{"SELECT x, y, z FROM (SELECT items AS x, json(note) AS y, note AS z FROM orders WHERE note IS NULL)", "jj-"},
		{"SELECT * FROM (SELECT *, bool(1) AS sure FROM orders)", "--jbbb"},
		{"SELECT (SELECT items FROM orders), (SELECT note FROM orders), (SELECT json_group_array(id) FROM lines)", "j-j"},
		{"SELECT (SELECT o.items FROM lines), (SELECT items FROM lines WHERE id = 2) FROM orders o", "j-"},
		{"SELECT (SELECT paid) FROM orders", "b"},
		{"SELECT EXISTS (SELECT 1), paid IN (1), json('[]') IS NULL FROM orders", "---"},
		{"SELECT (SELECT json_array(1), 2) = (3, 4)", "-"},
		{"SELECT * FROM (VALUES (json('[]'), 1), (NULL, 2), (json('1'), 3))", "j-"},
		{"SELECT column1 FROM (VALUES (json('[]')), ('x'))", "-"},
		{"VALUES (json('[]'), bool(0), NULL)", "jb-"},
		{"SELECT x.id FROM (SELECT items AS id FROM orders) AS x", "j"},
		// Common table expressions.
		{"WITH u AS (SELECT items FROM orders) SELECT * FROM u", "j"},
		{"WITH u(a, b) AS (SELECT note, items FROM orders) SELECT b, a, U.B FROM u", "j-j"},
		{"WITH u AS (SELECT json('[]') AS a), w AS MATERIALIZED (SELECT a FROM u) SELECT a, w.a FROM w", "jj"},
		{"WITH orders AS (SELECT '' AS items) SELECT items FROM orders", "-"},
		{"WITH orders AS (SELECT '' AS items) SELECT items FROM main.orders", "j"},
		{"WITH RECURSIVE n(i, a) AS (SELECT 1, json('[]') UNION ALL SELECT i + 1, json_insert(a, '$[#]', i) FROM n WHERE i < 4) SELECT i, a FROM n", "-j"},
		{"WITH RECURSIVE n(i, a, b) AS (SELECT 1, json('[]'), json('1') UNION ALL SELECT i + 1, b, 'x' FROM n WHERE i < 4) SELECT * FROM n", "---"},
		{"WITH u AS (SELECT 1 AS x) SELECT (WITH u AS (SELECT json('[]') AS x) SELECT x FROM u), x FROM u", "j-"},
		// Compound SELECTs.
		{"SELECT items FROM orders UNION ALL SELECT json('[]')", "j"},
		{"SELECT items FROM orders UNION ALL SELECT items FROM lines", "-"},
		{"SELECT items, paid FROM orders UNION SELECT NULL, NULL ORDER BY 1", "jb"},
		{"SELECT NULL EXCEPT SELECT items FROM orders", "j"},
		// Views.
		{"SELECT * FROM summary", "-jjb-"},
		{"SELECT notes, x, y FROM summary, renamed LIMIT 1", "j-j"},
		{"SELECT * FROM everything", "--jbb-j"},
		{"SELECT * FROM over", "-jj"},
		{"SELECT * FROM shadowed", "-j"},
		{"SELECT shadowed.a, main.shadowed.a FROM main.shadowed", "jj"},
		{"SELECT * FROM light", "j-"},
		{"SELECT * FROM dark", "-j"},
		{"SELECT l.*, d.* FROM light AS l, dark AS d", "j--j"},
		// A table's rowid is not a column of the query around it.
		{"SELECT (SELECT rowid FROM lines LIMIT 1) FROM (SELECT bool(1) AS rowid)", "-"},
		{"SELECT (SELECT l.oid FROM lines AS l LIMIT 1), (SELECT _ROWID_ FROM lines LIMIT 1) FROM (SELECT json(1) AS oid, bool(0) AS _rowid_)", "--"},
		{"SELECT (SELECT rowid FROM summary), (SELECT rowid FROM (SELECT 1)) FROM (SELECT bool(1) AS rowid)", "bb"},
		// Statements that write.
		{"INSERT INTO orders(note) VALUES ('x') RETURNING *, json_array(id), note, items AS i", "--jbbj-j"},
		{"UPDATE orders AS o SET note = '' WHERE o.id = 99 RETURNING items, (SELECT paid), note", "jb-"},
		{"UPDATE orders SET note = '' FROM lines WHERE lines.id = orders.id AND 0 RETURNING orders.items, paid", "jb"},
		{"WITH u AS (SELECT items AS x FROM orders) DELETE FROM orders WHERE 0 RETURNING (SELECT x FROM u), items", "jj"},
		// What has no expressions.
		{"EXPLAIN SELECT json('[]')", "--------"},
		{"PRAGMA table_info(orders)", "------"},
	} {
		names, err := db.columns(test.text)
		if err != nil {
			if test.want != "" {
				t.Errorf("%s: %v", test.text, err)
			}
			continue
		}
		types := types(statement(t, test.text).Results(names, db))
		if got := letters(types); got != test.want {
			t.Errorf("%s\n\tis  %s\n\twant %s", test.text, got, test.want)
		}
		checkValues(t, db, test.text, types)
	}
}

func letters(types []syntax.ColumnType) string {
	var b strings.Builder
	for _, t := range types {
		b.WriteByte("-jb"[t])
	}
	return b.String()
}

// checkValues runs a statement and reports values that are not of their types.
func checkValues(t *testing.T, db *database, text string, types []syntax.ColumnType) {
	t.Helper()
	rows, err := db.rows(text)
	if err != nil {
		t.Errorf("%s: %v", text, err)
	}
	for _, row := range rows {
		for i, value := range row {
			if value == nil {
				continue
			}
			if types[i] == syntax.JSON && !db.isJSON(*value) || types[i] == syntax.Boolean && *value != "0" && *value != "1" {
				t.Errorf("%s: column %d is %v, but SQLite gives %q", text, i+1, types[i], *value)
			}
		}
	}
}

func (db *database) isJSON(text string) bool {
	rows, err := db.rows("SELECT json_valid('" + strings.ReplaceAll(text, "'", "''") + "')")
	return err == nil && *rows[0][0] == "1"
}

// TestJSONFunctions: the functions that give JSON are those whose value SQLite
// embeds as JSON in JSON. Functions of the same family that do not are plain.
func TestJSONFunctions(t *testing.T) {
	db := open(t)
	functions, err := db.rows("SELECT DISTINCT name, narg FROM pragma_function_list WHERE name LIKE 'json%' AND type <> 'w'")
	if err != nil || len(functions) < 20 {
		t.Fatal(len(functions), err)
	}
	for _, f := range functions {
		name := *f[0]
		for _, args := range []string{"'[\"a\"]'", "'[\"a\"]', '$[0]'", "'[\"a\"]', '$[0]', 'b'", "'a', 'b', 'c', 'd'"} {
			call := name + "(" + args + ")"
			rows, err := db.rows("SELECT json_array(" + call + ") -> 0, typeof(" + call + "), " + call)
			if err != nil || *rows[0][1] == "null" {
				continue
			}
			embedded := *rows[0][1] == "text" && *rows[0][0] == *rows[0][2]
			got := statement(t, "SELECT "+call).Results([]string{"x"}, db)[0].Type == syntax.JSON
			if got != embedded {
				t.Errorf("%s: JSON is %v, but SQLite embeds %s", call, got, *rows[0][0])
			}
		}
	}
}

// TestResultsFallBack: what the parser or the catalog does not know is
// plain, and never a guess.
func TestResultsFallBack(t *testing.T) {
	db := open(t)
	db.run(columnsSchema)
	chain := "WITH a0 AS (SELECT json('[]') AS x)"
	for i, name := range []string{"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "aa", "ab", "ac", "ad"} {
		before := []string{"a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "aa", "ab", "ac"}[i]
		chain += ", " + name + " AS (SELECT (SELECT x FROM " + before + ") AS x FROM " + before + ")"
	}
	for _, test := range []struct {
		text  string
		names int
		want  string
	}{
		{"SELECT json('[]') FROM", 1, "-"},
		{"SELECT json('[]'), 1", 3, "---"},
		{"SELECT items FROM later", 1, "-"},
		{"SELECT items, (SELECT items FROM later) FROM orders", 2, "j-"},
		{"SELECT json('[]'), later.*, bool(1) FROM later", 4, "j--b"},
		{"SELECT bool(1), later.* FROM later", 1, "b"},
		{"SELECT later.*, x.* FROM later, later AS x", 4, "----"},
		{"SELECT * FROM later, orders", 7, "----jbb"},
		{"SELECT x FROM (SELECT *, json('[]') AS x FROM later)", 1, "j"},
		{"WITH u AS (SELECT * FROM later) SELECT json('[]'), u.* FROM u", 3, "j--"},
		{"SELECT y FROM (SELECT *, json('[]') AS x FROM later)", 1, "-"},
		{chain + " SELECT x FROM ad", 1, "j"},
	} {
		got := letters(types(statement(t, test.text).Results(make([]string, test.names), db)))
		if got != test.want {
			t.Errorf("%s\n\tis  %s\n\twant %s", test.text, got, test.want)
		}
	}
}

// types are those of results.
func types(results []syntax.Result) (list []syntax.ColumnType) {
	for _, r := range results {
		list = append(list, r.Type)
	}
	return list
}
