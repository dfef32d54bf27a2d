package local

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"sqlambda/cmd/sqlambda/internal/project"
)

const forever = `
-- hello.sql --
SELECT 'Hello' AS body;
-- slow.sql --
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :n) SELECT max(i) AS i FROM n;
-- template.yaml --
Resources:
  hello: {Type: AWS::Serverless::Function, Properties: {CodeUri: ., Handler: hello}}
  slow: {Type: AWS::Serverless::Function, Properties: {CodeUri: ., Handler: slow, Timeout: 1}}
`

// failed checks the error of a function.
func (s *served) failed(got answer, want string) {
	s.t.Helper()
	if matched, _ := regexp.MatchString(want, got.body); got.status != 200 || got.header.Get("X-Amz-Function-Error") != "Unhandled" || !matched {
		s.t.Errorf("the answer is %d %s (%s)\nwant the error %s", got.status, got.body, got.header.Get("X-Amz-Function-Error"), want)
	}
}

func TestAProcessIsKept(t *testing.T) {
	s := serve(t, forever)
	s.respond("hello", "{}", `{"body":"Hello"}`)
	first := s.process("hello")
	for range 20 {
		s.respond("hello", "{}", `{"body":"Hello"}`)
	}
	if again := s.process("hello"); again != first {
		t.Error("another process answered")
	}
	if err := s.end(); err != nil || running(first) {
		t.Errorf("the process runs after the end: %v", err)
	}
}

func TestTheRuntimeTellsWhatTimedOut(t *testing.T) {
	s := serve(t, forever)
	got := s.invoke("slow", `{"n":1e15}`)
	for range 30 { // the runtime has 100 ms to tell, which a busy machine may not give it
		if strings.Contains(got.body, "Function.Timeout") {
			break
		}
		got = s.invoke("slow", `{"n":1e15}`)
	}
	s.failed(got, `^{"errorType":"Function.Timeout",`)
	s.respond("slow", `{"n":3}`, `{"i":3}`)
}

// idle waits until a number of processes wait for an invocation.
func (s *served) idle(name string, want int) {
	s.t.Helper()
	f, err := s.catalog().find(name)
	if err != nil {
		s.t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		f.mu.Lock()
		n := len(f.idle)
		f.mu.Unlock()
		if n == want {
			return
		}
	}
	s.t.Errorf("not %d processes of %s wait for an invocation", want, name)
}

func TestMemory(t *testing.T) {
	s := serve(t, `
-- hello.sql --
SELECT 1 AS x;
-- template.yaml --
Resources:
  hello: {Type: AWS::Serverless::Function, Properties: {CodeUri: ., Handler: hello, MemorySize: 4}}
`)
	s.failed(s.invoke("hello", `{}`), `^{"errorType":"Runtime.OutOfMemory",`)
	s.logged("\tStatus: error\tError Type: Runtime.OutOfMemory\t\n")
}

// TestConcurrency has as many invocations run as may, until they are killed.
func TestConcurrency(t *testing.T) {
	s := serve(t, strings.ReplaceAll(forever, "Timeout: 1", "Timeout: 600"))
	var asking sync.WaitGroup
	for range 2 {
		asking.Go(func() { s.failed(s.invoke("slow", `{"n":1e15}`), `signal: killed`) })
	}
	for end := time.Now().Add(20 * time.Second); strings.Count(s.log.String(), "START ") < 2 && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	for range 3 {
		got := s.invoke("slow", `{"n":1}`)
		if got.status != 429 || got.header.Get("X-Amzn-ErrorType") != "TooManyRequestsException" || !strings.Contains(got.body, `"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"`) {
			t.Errorf("what is too much is answered with %v", got)
		}
	}
	s.respond("hello", "{}", `{"body":"Hello"}`) // another function has a limit of its own
	s.hurry()
	if err := s.end(); err != nil {
		t.Error(err)
	}
	asking.Wait()
}

// TestAsynchronousInvocationsWait has more of them than may run at a time.
func TestAsynchronousInvocationsWait(t *testing.T) {
	s := serve(t, forever)
	var ids []string
	for range 6 {
		got := s.invoke("hello", `{}`, "X-Amz-Invocation-Type: Event")
		ids = append(ids, got.header.Get("X-Amzn-RequestId"))
	}
	for _, id := range ids {
		s.logged("END RequestId: " + id)
	}
	s.invoke("slow", `{"n":1e15}`, "X-Amz-Invocation-Type: Event")
	if err := s.end(); err != nil { // which waits for it
		t.Fatal(err)
	}
	s.logged(`failed; Lambda would try twice more, and sqlambda dev does not: {"errorType":"`)
}

