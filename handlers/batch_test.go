package handlers_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"sqlambda/engine"
	"sqlambda/engine/sqlite"
	"sqlambda/handlers"
)

// source is where a batch comes from, and what a failure means for the records
// after it.
type source struct {
	name   string
	event  func(records []string) string
	record func(i int, bad bool) string
	id     func(i int) any
	order  string // "": none; "rest": the rest is told; "checkpoint": only the first is
}

var sources = []source{
	{
		name:  "SQS",
		event: inRecords,
		record: func(i int, bad bool) string {
			return fmt.Sprintf(`{"messageId":"m%d","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:1:q","n":%d,"bad":%t}`, i, i, bad)
		},
		id: func(i int) any { return fmt.Sprint("m", i) },
	},
	{
		name:  "SQS FIFO",
		event: inRecords,
		record: func(i int, bad bool) string {
			return fmt.Sprintf(`{"messageId":"m%d","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:1:q.fifo","n":%d,"bad":%t}`, i, i, bad)
		},
		id:    func(i int) any { return fmt.Sprint("m", i) },
		order: "rest",
	},
	{
		name:  "Kinesis",
		event: inRecords,
		record: func(i int, bad bool) string {
			return fmt.Sprintf(`{"eventSource":"aws:kinesis","kinesis":{"sequenceNumber":"%d"},"n":%d,"bad":%t}`, 100+i, i, bad)
		},
		id:    func(i int) any { return fmt.Sprint(100 + i) },
		order: "checkpoint",
	},
	{
		name:  "DynamoDB",
		event: inRecords,
		record: func(i int, bad bool) string {
			return fmt.Sprintf(`{"eventSource":"aws:dynamodb","dynamodb":{"SequenceNumber":"%d"},"n":%d,"bad":%t}`, 100+i, i, bad)
		},
		id:    func(i int) any { return fmt.Sprint(100 + i) },
		order: "checkpoint",
	},
	{
		name: "Kafka",
		event: func(records []string) string {
			return `{"eventSource":"aws:kafka","records":{"t-0":[` + strings.Join(records, ",") + `]}}`
		},
		record: func(i int, bad bool) string {
			return fmt.Sprintf(`{"topic":"t","partition":0,"offset":%d,"n":%d,"bad":%t}`, i, i, bad)
		},
		id:    func(i int) any { return map[string]any{"partition": "t-0", "offset": float64(i)} },
		order: "rest",
	},
}

func inRecords(records []string) string { return `{"Records":[` + strings.Join(records, ",") + `]}` }

// TestBatchAnySubsetFails runs batches of which every subset of the records fails:
// what the others wrote is kept, the rest is undone, and nothing is lost.
func TestBatchAnySubsetFails(t *testing.T) {
	const records = 6
	for _, source := range sources {
		t.Run(source.name, func(t *testing.T) {
			h, kept := loadBatch(t)
			for failing := range 1 << records {
				var list []string
				var told []any
				var stand []int
				over := false
				for i := range records {
					bad := failing>>i&1 != 0
					list = append(list, source.record(i, bad))
					switch {
					case over && source.order == "rest", bad && !over:
						told = append(told, source.id(i))
						over = source.order != ""
					case !over:
						stand = append(stand, i)
					}
				}
				got := invokeBatch(t, h, source.event(list))
				if rows := kept(); !reflect.DeepEqual(got, told) || !slices.Equal(rows, stand) {
					t.Fatalf("with failures %06b: told %v and kept %v, want %v and %v", failing, got, rows, told, stand)
				}
			}
		})
	}
}

// stubbornConn cannot undo, or not keep, a part of a transaction.
type stubbornConn struct {
	engine.Conn
	revert, release error
}

func (c *stubbornConn) Revert() error { return cmp.Or(c.revert, c.Conn.Revert()) }

func (c *stubbornConn) Release() error { return cmp.Or(c.release, c.Conn.Release()) }

// TestBatchCannotUndo: if what a record wrote cannot be undone by itself, nothing is kept.
func TestBatchCannotUndo(t *testing.T) {
	full := &engine.Failure{Code: "SQLITE_NOMEM", Message: "out of memory", Offset: -1}
	for _, conn := range []*stubbornConn{{revert: full}, {release: full}} {
		f := newFunction(t)
		f.env["SQLAMBDA_DATABASE"] = "/tmp/kept.db"
		f.add("init.sql", "CREATE TABLE IF NOT EXISTS kept (n INTEGER);")
		f.add("main.sql", "-- name: main :batch\nINSERT INTO kept VALUES (:n); SELECT error('Record.Bad', 'bad') WHERE :bad;\n"+
			"-- name: rows :value\nSELECT count(*) FROM kept;")
		config := f.config("main")
		config.Open = func(c engine.Config) (engine.Conn, error) {
			var err error
			conn.Conn, err = sqlite.Open(c)
			return conn, err
		}
		var err error
		if f.handler, err = handlers.Load(config); err != nil {
			t.Fatal(err)
		}
		response, err := f.invoke(inRecords([]string{sources[0].record(0, true), sources[0].record(1, false)}))
		if e := asError(t, err); e.Type != handlers.SQLError {
			t.Errorf("the response is %s, %v", response, err)
		}
		if err := f.start("main.rows"); err != nil {
			t.Fatal(err)
		}
		if kept, err := f.invoke("{}"); string(kept) != "0" || err != nil {
			t.Errorf("%s rows are kept, %v", kept, err)
		}
	}
}

