package main_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sqlambda/internal/lambdatest"
)

const workers = 16

// TestConcurrentCounter has 16 workers count up in one file, and
// failures that undo what they wrote. No update is lost, no response is that of another
// invocation, and each has its turn in time: SQLite's own waiting lets some starve.
func TestConcurrentCounter(t *testing.T) {
	for mode, invocations := range map[string]int{"delete": 600, "wal": 2000} {
		t.Run(mode, func(t *testing.T) {
			f := start(t, "counter", map[string]string{
				"init.sql": "PRAGMA journal_mode = " + mode + ";\nCREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, n INTEGER);\nINSERT OR IGNORE INTO counter VALUES ('all', 0);",
				"counter.sql": `-- name: counter :one
UPDATE counter SET n = n + 1 WHERE name = 'all';
INSERT INTO counter VALUES (:marker, 1) ON CONFLICT DO UPDATE SET n = n + 1;
SELECT CASE WHEN :fail THEN error('Test.Refused', 'no ' || :marker) END;
SELECT :marker AS marker, $context(awsRequestId) AS request, n FROM counter WHERE name = 'all';
`}, fmt.Sprint("AWS_LAMBDA_MAX_CONCURRENCY=", workers), "SQLAMBDA_DATABASE="+filepath.Join(scratch(t), "counter.db"))
			var counts sync.Map
			flood(f, invocations, func(i int) (lambdatest.Invocation, func(lambdatest.Outcome) error) {
				marker := fmt.Sprint("marker-", i)
				event := fmt.Sprintf(`{"marker":%q,"fail":%t}`, marker, i%5 == 0)
				return lambdatest.Invocation{Payload: []byte(event), RequestID: "request-" + marker}, func(outcome lambdatest.Outcome) error {
					var response struct {
						Marker, Request, ErrorMessage string
						N                             int
					}
					if err := json.Unmarshal(outcome.Payload, &response); err != nil {
						return err
					}
					if i%5 == 0 {
						return want(response.ErrorMessage, "no "+marker)
					}
					if other, twice := counts.LoadOrStore(response.N, marker); twice {
						return fmt.Errorf("%s and %s both counted to %d", other, marker, response.N)
					}
					return want(response.Marker+" "+response.Request, marker+" request-"+marker)
				}
			})
			n := invocations * 4 / 5
			if _, ok := counts.Load(n); !ok {
				t.Errorf("nobody counted to %d", n)
			}
		})
	}
}

// TestConcurrentReads has readers beside writers of one file: each read sees a state that
// some transaction left, and its own event.
func TestConcurrentReads(t *testing.T) {
	database := filepath.Join(scratch(t), "pairs.db")
	files := map[string]string{
		"init.sql":  "PRAGMA journal_mode = wal; PRAGMA synchronous = OFF;\nCREATE TABLE IF NOT EXISTS pairs (side TEXT PRIMARY KEY, n INTEGER);\nINSERT OR IGNORE INTO pairs VALUES ('left', 0), ('right', 0);",
		"write.sql": "-- name: write :value\nUPDATE pairs SET n = n + 1 WHERE side = 'left';\nUPDATE pairs SET n = n + 1 WHERE side = 'right';\nSELECT :marker",
		"read.sql":  "-- name: read :value\nSELECT :marker || ' ' || (max(n) - min(n)) FROM pairs;",
	}
	environment := []string{fmt.Sprint("AWS_LAMBDA_MAX_CONCURRENCY=", workers), "SQLAMBDA_DATABASE=" + database}
	writer, reader := start(t, "write", files, environment...), start(t, "read", files, environment...)
	var both sync.WaitGroup
	for f, format := range map[*function]string{writer: `"%d"`, reader: `"%d 0"`} {
		both.Go(func() {
			flood(f, 1000, func(i int) (lambdatest.Invocation, func(lambdatest.Outcome) error) {
				event := fmt.Sprintf(`{"marker":"%d"}`, i)
				return lambdatest.Invocation{Payload: []byte(event)}, func(outcome lambdatest.Outcome) error {
					return want(string(outcome.Payload), fmt.Sprintf(format, i))
				}
			})
		})
	}
	both.Wait()
}