// TestAFileIsSavedAtTheEnd saves a file while an invocation waits for its turn, which comes
// after the end has begun.
func TestAFileIsSavedAtTheEnd(t *testing.T) {
	s := serve(t, strings.ReplaceAll(forever, "Timeout: 1", "Timeout: 60"), func(o *Options) { o.Concurrency = 1 })
	for _, event := range []string{`{"n":500000}`, `{"n":1}`} {
		s.invoke("slow", event, "X-Amz-Invocation-Type: Event")
	}
	s.logged("START ")
	s.save("hello.sql", "SELECT 2 AS x;")
	ended := make(chan error)
	go func() { ended <- s.end() }()
	select {
	case err := <-ended:
		if n := strings.Count(s.log.String(), "REPORT "); n != 2 || err != nil {
			t.Errorf("%d invocations have ended, %v", n, err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the end waits for a process that waits for an invocation")
	}
}

func TestSavedFiles(t *testing.T) {
	s := serve(t, "-- hello.sql --\nSELECT 1 AS x;\n")
	s.respond("hello", `{}`, `{"x":1}`)
	pid := s.process("hello")
	for i := range 20 { // of one size, one behind the other
		s.save("hello.sql", fmt.Sprintf("SELECT %02d AS x;\n", i))
		s.respond("hello", `{}`, fmt.Sprintf(`{"x":%d}`, i))
	}
	s.save("hello.sql", "SELECT nme FROM (SELECT 1 AS name);")
	s.failed(s.invoke("hello", `{}`), `^{"errorType":"Runtime.InvalidHandler","errorMessage":"hello.sql:1:8: SQLITE_ERROR: no such column: nme`)
	s.logged("\n        SELECT nme FROM (SELECT 1 AS name);\n               ^\n")
	s.logged("INIT_REPORT Init Duration: ")
	s.save("hello.sql", "SELECT 2 AS x;")
	s.respond("hello", `{}`, `{"x":2}`)
	s.save("other.sql", "SELECT 3 AS x;")
	s.respond("other", `{}`, `{"x":3}`)
	s.save("init.sql", "CREATE TABLE t (x); INSERT INTO t VALUES (4);")
	s.save("other.sql", "SELECT x FROM t LIMIT 1;")
	s.respond("other", `{}`, `{"x":4}`)
	s.save("template.yaml", "Resources:\n  - [")
	if got := s.invoke("other", "{}"); got.status != 409 || !strings.Contains(got.body, "template.yaml: yaml: line 2") {
		t.Errorf("with a broken template: %v", got)
	}
	s.save("template.yaml", "Resources: {}")
	s.respond("other", `{}`, `{"x":4}`)
	if running(pid) {
		t.Error("the first process is still there")
	}
}

// TestAFileIsBeingSaved has half of a file, whose rest comes while the invocation waits. The
// time of the half is ahead, so that it counts as just written however busy the machine is.
func TestAFileIsBeingSaved(t *testing.T) {
	for name, half := range map[string]string{"hello.sql": "SELECT nope", "template.yaml": "Resources:\n  - ["} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, "-- hello.sql --\nSELECT 1 AS x;\n-- template.yaml --\nResources: {}\n")
			s.save(name, half)
			soon := time.Now().Add(saveTime / 2)
			if err := os.Chtimes(filepath.Join(s.root, name), soon, soon); err != nil {
				t.Fatal(err)
			}
			var asking sync.WaitGroup
			asking.Go(func() { s.respond("hello", `{}`, `{"x":1}`) })
			for end := time.Now().Add(saveTime); s.mu.TryLock(); time.Sleep(time.Millisecond) {
				s.mu.Unlock()
				if time.Now().After(end) {
					t.Fatal("the invocation does not wait for the rest")
				}
			}
			s.save(name, map[string]string{"hello.sql": "SELECT 1 AS x;", "template.yaml": "Resources: {}"}[name])
			asking.Wait()
		})
	}
}

