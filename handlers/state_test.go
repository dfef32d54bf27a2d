package handlers_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"sqlambda/engine"
	"sqlambda/engine/sqlite"
	"sqlambda/handlers"
)

// workers loads a handler several times, as environments of one function that share
// a mounted file system.
func workers(t *testing.T, n int, sql string) []*testFunction {
	t.Helper()
	shared := folder(t, "/tmp")
	list := make([]*testFunction, n)
	for i := range list {
		f := newFunction(t)
		f.tmp = shared
		f.env["SQLAMBDA_DATABASE"] = "/tmp/shared.db"
		f.add("main.sql", sql)
		if err := f.start("main"); err != nil {
			t.Fatal(err)
		}
		list[i] = f
	}
	return list
}

const count = `CREATE TABLE IF NOT EXISTS counter (n INTEGER);
INSERT INTO counter SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM counter);
-- name: main :value
SELECT n FROM counter;
UPDATE counter SET n = n + 1;
SELECT n FROM counter;
`

// TestConcurrentWriters has invocations write to one database at the same time: each
// waits for the others, and none is lost.
func TestConcurrentWriters(t *testing.T) {
	const invocations = 100
	functions := workers(t, 2, count)
	var group sync.WaitGroup
	for _, f := range functions {
		group.Go(func() {
			for range invocations {
				if _, err := f.invoke("{}"); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	response, err := functions[0].invoke("{}")
	if want := fmt.Sprint(2*invocations + 1); err != nil || string(response) != want {
		t.Errorf("the counter is %s, %v, want %s", response, err, want)
	}
}

// TestLocked has an invocation wait for a lock that another process keeps: it fails
// before its deadline, and the next one works.
func TestLocked(t *testing.T) {
	f := workers(t, 1, count)[0]
	other, err := sqlite.Open(engine.Config{Root: f.root, Database: f.tmp + "/shared.db", Memory: engineMemory})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := other.Begin(); err != nil {
		t.Fatal(err)
	}
	f.timeout = time.Second
	_, err = f.invoke("{}")
	if e := asError(t, err); e.Type != handlers.SQLError || !strings.HasPrefix(e.Message, "SQLITE_BUSY: database is locked") {
		t.Error(err)
	}
	if err := other.End(false); err != nil {
		t.Fatal(err)
	}
	if response, err := f.invoke("{}"); err != nil || string(response) != "1" {
		t.Errorf("then: %s, %v", response, err)
	}
}

// TestLockedAtInit has a lock last longer than init: Lambda would end that after 10 s
// without a word of why.
func TestLockedAtInit(t *testing.T) {
	t.Parallel()
	f := newFunction(t)
	f.tmp = folder(t, "/tmp")
	f.env["SQLAMBDA_DATABASE"] = "/tmp/locked.db"
	other, err := sqlite.Open(engine.Config{Root: f.root, Database: f.tmp + "/locked.db", Memory: engineMemory})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := other.Begin(); err != nil {
		t.Fatal(err)
	}
	defer other.End(false)
	f.add("main.sql", count)
	e := asError(t, f.start("main"))
	if e.Type != handlers.InitFailed || !strings.Contains(e.Message, "main.sql:1:1: SQLITE_BUSY: database is locked") {
		t.Error(e)
	}
}

// TestMemoryLimit has statements ask for more memory than the engine may use: they
// fail, and the next invocation works.
func TestMemoryLimit(t *testing.T) {
	for name, sql := range map[string]string{
		"rows":       "INSERT INTO t SELECT zeroblob(1000000) FROM n",
		"one value":  "SELECT length(group_concat(hex(zeroblob(500000)))) AS length FROM n",
		"one blob":   "SELECT length(zeroblob(40000000)) FROM n",
		"JSON":       "SELECT length(json_group_array(hex(zeroblob(500000)))) AS length FROM n",
		"temp table": "CREATE TEMP TABLE u AS SELECT zeroblob(1000000) AS x FROM n",
	} {
		t.Run(name, func(t *testing.T) {
			f := newFunction(t)
			f.add("init.sql", "PRAGMA temp_store = MEMORY; CREATE TABLE t (a); CREATE TABLE n (i);")
			f.add("main.sql", `-- name: main :exec
INSERT INTO n WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < :rows) SELECT i FROM r WHERE :rows > 0;
`+sql+`;
`)
			if err := f.start("main"); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				_, err := f.invoke(`{"rows":200}`)
				e := asError(t, err)
				if e.Type != handlers.SQLError || !strings.HasPrefix(e.Message, "SQLITE_NOMEM: out of memory: SQLite may use 64 MB") && !strings.HasPrefix(e.Message, "SQLITE_TOOBIG") {
					t.Error(err)
				}
				if len(e.Stack) != 1 || e.Stack[0] != "main.sql:3:1 (main)" {
					t.Error(e.Stack)
				}
				if response, err := f.invoke(`{"rows":0}`); err != nil || string(response) != "null" {
					t.Errorf("then: %s, %v", response, err)
				}
			}
		})
	}
}

// TestEventIsCopied binds texts of an event whose memory is used again for the next.
func TestEventIsCopied(t *testing.T) {
	f := newFunction(t)
	f.env["SQLAMBDA_DATABASE"] = "/tmp/kept.db"
	f.add("init.sql", "CREATE TABLE IF NOT EXISTS t (a);")
	f.add("main.sql", "INSERT INTO t VALUES (:a);\nSELECT group_concat(a, ' ') AS a FROM t;")
	if err := f.start("main"); err != nil {
		t.Fatal(err)
	}
	payload := []byte(`{"a":"0"}`)
	want := ""
	for i := range 10 {
		payload[6] = byte('0' + i)
		want = strings.TrimSpace(fmt.Sprint(want, " ", i))
		response, err := f.handler.Invoke(&handlers.Invocation{Event: payload})
		if err != nil || string(response) != `{"a":"`+want+`"}` {
			t.Fatalf("%s, %v, want %s", response, err, want)
		}
	}
}
