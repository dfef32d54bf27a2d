package sqlite

import (
	"strings"
	"testing"

	"sqlambda/engine"
	"sqlambda/event"
)

// TestAddedFunction: nothing that a database file holds can call a function that was added.
func TestAddedFunction(t *testing.T) {
	c := hostile(t, engine.Config{})
	calls := 0
	err := c.AddFunction(engine.Function{
		Name: "spend", Arguments: 1, Result: "INTEGER", Deterministic: true,
		Call: func(arguments []event.Value) (event.Value, error) { calls++; return arguments[0], nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"CREATE TABLE t (x)", "INSERT INTO t VALUES (1)", "CREATE VIEW v AS SELECT spend(x) AS x FROM t",
		"CREATE TRIGGER g AFTER UPDATE ON t BEGIN SELECT spend(new.x); END",
		"CREATE TABLE d (x, y DEFAULT (spend(1)))", "CREATE TEMP VIEW tv AS SELECT spend(x) AS x FROM t",
	} {
		if _, err := exec(c, text); err != nil {
			t.Fatal(text, err)
		}
	}
	for _, text := range []string{
		"SELECT * FROM v", "UPDATE t SET x = 2", "CREATE INDEX i ON t (spend(x))", "INSERT INTO d DEFAULT VALUES",
		"CREATE TABLE k (x CHECK (spend(x)))", "CREATE TABLE y (x, y AS (spend(x)))",
	} {
		if _, err := exec(c, text); err == nil || !strings.Contains(err.Error(), "spend()") {
			t.Errorf("%s: %v", text, err)
		}
	}
	if calls != 0 {
		t.Errorf("%d calls", calls)
	}
	for _, text := range []string{"SELECT spend(1)", "SELECT * FROM tv"} { // a TEMP view is the function's own
		if got, err := exec(c, text); got != "1" || err != nil {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
}