// TestALogInTheFolder changes a file of the folder with every line of the log, so that no
// process can have read all files as they are.
func TestALogInTheFolder(t *testing.T) {
	s := serve(t, "-- hello.sql --\nSELECT 1 AS x;\n-- broken.sql --\nSELECT nope;\n", func(o *Options) {
		log, err := os.Create(filepath.Join(o.Root, "log"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { log.Close() })
		o.Log = &Log{Stderr: log}
	})
	s.respond("hello", `{}`, `{"x":1}`)
	s.failed(s.invoke("broken", `{}`), "no such column: nope")
}

// TestARunningInvocationIsNotDisturbed saves a file meanwhile.
func TestARunningInvocationIsNotDisturbed(t *testing.T) {
	s := serve(t, "-- slow.sql --\nWITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :n) SELECT max(i) AS i FROM n;\n-- template.yaml --\n"+`
Resources:
  slow: {Type: AWS::Serverless::Function, Properties: {CodeUri: ., Handler: slow, Timeout: 60}}
`)
	s.respond("slow", `{"n":1}`, `{"i":1}`)
	pid := s.process("slow")
	var asking sync.WaitGroup
	asking.Go(func() { s.respond("slow", `{"n":500000}`, `{"i":500000}`) })
	s.idle("slow", 0)
	s.save("slow.sql", "SELECT 2 AS i;")
	s.respond("slow", `{}`, `{"i":2}`)
	asking.Wait()
	if err := s.end(); err != nil || running(pid) {
		t.Errorf("the first process is still there: %v", err)
	}
}

// TestEndAtOnce ends all while an invocation runs, as a second Ctrl-C does.
func TestEndAtOnce(t *testing.T) {
	s := serve(t, "-- slow.sql --\nWITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS i FROM n;\n-- template.yaml --\n"+`
Resources:
  slow: {Type: AWS::Serverless::Function, Properties: {CodeUri: ., Handler: slow, Timeout: 600}}
`)
	var got answer
	var asking sync.WaitGroup
	asking.Go(func() { got = s.invoke("slow", "{}") })
	s.logged("START ")
	s.hurry()
	if err := s.end(); err != nil {
		t.Error(err)
	}
	asking.Wait()
	s.failed(got, `"errorType":"Runtime.ExitError","errorMessage":".*signal: killed"`)
}

// TestAProcessThatIsNotUsed ends one before its time.
func TestAProcessThatIsNotUsed(t *testing.T) {
	s := serve(t, forever)
	s.respond("hello", "{}", `{"body":"Hello"}`)
	e := s.waiting("hello")
	e.expiry.Reset(0)
	e.process.Wait(t.Context())
	s.respond("hello", "{}", `{"body":"Hello"}`)
	if s.waiting("hello") == e {
		t.Error("a process that has ended waits for an invocation")
	}
}

// TestManyAtOnce invokes functions from many sides while their files change. Every
// answer is that of a file that was there.
func TestManyAtOnce(t *testing.T) {
	s := serve(t, "-- a.sql --\nSELECT 1 AS x;\n-- b.sql --\nSELECT 1 AS x;\n", func(o *Options) { o.Concurrency = 4 })
	var asking sync.WaitGroup
	for i := range 8 {
		asking.Go(func() {
			for range 40 {
				if got := s.invoke([]string{"a", "b"}[i%2], "{}"); got.status != 200 || got.body != `{"x":1}` && got.body != `{"x":2}` {
					t.Errorf("the answer is %v", got)
				}
			}
		})
	}
	for range 5 {
		s.logged("REPORT")
		replaced := filepath.Join(t.TempDir(), "a.sql") // as editors do: whole or not at all
		if err := errors.Join(os.WriteFile(replaced, []byte("SELECT 2 AS x;"), 0o644), os.Rename(replaced, filepath.Join(s.root, "a.sql"))); err != nil {
			t.Fatal(err)
		}
	}
	asking.Wait()
	s.respond("a", "{}", `{"x":2}`)
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
}

// TestConnectionsInAdvance has connections without a request, which must not hold up the
// end, and one whose request is being answered, which the end waits for.
func TestConnectionsInAdvance(t *testing.T) {
	s := serve(t, strings.ReplaceAll(forever, "Timeout: 1", "Timeout: 60"))
	for range 3 {
		early, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer early.Close()
	}
	var asking sync.WaitGroup
	asking.Go(func() { s.respond("slow", `{"n":300000}`, `{"i":300000}`) })
	s.logged("START ")
	began := time.Now()
	if err := s.end(); err != nil || time.Since(began) > 4*time.Second {
		t.Errorf("the end took %s, %v", time.Since(began), err)
	}
	asking.Wait()
}

// TestTheCallerGoesAway gives up on an invocation, which goes on, as in Lambda.
func TestTheCallerGoesAway(t *testing.T) {
	s := serve(t, forever)
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "POST", s.url+"/2015-03-31/functions/slow/invocations", strings.NewReader(`{"n":300000}`))
	if err != nil {
		t.Fatal(err)
	}
	var asking sync.WaitGroup
	asking.Go(func() {
		if _, err := http.DefaultTransport.RoundTrip(r); err == nil {
			t.Error("the caller did not go away")
		}
	})
	s.logged("START ")
	cancel()
	asking.Wait()
	s.logged("REPORT ")
	if strings.Contains(s.log.String(), "Status:") {
		t.Error("the invocation failed")
	}
}

