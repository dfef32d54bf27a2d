package advice_test

import (
	"fmt"
	"strings"
	"testing"

	"sqlambda/cmd/sqlambda/internal/advice"
	"sqlambda/handlers/syntax"
)

const adviceSchema = `
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT, total REAL);
CREATE TABLE lines (order_id INTEGER, sku TEXT, customer TEXT);
CREATE VIEW large AS SELECT * FROM orders WHERE total > 100;
`

// TestComparisons: a comparison is written as alias.column, with = or ~ for a range, the
// expression around the column, and the tables that have to be read before.
func TestComparisons(t *testing.T) {
	db := open(t, adviceSchema)
	for text, want := range map[string]string{
		"SELECT 1 FROM orders WHERE customer = :c":                                            "orders.customer =",
		"SELECT 1 FROM orders WHERE :c = customer AND (total > 1 AND id IN (1, 2))":           "orders.customer =, orders.total ~, orders.id =",
		"SELECT 1 FROM orders AS o WHERE o.total BETWEEN 1 AND 2 AND o.customer IS NULL":      "o.total ~, o.customer =",
		"SELECT 1 FROM main.orders WHERE orders.customer IS NOT DISTINCT FROM 'a'":            "orders.customer =",
		"SELECT 1 FROM orders WHERE customer IS NOT 'a' OR total > 1":                         "",
		"SELECT 1 FROM orders WHERE customer NOT IN (1) AND total NOT BETWEEN 1 AND 2":        "",
		"SELECT 1 FROM orders WHERE customer <> 'a' AND customer LIKE 'a%'":                   "",
		"SELECT 1 FROM orders WHERE lower(customer) = 'a' AND customer COLLATE nocase = 'b'":  "orders.customer = lower(customer), orders.customer = customer COLLATE nocase",
		"SELECT 1 FROM orders WHERE CAST(customer AS INTEGER) > 1 AND +total = 2":             "orders.customer ~ CAST(customer AS INTEGER), orders.total = +total",
		"SELECT 1 FROM orders WHERE coalesce(customer, :c) = 'a'":                             "",
		"SELECT 1 FROM orders WHERE substr(customer, 1, 2) = 'a'":                             "orders.customer = substr(customer, 1, 2)",
		"SELECT 1 FROM orders WHERE customer = lower(customer) AND total = id":                "",
		"SELECT 1 FROM orders JOIN lines ON order_id = id AND sku = 'a'":                      "lines.order_id = after orders, orders.id = after lines, lines.sku =",
		"SELECT 1 FROM orders JOIN lines USING (customer)":                                    "lines.customer = after orders, orders.customer = after lines",
		"SELECT 1 FROM orders, json_each(:ids) AS ids WHERE id = ids.value AND total = value": "orders.id = after ids, orders.total = after ids",
		"SELECT (SELECT 1 FROM lines WHERE order_id = o.id) FROM orders AS o":                 "lines.order_id =",
		"WITH orders AS (SELECT 1 AS customer) SELECT 1 FROM orders WHERE customer = 1":       "",
		"SELECT 1 FROM large WHERE customer = 1":                                              "",
		"SELECT 1 FROM (orders JOIN lines ON order_id = id) WHERE sku = 'b'":                  "lines.order_id = after orders, orders.id = after lines, lines.sku =",
		"UPDATE orders SET total = 1 WHERE customer = 'a'":                                    "orders.customer =",
		"UPDATE orders AS o SET total = 1 FROM lines AS l WHERE o.id = l.order_id":            "o.id = after l, l.order_id = after o",
		"DELETE FROM lines WHERE sku = ?":                                                     "lines.sku =",
		"INSERT INTO lines (sku) SELECT customer FROM orders WHERE total > 1":                 "orders.total ~",
		"SELECT 1 FROM nothing WHERE a = 1":                                                   "",
		"SELECT FROM":                                                                         "",
	} {
		var got []string
		for _, c := range advice.Comparisons(statement(t, text), db) {
			line := c.Alias + "." + c.Column + " " + map[bool]string{true: "=", false: "~"}[c.Equal]
			if c.Wrapped != "" {
				line += " " + c.Wrapped
			}
			if len(c.Others) > 0 {
				line += " after " + strings.Join(c.Others, ", ")
			}
			got = append(got, line)
			if !strings.HasPrefix(text[c.Offset:], c.Column) && !strings.HasPrefix(text[c.Offset:], c.Alias+"."+c.Column) {
				t.Errorf("%s: %s is placed at %q", text, c.Column, text[c.Offset:])
			}
		}
		if got := strings.Join(got, ", "); got != want {
			t.Errorf("%s\n\tcompares %s\n\twant %s", text, got, want)
		}
	}
}