// partless is a connection on which a part of a transaction cannot be opened.
type partless struct{ engine.Conn }

func (partless) Savepoint() error { return errors.New("a savepoint") }

// TestBatchWithoutParts: records that write one row each need no part of the transaction. If
// one of them may have left something, all is undone.
func TestBatchWithoutParts(t *testing.T) {
	f := newFunction(t)
	f.env["SQLAMBDA_DATABASE"] = "/tmp/kept.db"
	f.add("init.sql", "CREATE TABLE IF NOT EXISTS kept (n INTEGER UNIQUE);")
	f.add("main.sql", "-- name: main :batch\nINSERT INTO kept VALUES (:n);\n"+
		"-- name: rows :value\nSELECT group_concat(n) FROM kept;\n"+
		"-- name: change :exec\nCREATE TRIGGER late AFTER INSERT ON kept BEGIN SELECT raise(FAIL, 'late'); END;")
	config := f.config("main")
	config.Open = func(c engine.Config) (engine.Conn, error) {
		conn, err := sqlite.Open(c)
		return partless{conn}, err
	}
	batch, err := handlers.Load(config)
	if err != nil {
		t.Fatal(err)
	}
	defer batch.Close()
	invoke := func(numbers ...int) string {
		var records []string
		for _, n := range numbers {
			records = append(records, sources[0].record(n, false))
		}
		response, err := batch.Invoke(&handlers.Invocation{Event: []byte(inRecords(records))})
		if err != nil {
			return asError(t, err).Message
		}
		return string(response)
	}
	kept := func(want string) {
		t.Helper()
		if err := f.start("main.rows"); err != nil {
			t.Fatal(err)
		}
		if rows, err := f.invoke("{}"); string(rows) != want || err != nil {
			t.Errorf("%s is kept, %v", rows, err)
		}
	}
	if got := invoke(1, 2, 2, 3); strings.Count(got, "itemIdentifier") != 1 {
		t.Error(got)
	}
	kept(`"1,2,3"`)
	if err := f.start("main.change"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.invoke("{}"); err != nil {
		t.Fatal(err)
	}
	if got := invoke(4, 5); !strings.HasPrefix(got, "SQLITE_CONSTRAINT_TRIGGER: late") {
		t.Error(got)
	}
	kept(`"1,2,3"`)
}

// loadBatch loads a handler whose records write two rows each before they may fail,
// and returns what reads the rows and drops them.
func loadBatch(t *testing.T) (*handlers.Handler, func() []int) {
	t.Helper()
	folder, err := os.MkdirTemp("/tmp", "sqlambda") // where a database may be written
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	root := t.TempDir()
	for name, text := range map[string]string{
		"init.sql": "CREATE TABLE IF NOT EXISTS kept (n INTEGER);",
		"main.sql": `-- name: main :batch
INSERT INTO kept VALUES (:n);
INSERT INTO kept SELECT -1 WHERE :bad;
SELECT error('Record.Bad', 'n is ' || :n) FROM kept WHERE n = -1;

-- name: rows :value
SELECT json_group_array(n ORDER BY n) FROM kept;

-- name: clear :exec
DELETE FROM kept;`,
	} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	load := func(handler string) *handlers.Handler {
		h, err := handlers.Load(handlers.Config{
			Root: root, Handler: handler, Database: filepath.Join(folder, "kept.db"), Open: sqlite.Open,
			LookupEnv: os.LookupEnv, Log: func(string, engine.Level, string, string) {},
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { h.Close() })
		return h
	}
	rows, clear := load("main.rows"), load("main.clear")
	return load("main.main"), func() []int {
		response, err := rows.Invoke(&handlers.Invocation{Event: []byte("{}")})
		if err != nil {
			t.Fatal(err)
		}
		var now []int
		if err := json.Unmarshal(response, &now); err != nil {
			t.Fatal(err)
		}
		if _, err := clear.Invoke(&handlers.Invocation{Event: []byte("{}")}); err != nil {
			t.Fatal(err)
		}
		return now
	}
}

// invokeBatch returns the identifiers in the response to a batch.
func invokeBatch(t *testing.T, h *handlers.Handler, event string) []any {
	t.Helper()
	response, err := h.Invoke(&handlers.Invocation{Event: []byte(event), Deadline: time.Now().Add(time.Minute).UnixMilli()})
	if err != nil {
		t.Fatal(err)
	}
	var body struct {
		BatchItemFailures []struct{ ItemIdentifier any }
	}
	if err := json.Unmarshal(response, &body); err != nil {
		t.Fatal(err)
	}
	var identifiers []any
	for _, f := range body.BatchItemFailures {
		identifiers = append(identifiers, f.ItemIdentifier)
	}
	return identifiers
}
