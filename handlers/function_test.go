package handlers_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sqlambda/engine"
	"sqlambda/engine/sqlite"
	"sqlambda/event"
	"sqlambda/handlers"
)

// testFunction is a function as the tests deploy it: a task root outside of the
// folders that can be written to, a folder of its own that its SQL calls /tmp, an
// environment and a log.
type testFunction struct {
	t       testing.TB
	root    string
	tmp     string
	env     map[string]string
	timeout time.Duration
	logs    strings.Builder
	handler *handlers.Handler // that is loaded, or nil
}

// engineMemory is what SQLite may use. The process has one limit, so that all tests
// have this.
const engineMemory = 64 << 20

func newFunction(t testing.TB) *testFunction {
	t.Helper()
	f := &testFunction{t: t, timeout: 20 * time.Second, env: map[string]string{
		"AWS_LAMBDA_FUNCTION_NAME": "orders", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
		"AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/orders", "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/20/[$LATEST]0123456789abcdef",
	}}
	f.root = folder(t, "/var/tmp")
	f.tmp = folder(t, "/tmp")
	t.Cleanup(f.stop)
	return f
}

// folder makes a folder that is removed after the test.
func folder(t testing.TB, parent string) string {
	t.Helper()
	name, err := os.MkdirTemp(parent, "sqlambda")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(name) })
	return name
}

// add writes a file of the function. One that ends in .db.sql makes the database
// of that name.
func (f *testFunction) add(name, text string) {
	f.t.Helper()
	if database, ok := strings.CutSuffix(name, ".db.sql"); ok {
		f.makeDatabase(database+".db", text)
		return
	}
	path := filepath.Join(f.root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(f.inside(text)), 0o644); err != nil {
		f.t.Fatal(err)
	}
}

// inside is text as the function sees it, outside as the test shows it.
func (f *testFunction) inside(text string) string {
	return strings.ReplaceAll(text, "/tmp/", f.tmp+"/")
}

func (f *testFunction) outside(text string) string {
	text = strings.ReplaceAll(text, f.tmp, "/tmp")
	text = strings.ReplaceAll(text, f.root, "/var/task")
	text = deadline.ReplaceAllString(text, `"deadlineMs":1795282864993`)
	return elapsed.ReplaceAllString(text, "had run for 1.9s")
}

var elapsed = regexp.MustCompile(`had run for [0-9.]+m?s`)
var deadline = regexp.MustCompile(`"deadlineMs":[0-9]{13}`)

func (f *testFunction) config(handler string) handlers.Config {
	return handlers.Config{
		Root:      f.root,
		Handler:   handler,
		Database:  f.inside(f.env["SQLAMBDA_DATABASE"]),
		Open:      sqlite.Open,
		Memory:    engineMemory,
		Decoding:  event.NewPool(engineMemory * 2 / 3),
		LookupEnv: func(name string) (string, bool) { v, ok := f.env[name]; return v, ok },
		Environ: func() []string {
			environ := []string{"PATH=" + os.Getenv("PATH")}
			for name, value := range f.env {
				environ = append(environ, name+"="+value)
			}
			return environ
		},
		Log: func(requestID string, level engine.Level, message, fields string) {
			f.logs.WriteString(strings.TrimSpace(strings.Join([]string{requestID, string(level), message, fields}, " ")) + "\n")
		},
	}
}

// start loads the handler, in the place of the one that is loaded.
func (f *testFunction) start(handler string) error {
	f.stop()
	h, err := handlers.Load(f.config(handler))
	if err == nil {
		f.handler = h
	}
	return err
}

func (f *testFunction) stop() {
	if f.handler != nil {
		if err := f.handler.Close(); err != nil {
			f.t.Error(err)
		}
		f.handler = nil
	}
}

const requestID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"

func (f *testFunction) invoke(event string) ([]byte, error) {
	return f.handler.Invoke(&handlers.Invocation{
		RequestID:       requestID,
		FunctionARN:     "arn:aws:lambda:us-east-1:123456789012:function:orders",
		TraceID:         "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
		TenantID:        "blue",
		ClientContext:   `{"custom":{"lang":"en"}}`,
		CognitoIdentity: `{"cognitoIdentityId":"id-1","cognitoIdentityPoolId":"pool-1"}`,
		Deadline:        time.Now().Add(f.timeout).UnixMilli(),
		Event:           []byte(event),
	})
}

// asError returns the error that handlers document.
func asError(t *testing.T, err error) *handlers.Error {
	t.Helper()
	var e *handlers.Error
	if !errors.As(err, &e) {
		t.Errorf("the error %v is no *handlers.Error", err)
		return &handlers.Error{Message: err.Error()}
	}
	return e
}

// makeDatabase makes a database file in the task root from SQL.
func (f *testFunction) makeDatabase(name, script string) {
	f.t.Helper()
	maker := newFunction(f.t)
	maker.env["SQLAMBDA_DATABASE"] = "/tmp/made.db"
	maker.add("main.sql", "SELECT 1")
	maker.add("init.sql", script)
	if err := maker.start("main"); err != nil {
		f.t.Fatal(err)
	}
	maker.stop()
	data, err := os.ReadFile(filepath.Join(maker.tmp, "made.db"))
	if err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(f.root, name), data, 0o644); err != nil {
		f.t.Fatal(err)
	}
}
