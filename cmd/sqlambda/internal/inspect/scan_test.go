package inspect_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sqlambda/cmd/sqlambda/internal/inspect"
	"sqlambda/cmd/sqlambda/internal/project"
)

const scannedTables = `
CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, customer TEXT, total REAL, created TEXT, paid BOOLEAN);
CREATE TABLE IF NOT EXISTS lines (order_id INTEGER, sku TEXT, quantity INTEGER);
CREATE INDEX IF NOT EXISTS orders_created ON orders (created);
`

var createsIndex = regexp.MustCompile(`CREATE INDEX .*\)`)

// TestAdvisedIndexes: SQLite uses the indexes that the warnings of full scans advise,
// so that there is no warning once they are made.
func TestAdvisedIndexes(t *testing.T) {
	for _, text := range []string{
		"SELECT id FROM orders WHERE customer = :c",
		"SELECT id FROM orders AS o WHERE o.customer = :c AND o.total > :t AND paid",
		"SELECT id FROM orders WHERE total BETWEEN 1 AND 2 AND customer IN ('a', 'b')",
		"SELECT id FROM orders WHERE date(created) = '2026-01-01'",
		"SELECT id FROM orders WHERE customer COLLATE NOCASE = :c",
		"SELECT id FROM orders WHERE lower(customer) = :c AND total = 1",
		"SELECT id FROM orders WHERE customer IS :c",
		"SELECT o.id, sku FROM orders AS o JOIN lines ON lines.order_id = o.id WHERE o.id = :id",
		"SELECT old.id FROM orders AS old JOIN orders AS new USING (customer) WHERE new.id = :id",
		"SELECT (SELECT sum(quantity) FROM lines WHERE order_id = orders.id) AS n FROM orders",
		"SELECT id FROM orders WHERE EXISTS (SELECT 1 FROM lines WHERE order_id = orders.id AND sku = 'TEA')",
		"WITH few AS (SELECT customer FROM orders) SELECT sku FROM few JOIN lines ON sku = customer",
		"SELECT id FROM orders WHERE total > :t ORDER BY created LIMIT 10",
		"UPDATE orders SET paid = 1 WHERE customer = :c",
		"DELETE FROM lines WHERE sku = :sku",
	} {
		advice := fullScans(t, scannedTables, text)
		if len(advice) == 0 {
			t.Errorf("%s: there is no warning", text)
			continue
		}
		tables := scannedTables
		for _, hint := range advice {
			tables += createsIndex.FindString(hint) + ";\n"
		}
		if still := fullScans(t, tables, text); len(still) > 0 {
			t.Errorf("%s\n\tadvice %s\n\tthen   %s", text, strings.Join(advice, ", "), strings.Join(still, ", "))
		}
	}
}

// TestNoFullScans: what reads no more than it has to, or cannot help it.
func TestNoFullScans(t *testing.T) {
	for _, text := range []string{
		"SELECT id FROM orders",
		"SELECT count(*), sum(total) FROM orders",
		"SELECT id FROM orders ORDER BY total LIMIT 10",
		"SELECT id FROM orders WHERE id = :id AND customer = :c",
		"SELECT id FROM orders WHERE created > :from",
		"SELECT id FROM orders WHERE customer LIKE '%' || :q || '%'",
		"SELECT id FROM orders WHERE paid <> 1",
		"SELECT id FROM orders WHERE total > id",
		"SELECT id FROM orders WHERE coalesce(customer, :c) = 'a'",
		"SELECT customer, count(*) AS n FROM orders GROUP BY customer HAVING n > 1",
		"SELECT value FROM json_each(:list) WHERE value = 1",
		"SELECT body FROM sqs_records WHERE body = 'a'",
		"INSERT INTO lines SELECT id, '', 1 FROM orders",
	} {
		if found := fullScans(t, scannedTables, text); len(found) > 0 {
			t.Errorf("%s: %s", text, strings.Join(found, ", "))
		}
	}
}

// fullScans returns the hints of the warnings of full scans in a query.
func fullScans(t *testing.T, tables, text string) (hints []string) {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{"init.sql": tables, "main.sql": text} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	folder, err := project.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	env := func(name string) (string, bool) { return "/mnt/shop.db", name == "SQLAMBDA_DATABASE" }
	report, err := inspect.Check(folder, inspect.Options{LookupEnv: env})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range report.Problems {
		if p.Severity == "error" {
			t.Errorf("%s:%d: %s", p.File, p.Line, p.Text())
		}
		if p.Code == "full-scan" {
			hints = append(hints, p.Hint)
		}
	}
	return hints
}
