package advice_test

import (
	"sqlambda/cmd/sqlambda/internal/advice"
	"sqlambda/engine"
	"sqlambda/event"
	"strings"
	"testing"
)

const valuesSchema = `
CREATE TABLE orders(id INTEGER PRIMARY KEY, customer TEXT NOT NULL, total REAL, items JSON NOT NULL, paid BOOLEAN NOT NULL, note TEXT);
CREATE TABLE lines(order_id INTEGER NOT NULL, sku TEXT NOT NULL, data BLOB NOT NULL, day DATE);
INSERT INTO orders VALUES (1, 'Ada', 1.5, '[1]', 1, NULL), (2, 'Bob', NULL, '{}', 0, 'x');
INSERT INTO lines VALUES (1, 'TEA', x'00', '2026-01-01');
CREATE VIEW paid AS SELECT id, customer, note FROM orders WHERE paid;
CREATE TABLE none(id INTEGER NOT NULL, name TEXT NOT NULL);
`

// TestResultValues holds what result columns can be against what SQLite gives. A column
// is written as the letters of its values: null, integer, real, text, blob, and of JSON
// object, array, scalar.
func TestResultValues(t *testing.T) {
	db := open(t, valuesSchema)
	for _, test := range []struct{ text, want string }{
		// Literals and parameters.
		{"SELECT 1, 1.5, 'a', x'00', NULL, TRUE, CURRENT_DATE", "i r t b n i t"},
		{"SELECT :any, :number, -:number, :any || 'x', CAST(:any AS INTEGER), CAST(:number AS TEXT)", "nirt i i nt ni t"},
		// Operators.
		{"SELECT 1 + 1, 1.5 * 2.5, 1 / 0, 5 % 0, 1 = 2, 1 IS NULL, 1 IN (NULL), 1 BETWEEN 0 AND NULL, 'a' LIKE NULL", "ir nr nir nir i i ni ni ni"},
		{"SELECT NOT NULL, -'a', +'a', 1 AND NULL, NULL ISNULL, EXISTS (SELECT 1 WHERE 0)", "ni ir t ni i i"},
		{"SELECT items -> '$[0]', items ->> '$[0]', customer || id, note || id FROM orders", "noas nirt t nt"},
		{"SELECT CASE WHEN id > 1 THEN 'a' END, CASE id WHEN 1 THEN 1 ELSE 'b' END, iif(id > 1, 1, 'a'), iif(id > 1, 1) FROM orders", "nt it it ni"},
		// Functions.
		{"SELECT coalesce(note, total, 'x'), ifnull(note, NULL), nullif(id, 1), max(id, note), min('a', 1) FROM orders", "rt nt ni nit it"},
		{"SELECT count(*), sum(id), total(id), avg(id), group_concat(id), max(id), min(name) FROM none", "i nir r nr nt ni nt"},
		{"SELECT count(*), name FROM none", "i nt"},
		{"SELECT count(*), name FROM none GROUP BY name", "i t"},
		{"SELECT json_object('a', 1), json_array(1), json_group_array(id), json('1'), json(note), json_quote('a') FROM orders WHERE note IS NULL", "o a a oas noas oas"},
		{"SELECT upper(customer), length(note), date('x'), hex(NULL), abs(NULL), substr(customer, 1), round(1), typeof(1), format('%d', 1) FROM orders", "t ni nt t nir nt r t nt"},
		{"SELECT row_number() OVER (), lag(customer) OVER (), sum(id) OVER () FROM orders", "i nt nir"},
		{"SELECT unknowable(1)", ""},
		// Tables, views, subqueries.
		{"SELECT * FROM orders", "i t nr iroas i nt"},
		{"SELECT lines.*, orders.id FROM orders LEFT JOIN lines ON order_id = id", "ni nt nb nirt i"},
		{"SELECT customer, sku FROM orders RIGHT JOIN lines ON order_id = id", "nt t"},
		{"SELECT customer, sku FROM orders FULL JOIN lines ON order_id = id", "nt nt"},
		{"SELECT customer, sku FROM orders JOIN lines ON order_id = id", "t t"},
		{"SELECT * FROM paid", "i t nt"},
		{"SELECT (SELECT name FROM none), (SELECT count(*) FROM none), (SELECT 1), (SELECT 1 WHERE 0)", "nt i i ni"},
		{"WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n", "ir"},
		{"WITH n(i) AS (SELECT 1 UNION ALL SELECT nullif(i + 1, 2) FROM n WHERE i < 3) SELECT i FROM n", "nir"},
		{"SELECT 1 UNION ALL SELECT 'a' UNION ALL SELECT NULL", "nit"},
		{"VALUES (1, 'a'), (NULL, 2)", "ni it"},
		{"SELECT key, value, type FROM json_each('[1, null]')", "nirtb nirtb nirtb"},
		{"SELECT x.c FROM (SELECT customer AS c FROM orders) AS x", "t"},
		{"INSERT INTO none VALUES (1, 'a') RETURNING *, id + 1", "i t ir"},
		{"DELETE FROM none RETURNING name", "t"},
	} {
		stmt, err := db.Prepare(test.text)
		if err != nil {
			if test.want != "" {
				t.Errorf("%s: %v", test.text, err)
			}
			continue
		}
		var names []string
		for _, c := range stmt.Columns() {
			names = append(names, c.Name)
		}
		s := statement(t, test.text)
		values, _ := advice.ResultValues(s, names, db, func(raw string) advice.Values {
			if raw == ":number" {
				return advice.IntegerValue
			}
			return advice.AnyValue &^ advice.BlobValue
		})
		if got := kindLetters(values); got != test.want {
			t.Errorf("%s\n\tis  %s\n\twant %s", test.text, got, test.want)
		}
		if !strings.Contains(test.text, ":number") {
			checkKinds(t, stmt, test.text, values)
		}
		stmt.Close()
	}
}

