package sqlite_test

import (
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sqlambda/engine"
	"sqlambda/engine/sqlite"
)

// TestStill has a clock that stands still, and randomness that repeats, in everything
// that SQL can ask.
func TestStill(t *testing.T) {
	ask := func(config engine.Config, text string) string {
		t.Helper()
		conn, err := sqlite.Open(config)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		stmt, err := conn.Prepare("SELECT quote(" + text + ")")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stmt.Step(); err != nil {
			t.Fatal(err)
		}
		return strings.Clone(stmt.Value(0).Text)
	}
	still := func(seed byte) engine.Config {
		return engine.Config{
			Now:    time.Date(2026, 7, 1, 12, 0, 0, 250e6, time.UTC),
			Random: rand.NewChaCha8([32]byte{seed}),
		}
	}
	for text, want := range map[string]string{
		"datetime('now')":                          "'2026-07-01 12:00:00'",
		"CURRENT_TIMESTAMP":                        "'2026-07-01 12:00:00'",
		"unixepoch('subsec')":                      "1782907200.25",
		"julianday()":                              "2461223.0000028936",
		"strftime('%s', 'now', '+1 day')":          "'1782993600'",
		"substr(uuidv7(), 1, 15)":                  "'019f1d8c-e2fa-7'",
		"length(randomblob(20000))":                "20000",
		"typeof(random())":                         "'integer'",
		"substr(uuid(), 15, 1)":                    "'4'",
		"(SELECT datetime('now') FROM (SELECT 1))": "'2026-07-01 12:00:00'",
	} {
		if got := ask(still(1), text); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	for _, text := range []string{"random()", "randomblob(8)", "uuid()", "uuidv7()"} {
		if a, b := ask(still(1), text), ask(still(1), text); a != b {
			t.Errorf("%s is %s, then %s", text, a, b)
		}
		if a, b := ask(still(1), text), ask(still(2), text); a == b {
			t.Errorf("%s is %s with another seed too", text, a)
		}
		if a, b := ask(engine.Config{}, text), ask(engine.Config{}, text); a == b {
			t.Errorf("%s is %s twice without a seed", text, a)
		}
	}
	if got := ask(engine.Config{}, "datetime('now') > '2026-07-02'"); got != "1" {
		t.Error("the clock stands still where none was asked for")
	}
}

// TestLocate writes a database to a place of its own; what may be written is judged by
// the name that the function knows.
func TestLocate(t *testing.T) {
	folder := t.TempDir()
	locate := func(file string) string { return filepath.Join(folder, filepath.Base(file)) }
	config := engine.Config{Database: "/mnt/shop/orders.db", Locate: locate, Now: time.UnixMilli(0)}
	conn, err := sqlite.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"CREATE TABLE t (x DEFAULT CURRENT_TIMESTAMP)", "INSERT INTO t DEFAULT VALUES", "ATTACH '/tmp/second.db' AS second", "CREATE TABLE second.u (x)"} {
		stmt, err := conn.Prepare(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stmt.Step(); err != nil {
			t.Fatal(text, err)
		}
		stmt.Close()
	}
	if !conn.Writable() {
		t.Error("a database in /mnt cannot be written to")
	}
	conn.Close()
	if found, _ := filepath.Glob(folder + "/*.db"); len(found) != 2 {
		t.Errorf("the databases are %q, want two", found)
	}
	config.Root, config.Database = "/var/task", "orders.db"
	if conn, err = sqlite.Open(config); err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if conn.Writable() {
		t.Error("a database in the task root can be written to")
	}
	stmt, err := conn.Prepare("SELECT x FROM t")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stmt.Step(); err != nil || stmt.Value(0).Text != "1970-01-01 00:00:00" {
		t.Errorf("the row is %v, %v", stmt.Value(0), err)
	}
}
