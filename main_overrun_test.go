package main_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sqlambda/internal/runtimehost"
)

// overrunning writes a row, and then runs a statement that ends long after every deadline
// where the event says so.
func overrunning(mode string) map[string]string {
	return map[string]string{
		"init.sql": "PRAGMA journal_mode = " + mode + "; CREATE TABLE IF NOT EXISTS seen (id INTEGER PRIMARY KEY);",
		"main.sql": `-- name: main :value
INSERT INTO seen VALUES (:id);
SELECT length(unhex(:text, :skip || '-'));
SELECT group_concat(id) FROM seen;`,
	}
}

// overrun is an event of which nothing may be kept, with a time that tests can wait for.
func overrun(id int) runtimehost.Invocation {
	event := fmt.Sprintf(`{"id":%d,"text":"%s","skip":"%s"}`, id, strings.Repeat("-", 3<<20), strings.Repeat("_", 2<<20))
	return runtimehost.Invocation{Payload: []byte(event), Deadline: time.Now().Add(time.Second)}
}

const timedOut = `{"errorType":"Function.Timeout","errorMessage":"the deadline came after the statement had run for `

// TestOverrun has a statement that looks at no interruption: its invocation is reported as
// timed out, the process ends, nothing of the invocation is kept, and the next process answers.
func TestOverrun(t *testing.T) {
	for _, mode := range []string{"delete", "wal"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			database := "SQLAMBDA_DATABASE=" + filepath.Join(scratch(t), "seen.db")
			f := start(t, "main", overrunning(mode), database)
			f.respond(`{"id":1}`, `"1"`)
			outcome := f.invoke(overrun(2))
			if got := string(outcome.Payload); !strings.HasPrefix(got, timedOut) || !strings.Contains(got, `"stackTrace":["main.sql:3:1 (main)"]`) {
				t.Errorf("the outcome is %.300s", got)
			}
			f.endsWith("the handler of ")
			if log := f.log.String(); strings.Count(log, "ERROR\tFunction.Timeout") != 1 {
				t.Errorf("the log is\n%s", log)
			}
			start(t, "main", overrunning(mode), database).respond(`{"id":3}`, `"1,3"`)
		})
	}
}

// TestOverrunOfOneWorker has one of several workers run such a statement, and keep the others
// from writing: each gets an outcome, and what was answered is kept.
func TestOverrunOfOneWorker(t *testing.T) {
	const workers = 16
	database := "SQLAMBDA_DATABASE=" + filepath.Join(scratch(t), "seen.db")
	f := start(t, "main", overrunning("wal"), database, fmt.Sprint("AWS_LAMBDA_MAX_CONCURRENCY=", workers))
	f.respond(`{"id":1}`, `"1"`)
	stuck := make(chan string)
	go func() {
		outcome, err := f.Invoke(f.ctx, overrun(2))
		stuck <- fmt.Sprint(string(outcome.Payload), err)
	}()
	kept := map[string]bool{"1": true}
	var mu sync.Mutex
	var others sync.WaitGroup
	for i := range 3 * workers { // more than there are workers: some are not taken any more
		others.Go(func() {
			id := fmt.Sprint(10 + i)
			outcome, err := f.Invoke(f.ctx, runtimehost.Invocation{Payload: []byte(`{"id":` + id + `}`), Deadline: time.Now().Add(1500 * time.Millisecond)})
			if err == nil && !outcome.FunctionError {
				mu.Lock()
				defer mu.Unlock()
				kept[id] = true
			}
		})
	}
	if got := <-stuck; !strings.HasPrefix(got, timedOut) {
		t.Errorf("the outcome is %.300s", got)
	}
	others.Wait()
	f.endsWith("the handler of ")
	if taken, answered := len(f.Requests(runtimehost.Next)), len(f.Requests(runtimehost.Response, runtimehost.Error)); answered > taken {
		t.Errorf("%d outcomes of %d events", answered, taken)
	}
	next := start(t, "main", overrunning("wal"), database)
	seen := strings.Split(strings.Trim(next.outcomeOf(`{"id":3}`), `"`), ",")
	if len(seen) != len(kept)+1 {
		t.Errorf("%d rows are kept, %d invocations were answered", len(seen), len(kept)+1)
	}
	for _, id := range seen {
		if id == "2" || id != "3" && !kept[id] {
			t.Errorf("%s is kept, but was not answered", id)
		}
	}
}
