package sqlite

import (
	"fmt"
	"strings"
	"testing"

	"sqlambda/engine"
	"sqlambda/event"
)

// host answers with one event.
type host struct {
	event event.Event
	ok    bool
}

func (h *host) Event() (event.Event, bool) { return h.event, h.ok }

func (h *host) Lookup(engine.Scope, string) (event.Value, error) { return event.Value{}, nil }

func (h *host) Log(engine.Level, string, string) {}

// orders is an event of that many records of 75 bytes, of 17 customers.
func orders(n int) string {
	var b strings.Builder
	b.WriteString(`{"orders":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"order-%06d","customer":"customer-%02d","quantity":%d,"total":%d.%02d}`,
			i, i%17, i%9+1, i%900+100, i%100)
	}
	b.WriteString(`]}`)
	return b.String()
}

const grouped = "SELECT customer, count(*), sum(total) FROM %s GROUP BY 1"

// The event table beside what it replaces, in the same engine.
func BenchmarkEventTable(b *testing.B) {
	const records = 1000
	for _, bench := range []struct{ name, query string }{
		{"event table", fmt.Sprintf(grouped, "orders")},
		{"json_each and json_extract", "SELECT value ->> '$.customer', count(*), sum(value ->> '$.total') FROM json_each(?1, '$.orders') GROUP BY 1"},
		{"a stored table", fmt.Sprintf(grouped, "stored")},
		{"joined with itself", "SELECT count(*) FROM orders AS a JOIN orders AS b ON a.id = b.id"},
		{"joined with a table", "SELECT count(*) FROM orders JOIN stored USING (id)"},
		{"count only", "SELECT count(*) FROM orders"},
		{"sum only", "SELECT sum(total) FROM orders"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			conn, h := open(b)
			run(b, conn, "CREATE VIRTUAL TABLE orders USING event('orders', id TEXT, customer TEXT, quantity INTEGER, total REAL)")
			h.event, h.ok = parse(b, orders(records)), true
			run(b, conn, "CREATE TABLE stored AS SELECT * FROM orders")
			run(b, conn, "CREATE UNIQUE INDEX by_id ON stored(id)")
			s, err := conn.Prepare(bench.query)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				s.Bind(1, event.TextValue(h.event.JSON()))
				step(b, s)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/records, "ns/record")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func open(t testing.TB) (engine.Conn, *host) {
	t.Helper()
	h := &host{}
	conn, err := Open(engine.Config{Root: t.TempDir(), Host: h})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
	return conn, h
}

func parse(t testing.TB, text string) event.Event {
	t.Helper()
	e, err := event.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// run runs a statement to its end.
func run(t testing.TB, conn engine.Conn, text string) {
	t.Helper()
	s, err := conn.Prepare(text)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	step(t, s)
}

func step(t testing.TB, s engine.Stmt) (rows int) {
	t.Helper()
	defer s.Reset()
	for {
		row, err := s.Step()
		if err != nil {
			t.Fatal(err)
		}
		if !row {
			return rows
		}
		rows++
	}
}
