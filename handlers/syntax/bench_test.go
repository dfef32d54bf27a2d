package syntax_test

import (
	"strings"
	"testing"

	"sqlambda/handlers/syntax"
)

// benchmarkText is a handler's file of two queries with declarations.
const benchmarkText = `-- name: list :many
-- param: customer TEXT NOT NULL
-- param: limit INTEGER DEFAULT 20
SELECT o.id, o.total, json_group_array(json_object('sku', l.sku, 'n', l.n)) AS lines
FROM orders AS o JOIN lines AS l ON l.order_id = o.id
WHERE o.customer = :customer AND o.total >= $event(minimum.total)
GROUP BY o.id ORDER BY o.total DESC LIMIT :limit;

-- name: total :one
SELECT count(*) AS n, sum(total) AS total FROM orders;
`

// BenchmarkParse reads a file, as every cold start does.
func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(benchmarkText)))
	for b.Loop() {
		if _, problems := syntax.Parse("orders.sql", benchmarkText); len(problems) > 0 {
			b.Fatal(problems)
		}
	}
}

// BenchmarkParseLong reads a script of a megabyte, such as an init.sql with data.
func BenchmarkParseLong(b *testing.B) {
	text := strings.Repeat("INSERT INTO orders VALUES (1, 'a customer', 12.5);\n", 20_000)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		syntax.ParseInit("init.sql", text)
	}
}

// BenchmarkResultTypes is what a cold start adds for the query that it runs.
func BenchmarkResultTypes(b *testing.B) {
	f, _ := syntax.Parse("orders.sql", benchmarkText)
	names := []string{"id", "total", "lines"}
	b.ReportAllocs()
	for b.Loop() {
		f.Queries[0].Last().Results(names, nowhere{})
	}
}