// TestConcurrentMarkers has every way that an event, and what Lambda says of it, gets
// into a response: 16 workers, each invocation with markers of its own.
func TestConcurrentMarkers(t *testing.T) {
	f := start(t, "markers", map[string]string{
		"init.sql": "CREATE TABLE seen (marker TEXT);\nCREATE VIRTUAL TABLE items USING event('items', marker TEXT, deep TEXT PATH 'in.marker');",
		"markers.sql": `-- name: markers :one
INSERT INTO seen VALUES (:marker);
SELECT :marker AS field, json($event) AS event, event('marker') AS called, $event(items.1.in.marker) AS path,
  (SELECT json_group_array(marker || deep) FROM items) AS rows,
  (SELECT group_concat(marker) FROM seen) AS seen,
  $context(awsRequestId) AS request, $context(traceId) AS trace, $context(tenantId) AS tenant,
  $context(clientContext) AS client, $context(identity.cognitoIdentityId) AS identity,
  CASE WHEN :fail THEN error('Test.Failed', :marker) END AS failed,
  log_info(:marker) IS NULL AS logged;
`}, fmt.Sprint("AWS_LAMBDA_MAX_CONCURRENCY=", workers), "AWS_LAMBDA_LOG_FORMAT=JSON")
	const invocations = 2000
	flood(f, invocations, func(i int) (lambdatest.Invocation, func(lambdatest.Outcome) error) {
		m := fmt.Sprint("m", i, strings.Repeat("-", i%50))
		event := fmt.Sprintf(`{"marker":%q,"fail":%t,"items":[{"marker":%[1]q,"in":{"marker":"a"}},{"marker":%[1]q,"in":{"marker":%[1]q}}]}`, m, i%7 == 0)
		invocation := lambdatest.Invocation{
			Payload: []byte(event), RequestID: "r-" + m, TraceID: "t-" + m, TenantID: "n-" + m, InvocationID: "i-" + m,
			ClientContext: fmt.Sprintf(`{"client":%q}`, m), CognitoIdentity: fmt.Sprintf(`{"cognitoIdentityId":%q}`, m),
		}
		return invocation, func(outcome lambdatest.Outcome) error {
			if i%7 == 0 {
				prefix := fmt.Sprintf(`{"errorType":"Test.Failed","errorMessage":%q,`, m)
				return want(string(outcome.Payload[:min(len(prefix), len(outcome.Payload))]), prefix)
			}
			response := `{"field":"M","event":EVENT,"called":"M","path":"M","rows":["Ma","MM"],"seen":"M","request":"r-M","trace":"t-M",` +
				`"tenant":"n-M","client":"{\"client\":\"M\"}","identity":"M","failed":null,"logged":1}`
			return want(string(outcome.Payload), strings.NewReplacer("M", m, "EVENT", event).Replace(response))
		}
	})
	for _, r := range f.Requests(lambdatest.Response, lambdatest.Error) {
		if got := r.Header.Get("Lambda-Runtime-Invocation-Id"); "r"+got[1:] != r.RequestID {
			t.Errorf("the outcome of %s has the invocation id %s", r.RequestID, got)
		}
	}
	checkLogMarkers(t, f.stop())
}

