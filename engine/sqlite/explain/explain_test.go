package explain

import (
	"fmt"
	"strings"
	"testing"

	"sqlambda/engine"
	"sqlambda/engine/sqlite"
)

const explainSchema = `
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT);
CREATE TABLE log (text TEXT, seen);
CREATE INDEX by_customer ON orders (customer);
CREATE INDEX half ON orders (customer) WHERE id > 1;
CREATE INDEX expression ON log (lower(text), text);
CREATE VIEW names AS SELECT customer FROM orders;
CREATE TRIGGER logged AFTER UPDATE ON orders BEGIN INSERT INTO log (text) VALUES (new.customer); END;
CREATE VIRTUAL TABLE search USING fts5(text);
CREATE VIRTUAL TABLE "records" USING "event"('Records', id TEXT);
CREATE VIRTUAL TABLE housing USING event('Records', id TEXT);
CREATE TEMP TABLE picked AS SELECT 1 AS id;
INSERT INTO orders VALUES (1, 'Ada'), (2, 'Bob'), (3, 'Eve')`

func openExplained(t *testing.T, config engine.Config) *Explainer {
	t.Helper()
	config.Root = t.TempDir()
	conn, err := sqlite.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	for _, text := range strings.Split(explainSchema, ";\n") {
		if strings.HasPrefix(text, "CREATE TRIGGER") {
			text += ";"
		}
		run(t, conn, text)
	}
	return Of(conn)
}

// TestExplainTables: a table is written r for one that is read, w for one that is
// written.
func TestExplainTables(t *testing.T) {
	conn := openExplained(t, engine.Config{})
	for text, want := range map[string]string{
		"SELECT id FROM orders":                                                                "r table main.orders",
		"SELECT count(*) FROM Orders":                                                          "r table main.Orders",
		"SELECT customer FROM names":                                                           "r table main.orders, r view main.names",
		"UPDATE orders SET customer = 'x' WHERE id = 1":                                        "rw table main.orders, w table main.log",
		"DELETE FROM log":                                                                      "w table main.log",
		"WITH c AS (SELECT id FROM orders) SELECT count(*) FROM c":                             "r table main.orders",
		"SELECT value FROM json_each('[]')":                                                    "r function .json_each",
		"SELECT count(*) FROM json_each('[]')":                                                 "r function .json_each",
		"SELECT text FROM search WHERE search MATCH 'a'":                                       "r virtual table main.search",
		"SELECT id FROM records, sqs_records":                                                  "r event table .records, r event table .sqs_records",
		"SELECT id FROM housing":                                                               "r event table .housing",
		"SELECT picked.id FROM picked":                                                         "r table temp.picked",
		"SELECT name FROM sqlite_schema":                                                       "",
		"SELECT (SELECT count(*) FROM log), (SELECT 1 FROM log WHERE text = 'a')":              "r table main.log",
		"INSERT INTO log (text) SELECT customer FROM orders WHERE true ON CONFLICT DO NOTHING": "w table main.log, r table main.orders",
	} {
		e, err := conn.Explain(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var uses []string
		for _, u := range e.Tables {
			how := ""
			if u.Reads {
				how += "r"
			}
			if u.Writes {
				how += "w"
			}
			uses = append(uses, fmt.Sprintf("%s %s %s.%s", how, u.Kind, u.Schema, u.Name))
		}
		if got := strings.Join(uses, ", "); got != want {
			t.Errorf("%s:\n\tuses %s\n\twant %s", text, got, want)
		}
	}
	if _, err := conn.Explain("SELECT nothing"); err == nil {
		t.Error("what cannot be prepared is explained")
	}
}

func TestExplainPlan(t *testing.T) {
	conn := openExplained(t, engine.Config{})
	e, err := conn.Explain("SELECT id FROM (SELECT max(id) AS id FROM orders GROUP BY customer) WHERE id > :least")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, step := range e.Plan {
		fmt.Fprintf(&got, "%d %s\n", step.Depth, step.Detail)
	}
	const want = "0 CO-ROUTINE (subquery-1)\n1 SCAN orders USING COVERING INDEX by_customer\n0 SCAN (subquery-1)\n"
	if got.String() != want {
		t.Errorf("the plan is\n%s\nwant\n%s", got.String(), want)
	}
}

func TestStorage(t *testing.T) {
	conn := openExplained(t, engine.Config{Database: "/tmp/there/is/no.db", Scratch: true})
	for name, want := range map[string]string{
		"orders":      "{main true 2 [{ [id]} {by_customer [customer]}]} true",
		"main.orders": "{main true 2 [{ [id]} {by_customer [customer]}]} true",
		"LOG":         "{main true 0 [{expression [ text]}]} true",
		"picked":      "{temp false 1 []} true",
		"names":       "{ false 0 []} false",
		"records":     "{ false 0 []} false",
		"json_each":   "{ false 0 []} false",
		"nothing":     "{ false 0 []} false",
	} {
		schema, table, qualified := strings.Cut(name, ".")
		if !qualified {
			schema, table = "", name
		}
		s, ok := conn.Storage(schema, table, 2)
		if got := fmt.Sprint(s, ok); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

// TestScratch: databases that could be written to are in memory, attached ones too.
func TestScratch(t *testing.T) {
	for _, name := range []string{"/tmp/there/is/no.db", "file:/mnt/no.db?mode=ro", "/mnt/no.db"} {
		conn := openExplained(t, engine.Config{Database: name, Scratch: true})
		run(t, conn, "ATTACH '/mnt/no/other.db' AS other")
		run(t, conn, "CREATE TABLE other.t (a)")
		if s, ok := conn.Storage("other", "t", 1); !ok || !s.StandsIn {
			t.Errorf("%v %v", s, ok)
		}
		if conn.Writable() {
			t.Error(name, "is written to")
		}
	}
	if _, err := sqlite.Open(engine.Config{Database: "no.db", Root: "/srv", Scratch: true}); err == nil {
		t.Error("a database that is shipped and is not there is opened")
	}
}

func run(t *testing.T, conn engine.Conn, text string) {
	t.Helper()
	s, err := conn.Prepare(text)
	if err == nil {
		defer s.Close()
		_, err = s.Step()
	}
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}
