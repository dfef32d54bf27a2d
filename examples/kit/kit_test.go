// Package kit_test runs the programs of the kit against a Runtime API.
package kit_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sqlambda/internal/lambdatest"
)

// start builds a program and starts it with the files of a function.
func start(t *testing.T, program, handler string, files map[string]string, environment ...string) (*lambdatest.Server, context.Context) {
	t.Helper()
	bootstrap := filepath.Join(t.TempDir(), "bootstrap")
	if output, err := exec.Command("go", "build", "-o", bootstrap, "./"+program).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	root := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	server, err := lambdatest.NewServer()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	command := exec.Command(bootstrap)
	command.Env = append(environment, "_HANDLER="+handler, "LAMBDA_TASK_ROOT="+root)
	process, err := server.Start(command)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(process.Kill)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return server, ctx
}

// call is an event, and its response or the type of its error.
type call struct{ event, response, failure string }

func check(t *testing.T, server *lambdatest.Server, ctx context.Context, calls []call) {
	t.Helper()
	for _, call := range calls {
		outcome, err := server.Invoke(ctx, lambdatest.Invocation{RequestID: "request-1", Payload: []byte(call.event)})
		if err != nil {
			t.Fatal(err)
		}
		if outcome.FunctionError != (call.failure != "") || !strings.Contains(string(outcome.Payload), call.response) ||
			!strings.Contains(string(outcome.Payload), `"errorType":"`+call.failure) && call.failure != "" {
			t.Errorf("%s gives %s, want %s%s", call.event, outcome.Payload, call.response, call.failure)
		}
	}
}

func TestOrders(t *testing.T) {
	t.Parallel()
	server, ctx := start(t, "orders", "orders", nil)
	check(t, server, ctx, []call{
		{`{"id":"o-1","lines":[{"quantity":2,"price":1.5},{"quantity":1,"price":4}]}`, `{"order":"o-1","total":7,"requestId":"request-1"}`, ""},
		{`{"id":"o-2"}`, `"errorMessage":"the order o-2 has no lines"`, "Order.Empty"},
		{`{"id":7}`, "", "Function.InvalidEvent"},
		{`{"id":"o-3","lines":[{"quantity":1,"price":0.25}]}`, `{"order":"o-3","total":0.25,"requestId":"request-1"}`, ""},
	})
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"greeting.tmpl": `Hello {{.name}}{{if eq .name "nobody"}}{{template "absent"}}{{end}}`,
		"wrong.tmpl":    `{{if}}`,
	}
	server, ctx := start(t, "templates", "greeting", files)
	check(t, server, ctx, []call{
		{`{"name":"Ada"}`, `"Hello Ada"`, ""},
		{`{"name":"nobody"}`, "", "Function.Template"},
		{`{"name":"Grace"}`, `"Hello Grace"`, ""},
	})
	for _, test := range []struct{ handler, concurrency, failure string }{
		{"wrong", "1", "Runtime.InvalidTemplate"},
		{"greeting", "many", "Runtime.InitFailed"},
	} {
		server, ctx = start(t, "templates", test.handler, files, "AWS_LAMBDA_MAX_CONCURRENCY="+test.concurrency)
		if err := server.WaitReady(ctx); err == nil || !strings.Contains(err.Error(), test.failure) {
			t.Errorf("the init of %s gives %v, want %s", test.handler, err, test.failure)
		}
	}
}

func TestExport(t *testing.T) {
	t.Parallel()
	const prelude = `{"statusCode":200,"headers":{"content-type":"application/x-ndjson"},"cookies":[]}` + "\x00\x00\x00\x00\x00\x00\x00\x00"
	const row, line, many = "7,paid\n", `{"id":"7","state":"paid"}` + "\n", 1_000_000
	files := map[string]string{
		"two.csv":   "id,state\n" + row + row,
		"early.csv": "id,state\n" + row + "8\n",
		"late.csv":  "id,state\n" + strings.Repeat(row, many) + "8\n",
	}
	for name, test := range map[string]struct{ body, failure, trailer string }{
		"two":    {prelude + line + line, "", ""},
		"early":  {"", "Export.InvalidRow", ""},
		"late":   {prelude + strings.Repeat(line, many), "", `Function.ExportInvalidRow: {"errorType":"Export.InvalidRow","errorMessage":"record on line 1000002: wrong number of fields"`},
		"absent": {"", "Function.Unknown", ""},
	} {
		server, ctx := start(t, "export", name, files)
		if test.failure != "" {
			check(t, server, ctx, []call{{`{}`, "", test.failure}})
			continue
		}
		outcome, err := server.Invoke(ctx, lambdatest.Invocation{Payload: []byte(`{}`)})
		if err != nil || string(outcome.Payload) != test.body {
			t.Errorf("%s: %.200q, %v; want %.200q", name, outcome.Payload, err, test.body)
		}
		if outcome.Trailer == nil && test.trailer != "" || outcome.Trailer != nil && (test.trailer == "" || !strings.HasPrefix(outcome.Trailer.Error(), test.trailer)) {
			t.Errorf("%s: %v, want %q", name, outcome.Trailer, test.trailer)
		}
	}
}

// TestPage finds the code of docs/kit.md in the programs.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/kit.md")
	if err != nil {
		t.Fatal(err)
	}
	var programs strings.Builder
	for _, name := range []string{"templates/main.go", "orders/main.go", "export/main.go"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		programs.Write(text)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) != 3 {
		t.Fatalf("the page has %d blocks of Go", len(blocks))
	}
	for _, block := range blocks {
		if !strings.Contains(programs.String(), block[1]) {
			t.Errorf("no program has\n%s", block[1])
		}
	}
}