// TestConcurrentDecoding has four workers decode what one of them alone has the memory for, in a
// cgroup of the smallest function: each invocation gets an outcome, and what the workers have
// taken is free again after it.
func TestConcurrentDecoding(t *testing.T) {
	const workers, size = 4, 30 << 20
	f := startBy(t, limited(t, functionMemory), newServer(t), "main", map[string]string{
		"main.sql": "-- name: main :value\nSELECT length($event(a|@gunzip));",
	}, fmt.Sprint("AWS_LAMBDA_MAX_CONCURRENCY=", workers))
	event, decoded := fmt.Sprintf(`{"a":%q}`, zipped(size, "a")), fmt.Sprint(size)
	flood(f, 4*workers, func(int) (lambdatest.Invocation, func(lambdatest.Outcome) error) {
		return lambdatest.Invocation{Payload: []byte(event), Deadline: time.Now().Add(30 * time.Second)}, func(outcome lambdatest.Outcome) error {
			if outcome.ErrorType == "Function.OutOfMemory" {
				return nil
			}
			return want(string(outcome.Payload), decoded)
		}
	})
	f.respond(event, decoded)
	if peak, err := f.process.PeakBytes(); err == nil && peak > functionMemory {
		t.Errorf("%d MB of memory", peak>>20)
	}
}

// checkLogMarkers wants every line of the log with the request id of its own marker.
func checkLogMarkers(t *testing.T, log string) {
	lines := 0
	for line := range strings.Lines(log) {
		var entry struct{ RequestID, Level, Message string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		lines++
		if entry.Level == "INFO" && entry.RequestID != "r-"+entry.Message {
			t.Errorf("a line of another invocation: %s", line)
		}
	}
	if lines < 2000 {
		t.Errorf("%d lines in the log, want one for each invocation", lines)
	}
}

// TestConcurrentBatches has batches whose failures are their own.
func TestConcurrentBatches(t *testing.T) {
	f := start(t, "batch", map[string]string{
		"init.sql":  "CREATE TABLE IF NOT EXISTS kept (id TEXT PRIMARY KEY);",
		"batch.sql": "-- name: batch :batch\nINSERT INTO kept VALUES (:messageId);\nSELECT CASE WHEN $record(body) = 'bad' THEN error('Test.Bad', :messageId) END;",
	}, fmt.Sprint("AWS_LAMBDA_MAX_CONCURRENCY=", workers), "SQLAMBDA_DATABASE="+filepath.Join(scratch(t), "kept.db"))
	flood(f, 300, func(i int) (lambdatest.Invocation, func(lambdatest.Outcome) error) {
		var records, failures []string
		for r := range 5 {
			id, body := fmt.Sprintf("%d-%d", i, r), "good"
			if (i+r)%3 == 0 {
				body = "bad"
				failures = append(failures, fmt.Sprintf(`{"itemIdentifier":%q}`, id))
			}
			records = append(records, fmt.Sprintf(`{"messageId":%q,"body":%q,"eventSource":"aws:sqs"}`, id, body))
		}
		event := `{"Records":[` + strings.Join(records, ",") + `]}`
		return lambdatest.Invocation{Payload: []byte(event)}, func(outcome lambdatest.Outcome) error {
			return want(string(outcome.Payload), `{"batchItemFailures":[`+strings.Join(failures, ",")+`]}`)
		}
	})
}

// flood invokes a function n times, twice as many at a time as it has workers.
func flood(f *function, n int, make func(i int) (lambdatest.Invocation, func(lambdatest.Outcome) error)) {
	f.t.Helper()
	next := newSequence(n)
	var callers sync.WaitGroup
	for range 2 * workers {
		callers.Go(func() {
			for i := range next {
				invocation, check := make(i)
				outcome, err := f.Invoke(f.ctx, invocation)
				if err == nil {
					err = check(outcome)
				}
				if err != nil {
					f.t.Errorf("%s: %v", invocation.Payload, err)
					return
				}
			}
		})
	}
	callers.Wait()
}

// newSequence gives out the numbers below n, each once.
func newSequence(n int) <-chan int {
	numbers := make(chan int, n)
	for i := range n {
		numbers <- i
	}
	close(numbers)
	return numbers
}

func want(got, want string) error {
	if got != want {
		return fmt.Errorf("got\n%s\nwant\n%s", got, want)
	}
	return nil
}