// TestStars: the table and the offset of each star.
func TestStars(t *testing.T) {
	stored := func(_, table string) bool { return table == "orders" || table == "lines" }
	for text, want := range map[string]string{
		"SELECT * FROM orders":                                              "orders 7",
		"SELECT o.*, lines.* FROM orders AS o, lines":                       "orders 7, lines 12",
		"SELECT * FROM orders JOIN (lines JOIN other)":                      "orders 7, lines 7",
		"SELECT * FROM (SELECT id FROM orders)":                             "",
		"SELECT * FROM (SELECT * FROM orders)":                              "orders 22",
		"WITH c AS (SELECT id FROM orders) SELECT * FROM c":                 "",
		"WITH c AS (SELECT * FROM orders), d AS (SELECT * FROM c) SELECT 1": "",
		"WITH c AS (SELECT * FROM orders) SELECT id FROM c":                 "",
		"WITH c AS (SELECT * FROM orders) SELECT * FROM c":                  "orders 18",
		"WITH orders AS (SELECT 1 AS a) SELECT * FROM orders":               "",
		"WITH orders AS (SELECT * FROM orders) SELECT * FROM orders":        "orders 23",
		"SELECT id FROM orders UNION ALL SELECT * FROM lines":               "lines 39",
		"SELECT * FROM records":                                             "",
		"SELECT count(*) FROM orders":                                       "",
		"SELECT id FROM orders WHERE EXISTS (SELECT * FROM lines)":          "",
		"INSERT INTO orders VALUES (1) RETURNING *":                         "orders 40",
		"UPDATE orders SET id = 1 RETURNING id":                             "",
		"DELETE FROM lines RETURNING *":                                     "lines 28",
		"SELECT * FROM":                                                     "",
	} {
		var got []string
		for _, s := range advice.Stars(statement(t, text), stored) {
			got = append(got, fmt.Sprint(strings.Fields(s.Message)[5], " ", s.Offset))
		}
		if got := strings.Join(got, ", "); got != want {
			t.Errorf("%s\n\thas %s\n\twant %s", text, got, want)
		}
	}
}

func TestHandmadeJSON(t *testing.T) {
	for text, want := range map[string]string{
		`SELECT '{"a":' || :a || '}'`:                        "[7]",
		`SELECT ('{ "a": "' || :a) || '"}', '[{"b":' || :b`:  "[7 35]",
		`SELECT '["' || :a || '"]' AS a`:                     "[7]",
		`SELECT json('{"a":' || :a || '}')`:                  "[12]",
		`SELECT format('{"a":%d}', :a), printf('{"a":1}')`:   "[7]",
		`INSERT INTO t VALUES ('{"a":"' || :a || '"}')`:      "[22]",
		`SELECT '{"a":' || '1}'`:                             "[]",
		`SELECT '{' || :id || '}', '[' || :level || '] '`:    "[]",
		`SELECT json_object('a', :a) || '', :a || '{"a":1}'`: "[]",
		`SELECT format('%d', '{"a":1}'), '{"a":1}'`:          "[]",
		`SELECT '{"a":' ||`:                                  "[]",
	} {
		offsets := []int{}
		for _, f := range advice.HandmadeJSON(statement(t, text)) {
			offsets = append(offsets, f.Offset)
		}
		if got := fmt.Sprint(offsets); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestInLists(t *testing.T) {
	for text, want := range map[string]string{
		"SELECT 1 FROM t WHERE a IN (:ids) AND b NOT IN ( @other )":      "[{:ids 28} {@other 49}]",
		"SELECT 1 FROM t WHERE a IN (:a, :b) OR a IN (1)":                "[]",
		"SELECT 1 FROM t WHERE a IN (SELECT value FROM json_each(:ids))": "[]",
		"SELECT a IN": "[]",
	} {
		got := []string{}
		for _, f := range advice.InLists(statement(t, text), func(string) string { return "is JSON" }) {
			got = append(got, fmt.Sprint("{", strings.Fields(f.Message)[0], " ", f.Offset, "}"))
		}
		if got := fmt.Sprint(got); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// FuzzAdvice: what is said of a statement has its place in it, whatever the text.
func FuzzAdvice(f *testing.F) {
	for _, seed := range []string{
		"SELECT o.*, '{\"a\":' || x FROM orders AS o JOIN lines USING (customer) WHERE lower(customer) = :c AND id IN (1)",
		"WITH c AS (SELECT * FROM orders) SELECT count(*), (SELECT max(id) FROM c), CASE WHEN 1 THEN json_object() END FROM c LEFT JOIN large",
		"UPDATE orders SET total = 1 FROM (lines AS l JOIN large) WHERE l.sku = orders.id RETURNING *",
	} {
		f.Add(seed)
	}
	db := open(f, adviceSchema)
	f.Fuzz(func(t *testing.T, text string) {
		file, _ := syntax.Parse("fuzz.sql", text)
		for _, q := range file.Queries {
			for _, s := range q.Statements {
				for _, c := range advice.Comparisons(s, db) {
					checkPlace(t, file, c.Offset)
				}
				for _, star := range advice.Stars(s, func(string, string) bool { return true }) {
					checkPlace(t, file, star.Offset)
				}
				for _, f := range advice.HandmadeJSON(s) {
					checkPlace(t, file, f.Offset)
				}
				advice.ExactlyOneRow(s)
				advice.ResultValues(s, []string{"a", "b"}, db, func(string) advice.Values { return advice.AnyValue })
			}
		}
	})
}