// TestWithoutRuntimeAPI takes the Runtime API away from a process: it ends by itself, as it
// has to where this program is killed and the system does not see to that.
func TestWithoutRuntimeAPI(t *testing.T) {
	s := serve(t, forever)
	s.respond("hello", "{}", `{"body":"Hello"}`)
	e := s.waiting("hello")
	e.api.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := e.process.Wait(ctx); ctx.Err() != nil {
		t.Error("the process goes on without a Runtime API")
	} else if err == nil {
		t.Error("the process ended with status 0")
	}
	s.respond("hello", "{}", `{"body":"Hello"}`)
}

// TestDatabasesAreClosed ends processes that have a database to close.
func TestDatabasesAreClosed(t *testing.T) {
	folder, err := os.MkdirTemp("/tmp", "sqlambda") // where a function may write
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	database := filepath.Join(folder, "shop.db")
	s := serve(t, `
-- init.sql --
PRAGMA journal_mode = wal;
CREATE TABLE IF NOT EXISTS t (x);
-- add.sql --
INSERT INTO t VALUES (1) RETURNING (SELECT count(*) FROM t) AS n;
`, func(o *Options) { o.Environ = append(o.Environ, "SQLAMBDA_DATABASE="+database) })
	s.respond("add", "{}", `{"n":1}`)
	s.respond("add", "{}", `{"n":2}`)
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(database + "-wal"); err == nil {
		t.Error("the write-ahead log is still there: the database was not closed")
	}
}

// TestEnvironment has the variables that a function sees, and that it must not see.
func TestEnvironment(t *testing.T) {
	f := newFunction(&catalog{lambda: New(Options{Host: "localhost", Environ: []string{
		"PATH=/home/ada/bin", "STAGE=shell", "OWN=1", "AWS_REGION=eu-west-1", "AWS_SECRET_ACCESS_KEY=secret", "TZ=Europe/Rome",
		"AWS_LAMBDA_FUNCTION_NAME=other", "AWS_LAMBDA_MAX_CONCURRENCY=9", "GOGC=off", "_LAMBDA_TELEMETRY_LOG_FD=3",
	}})}, project.Function{
		Name: "List", Handler: "orders.list", Root: "/src", MemoryMB: 256,
		Variables: map[string]string{"STAGE": "template", "TABLE": "orders", "_HANDLER": "x"},
	}, nil)
	variables := f.environ("12-34")
	for name, want := range map[string]string{
		"STAGE": "shell", "TABLE": "orders", "OWN": "1", "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1", "TZ": ":UTC",
		"PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin", "_HANDLER": "orders.list", "LAMBDA_TASK_ROOT": "/src",
		"AWS_LAMBDA_FUNCTION_NAME": "List", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
		"AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/List",
	} {
		if got := variables[name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, name := range append([]string{"AWS_SECRET_ACCESS_KEY", "_LAMBDA_TELEMETRY_LOG_FD"}, absent...) {
		if value, ok := variables[name]; ok {
			t.Errorf("%s is %q", name, value)
		}
	}
	if got := variables["AWS_LAMBDA_LOG_STREAM_NAME"]; !strings.HasSuffix(got, "[$LATEST]1234") {
		t.Errorf("the log stream is %q", got)
	}
}