// TestEmbedded: values that are declared JSON or BOOLEAN and lose that in a JSON function.
func TestEmbedded(t *testing.T) {
	db := open(t, valuesSchema)
	for text, want := range map[string]string{
		"SELECT json_object('a', items, 'b', json(items), 'c', paid, 'd', note) FROM orders":   "items paid",
		"SELECT json_array((items), coalesce(items, '[]'), max(paid)) FROM orders":             "(items) coalesce(items, '[]') max(paid)",
		"SELECT json_array(items -> '$', items ->> '$', items || '', paid + 1) FROM orders":    "",
		"SELECT json_array((SELECT items FROM orders), i) FROM (SELECT paid AS i FROM orders)": "(SELECT items FROM orders) i",
		"SELECT json_set('{}', '$.a', items), json_object(items, 1) FROM orders":               "items",
		"SELECT json_array(CAST(paid AS BOOLEAN), items = 1, unknown) FROM orders":             "",
	} {
		s := statement(t, text)
		_, embedded := advice.ResultValues(s, []string{"a"}, db, func(string) advice.Values { return advice.AnyValue })
		var got []string
		for _, f := range embedded {
			value, _, _ := strings.Cut(f.Message, " is ")
			if got = append(got, value); !strings.HasPrefix(text[f.Offset:], value) {
				t.Errorf("%s is not at %d of %s", value, f.Offset, text)
			}
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("%s\n\tembeds %s\n\twant   %s", text, got, want)
		}
	}
}

func kindLetters(list []advice.Values) string {
	var words []string
	for _, v := range list {
		word := ""
		for i, letter := range "nirtboas" {
			if advice.Has(v, 1<<i) {
				word += string(letter)
			}
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// checkKinds runs a statement and reports values that its columns cannot have. JSON is
// text to SQLite.
func checkKinds(t *testing.T, stmt engine.Stmt, text string, values []advice.Values) {
	t.Helper()
	kinds := map[event.Kind]advice.Values{
		event.Null: advice.NullValue, event.Integer: advice.IntegerValue, event.Real: advice.RealValue,
		event.Text: advice.TextValue | advice.AnyJSON, event.Blob: advice.BlobValue,
	}
	for {
		row, err := stmt.Step()
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if !row || err != nil {
			return
		}
		for i, v := range values {
			if !advice.Has(v, kinds[stmt.Value(i).Kind]) {
				t.Errorf("%s: column %d is %s, but SQLite gives %v", text, i+1, kindLetters(values[i:i+1]), stmt.Value(i).Kind)
			}
		}
	}
}

func TestExactlyOneRow(t *testing.T) {
	for text, want := range map[string]bool{
		"SELECT 1":                                                    true,
		"SELECT 1 WHERE :x":                                           false,
		"SELECT count(*) FROM t":                                      true,
		"SELECT count(*) FROM t LIMIT 1":                              true,
		"SELECT count(*) FROM t LIMIT 1 OFFSET 1":                     false,
		"SELECT count(*) FROM t LIMIT 0":                              false,
		"SELECT count(*) FROM t HAVING count(*)":                      false,
		"SELECT count(*) FROM t GROUP BY a":                           false,
		"SELECT a FROM t LIMIT 1":                                     false,
		"VALUES (1)":                                                  true,
		"VALUES (1), (2)":                                             false,
		"SELECT 1 UNION ALL SELECT 2":                                 false,
		"INSERT INTO t VALUES (1) RETURNING a":                        true,
		"INSERT OR IGNORE INTO t VALUES (1) RETURNING a":              false,
		"INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING RETURNING a": false,
		"UPDATE t SET a = 1 RETURNING a":                              false,
	} {
		if got := advice.ExactlyOneRow(statement(t, text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
