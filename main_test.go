package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/aws/aws-lambda-go/events" // beside its sample events

	"sqlambda/internal/lambdatest"
	"sqlambda/internal/runtimehost"
	"sqlambda/internal/runtimes"
)

// bootstrap is the runtime, as the layer has it.
var bootstrap string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "bootstrap")
	if err != nil {
		panic(err)
	}
	bootstrap = filepath.Join(folder, "bootstrap")
	if err := runtimes.BuildHere(".", bootstrap); err != nil {
		panic(err)
	}
	status := m.Run()
	os.RemoveAll(folder)
	os.Exit(status)
}

// function is a bootstrap that runs as Lambda would run it.
type function struct {
	*lambdatest.Server
	t       *testing.T
	ctx     context.Context
	process *lambdatest.Process
	log     *bytes.Buffer // complete when the process has ended
}

// start starts the bootstrap with the files of a function and more variables of
// the environment.
func start(t *testing.T, handler string, files map[string]string, environment ...string) *function {
	t.Helper()
	return startBy(t, exec.Command(bootstrap), newServer(t), handler, files, environment...)
}

func newServer(t *testing.T) *lambdatest.Server {
	t.Helper()
	server, err := lambdatest.NewServer()
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// startBy starts a command that becomes the bootstrap, against a server that it owns.
func startBy(t *testing.T, command *exec.Cmd, server *lambdatest.Server, handler string, files map[string]string, environment ...string) *function {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { server.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	f := &function{Server: server, t: t, ctx: ctx, log: &bytes.Buffer{}}
	command.Stderr = f.log
	command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "_HANDLER=" + handler, "LAMBDA_TASK_ROOT=" + root, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128"}, environment...)
	process, err := server.Start(command)
	if err != nil {
		t.Fatal(err)
	}
	f.process = process
	t.Cleanup(f.process.Kill)
	return f
}

// scratch is a folder where a function may write.
func scratch(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("/tmp", "sqlambda")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return folder
}

func hello() map[string]string {
	return map[string]string{"hello.sql": "SELECT 200 AS statusCode, 'Hello ' || coalesce(:name, 'world') AS body;"}
}

// invoke returns the outcome of an invocation.
func (f *function) invoke(invocation lambdatest.Invocation) lambdatest.Outcome {
	f.t.Helper()
	outcome, err := f.Invoke(f.ctx, invocation)
	if err != nil {
		f.t.Fatalf("%v\n%s", err, f.log)
	}
	return outcome
}

// respond checks the response to an event.
func (f *function) respond(event, want string) {
	f.t.Helper()
	outcome := f.invoke(lambdatest.Invocation{Payload: []byte(event)})
	if string(outcome.Payload) != want || outcome.FunctionError {
		f.t.Errorf("the response to %s is\n%s\nwant\n%s", event, outcome.Payload, want)
	}
}

// stop ends the process by SIGTERM, as Lambda does, and returns its log.
func (f *function) stop() string {
	f.t.Helper()
	if err := f.process.Signal(syscall.SIGTERM); err != nil {
		f.t.Fatal(err)
	}
	f.process.Wait(f.ctx)
	return f.log.String()
}

func TestWarmInvocationsOverOneConnection(t *testing.T) {
	f := start(t, "hello", hello())
	for i := range 100 {
		f.respond(fmt.Sprintf(`{"name":"%d"}`, i), fmt.Sprintf(`{"statusCode":200,"body":"Hello %d"}`, i))
	}
	f.respond(`{}`, `{"statusCode":200,"body":"Hello world"}`)
	connections := map[string]bool{}
	for _, r := range f.Requests() {
		connections[r.RemoteAddr] = true
	}
	if len(connections) != 1 {
		t.Errorf("%d connections, want 1", len(connections))
	}
	if n := len(f.Requests(lambdatest.Register)); n != 0 {
		t.Errorf("%d registrations of an extension where there is nothing to close", n)
	}
}

func TestErrorsOfInvocations(t *testing.T) {
	f := start(t, "orders.add", map[string]string{
		"init.sql":   "CREATE TABLE orders (id INTEGER PRIMARY KEY, total REAL CHECK (total > 0));",
		"orders.sql": "-- name: add :exec\n/* é */ INSERT INTO orders VALUES (:id, :total);\nSELECT CASE WHEN :id = 7 THEN error('Order.Refused', 'no sevens') END;\n\n-- name: n :one\nSELECT 1",
	})
	for _, c := range []struct{ event, want, header string }{
		{`{"id":1,"total":-1}`, `{"errorType":"Function.SQLError","errorMessage":"SQLITE_CONSTRAINT_CHECK: CHECK constraint failed: total > 0","stackTrace":["orders.sql:2:9 (add)"]}`, "Function.SQLError"},
		{`{"id":7,"total":1}`, `{"errorType":"Order.Refused","errorMessage":"no sevens","stackTrace":["orders.sql:3:1 (add)"]}`, "Function.OrderRefused"},
		{`{"id":`, `{"errorType":"Function.InvalidEvent",`, "Function.InvalidEvent"},
	} {
		outcome := f.invoke(lambdatest.Invocation{Payload: []byte(c.event), RequestID: "request-1"})
		if !outcome.FunctionError || !strings.HasPrefix(string(outcome.Payload), c.want) || outcome.ErrorType != c.header {
			t.Errorf("the outcome of %s is %s (%s)\nwant %s (%s)", c.event, outcome.Payload, outcome.ErrorType, c.want, c.header)
		}
	}
	f.respond(`{"id":1,"total":1}`, "null")
	log := f.stop()
	for _, want := range []string{
		"\trequest-1\tERROR\tFunction.SQLError: SQLITE_CONSTRAINT_CHECK: CHECK constraint failed: total > 0",
		"orders.sql:2:9 (add)",
		"/* é */ INSERT INTO orders VALUES (:id, :total);",
		"            ^",
	} {
		if !strings.Contains(log, want) {
			t.Errorf("the log has no %q:\n%s", want, log)
		}
	}
}

func TestInitErrors(t *testing.T) {
	files := hello()
	files["bad.sql"] = "SELECT nme FROM (SELECT 1 AS name);\nSELECT * FROM nowhere;"
	for _, c := range []struct{ handler, want string }{
		{"helo", `{"errorType":"Runtime.HandlerNotFound","errorMessage":"no file for the handler \"helo\" (did you mean hello?): the task root `},
		{"bad", `{"errorType":"Runtime.InvalidHandler","errorMessage":"bad.sql:1:8: SQLITE_ERROR: no such column: nme`},
		{"../hello", `{"errorType":"Runtime.HandlerNotFound","errorMessage":"the handler \"../hello\" leads out of the task root`},
	} {
		f := start(t, c.handler, files)
		err := f.WaitReady(f.ctx)
		failed, ok := err.(*lambdatest.InitError)
		if !ok || !strings.HasPrefix(string(failed.Payload), c.want) {
			t.Errorf("the init of %s reported %v, want %s", c.handler, err, c.want)
		}
		if err := f.process.Wait(f.ctx); err == nil {
			t.Errorf("the process ended with status 0 after an init error")
		}
	}
}

// TestMemorySize starts with a size of the memory that is not one: every variable that cannot
// be used is named.
func TestMemorySize(t *testing.T) {
	f := start(t, "hello", hello(), "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=lots", "AWS_LAMBDA_MAX_CONCURRENCY=none")
	err := f.WaitReady(f.ctx)
	for _, want := range []string{`AWS_LAMBDA_FUNCTION_MEMORY_SIZE is \"lots\"`, `AWS_LAMBDA_MAX_CONCURRENCY is \"none\"`, "Runtime.InitFailed"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the init reported %v, want %s", err, want)
		}
	}
}

func TestTimeoutTellsTheStatement(t *testing.T) {
	files := map[string]string{
		"slow.sql": "-- name: slow :value\nSELECT :n;\nWITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t WHERE i < :n)\nSELECT count(*) FROM t;",
	}
	f := start(t, "slow", files)
	outcome := f.invoke(lambdatest.Invocation{Payload: []byte(`{"n":1e15}`), Deadline: time.Now().Add(time.Second)})
	var e struct {
		ErrorType, ErrorMessage string
		StackTrace              []string
	}
	if err := json.Unmarshal(outcome.Payload, &e); err != nil {
		t.Fatal(err)
	}
	if e.ErrorType != "Function.Timeout" || !strings.HasPrefix(e.ErrorMessage, "the deadline came after the statement had run for ") || !reflect.DeepEqual(e.StackTrace, []string{"slow.sql:3:1 (slow)"}) {
		t.Errorf("the outcome is %s", outcome.Payload)
	}
	if f.wasGivenUp(outcome) {
		f = start(t, "slow", files)
	}
	f.respond(`{"n":10}`, "10")
}

// wasGivenUp reports whether the watchdog ended the process, because the machine was too busy
// to end a statement between the two deadlines.
func (f *function) wasGivenUp(outcome lambdatest.Outcome) bool {
	f.t.Helper()
	if outcome.ErrorType != "Function.Timeout" {
		return false
	}
	outcomes := len(f.Requests(lambdatest.Response, lambdatest.Error))
	err := f.WaitRequests(f.ctx, lambdatest.Next, outcomes+1) // or the process ends
	return errors.Is(err, runtimehost.ErrExited)
}

func TestSIGTERMClosesTheDatabase(t *testing.T) {
	database := filepath.Join(scratch(t), "orders.db")
	files := map[string]string{
		"init.sql": "PRAGMA journal_mode = wal; CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY);",
		"add.sql":  "INSERT INTO orders VALUES (:id) RETURNING (SELECT count(*) FROM orders) AS n;",
	}
	f := start(t, "add", files, "SQLAMBDA_DATABASE="+database)
	f.respond(`{"id":1}`, `{"n":1}`)
	f.respond(`{"id":2}`, `{"n":2}`)
	if err := f.WaitRequests(f.ctx, lambdatest.ExtensionNext, 1); err != nil {
		t.Fatal(err)
	}
	f.stop()
	if code := f.process.State().ExitCode(); code != 0 {
		t.Errorf("exit status %d after SIGTERM, want 0", code)
	}
	if _, err := os.Stat(database + "-wal"); err == nil {
		t.Error("the write-ahead log is still there: the database was not closed")
	}
	start(t, "add", files, "SQLAMBDA_DATABASE="+database).respond(`{"id":3}`, `{"n":3}`)
}

func TestConcurrentInvocations(t *testing.T) {
	const workers = 4
	f := start(t, "main", map[string]string{
		"main.sql": "-- name: main :one\nINSERT INTO t VALUES (:n);\nWITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 50000) SELECT :n AS n, (SELECT count(*) FROM t) AS rows, count(*) AS i, $context(traceId) AS trace, $env(_X_AMZN_TRACE_ID) AS env FROM r;",
		"init.sql": "CREATE TABLE t (n)",
	}, fmt.Sprint("AWS_LAMBDA_MAX_CONCURRENCY=", workers))
	var running sync.WaitGroup
	for i := range 8 * workers {
		running.Go(func() {
			outcome, err := f.Invoke(f.ctx, lambdatest.Invocation{Payload: fmt.Appendf(nil, `{"n":%d}`, i), TraceID: fmt.Sprint("Root=", i), Deadline: time.Now().Add(30 * time.Second)})
			want := fmt.Sprintf(`{"n":%d,"rows":1,"i":50000,"trace":"Root=%d","env":null}`, i, i)
			if err != nil || string(outcome.Payload) != want {
				t.Errorf("%v %s, want %s", err, outcome.Payload, want)
			}
		})
	}
	running.Wait()
	connections := map[string]bool{}
	for _, r := range f.Requests(lambdatest.Next) {
		connections[r.RemoteAddr] = true
	}
	if len(connections) != workers {
		t.Errorf("%d connections, want one for each of %d workers", len(connections), workers)
	}
}

func TestDroppedConnections(t *testing.T) {
	f := start(t, "hello", hello())
	f.respond(`{}`, `{"statusCode":200,"body":"Hello world"}`)
	f.Script(lambdatest.Next, lambdatest.Answer{Drop: true}, lambdatest.Answer{Drop: true})
	for range 5 {
		f.respond(`{}`, `{"statusCode":200,"body":"Hello world"}`)
	}
}

// TestLargestEvent sends an event of Lambda's largest size, and asks for a
// response that is too large.
func TestLargestEvent(t *testing.T) {
	f := start(t, "main", map[string]string{
		"main.sql": "-- name: main :one\nSELECT length($event) AS length, CASE WHEN :back THEN $event || $event END AS event;",
	})
	pad := strings.Repeat("x", 6<<20-100)
	f.respond(`{"pad":"`+pad+`"}`, fmt.Sprintf(`{"length":%d,"event":null}`, len(pad)+len(`{"pad":""}`)))
	outcome := f.invoke(lambdatest.Invocation{Payload: []byte(`{"back":true,"pad":"` + pad + `"}`)})
	if outcome.ErrorType != "Function.ResponseSizeTooLarge" {
		t.Errorf("the outcome is of type %s: %.200s", outcome.ErrorType, outcome.Payload)
	}
	f.respond(`{}`, `{"length":2,"event":null}`)
	usage, err := usageOf(f.process.Pid())
	if err != nil {
		t.Skip(err)
	}
	if limit := int64(100 << 20); usage.resident > limit {
		t.Errorf("%d MB are in use after it, more than %d MB", usage.resident>>20, limit>>20)
	}
}

func TestJSONLogs(t *testing.T) {
	f := start(t, "main", map[string]string{"main.sql": "SELECT print('é ' || :x) AS p, log_warn('careful', json_object('n', 1)) AS w, log_debug('hidden') AS d;"},
		"AWS_LAMBDA_LOG_FORMAT=JSON", "AWS_LAMBDA_LOG_LEVEL=INFO")
	f.invoke(lambdatest.Invocation{Payload: []byte(`{"x":"line\nbreak"}`), RequestID: "request-1"})
	var messages []string
	for line := range strings.Lines(f.stop()) {
		var entry struct{ Timestamp, Level, RequestID, Message string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		messages = append(messages, entry.Level+" "+entry.RequestID+" "+entry.Message)
	}
	want := []string{"INFO request-1 é line\nbreak", "WARN request-1 careful"}
	if !reflect.DeepEqual(messages, want) {
		t.Errorf("the log is %q, want %q", messages, want)
	}
}

// TestSampleEvents sends every sample event of aws-lambda-go through the built
// bootstrap: what comes back equals what went in.
func TestSampleEvents(t *testing.T) {
	output, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-lambda-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(output)), "events/testdata/*.json"))
	files = slices.DeleteFunc(files, func(file string) bool { return strings.Contains(file, "malformed") }) // no JSON
	if err != nil || len(files) < 80 {
		t.Fatalf("%d sample events: %v", len(files), err)
	}
	f := start(t, "main", map[string]string{"main.sql": "-- name: main :value\nSELECT json_array(json($event), json(event('')))"})
	for _, file := range files {
		event, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var sent any
		var back []any
		outcome := f.invoke(lambdatest.Invocation{Payload: event})
		if err := json.Unmarshal(event, &sent); err != nil {
			t.Fatal(file, err)
		}
		if err := json.Unmarshal(outcome.Payload, &back); err != nil || !reflect.DeepEqual(back, []any{sent, sent}) {
			t.Errorf("%s: %v\n%.300s", filepath.Base(file), err, outcome.Payload)
		}
	}
}
