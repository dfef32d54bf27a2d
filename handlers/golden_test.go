package handlers_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"sqlambda/engine"
	"sqlambda/engine/sqlite"
	"sqlambda/handlers"
)

var update = flag.Bool("update", false, "write what the golden cases give into their files")

// TestGolden runs the cases in testdata. A case is a txtar archive:
//
//	handler            the handler string; "main" where it is left out
//	env                variables of the environment, a line each; optional
//	*.sql              the files of the function
//	*.db.sql           SQL that makes the database of that name; optional
//	event, event2, …   events, in the order of their names
//	response, …        what each gives: its response or its error
//	init               the error of the load, where that is the case
//	log                the log lines; where there are any
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(file, "testdata/"), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := runCase(t, archive)
			if *update {
				if err := os.WriteFile(file, txtar.Format(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			compare(t, archive, got)
		})
	}
}

// compare reports where two archives differ.
func compare(t *testing.T, want, got *txtar.Archive) {
	t.Helper()
	for _, f := range got.Files {
		if w := content(want, f.Name); w != string(f.Data) {
			t.Errorf("%s is\n%swant\n%s", f.Name, f.Data, w)
		}
	}
	for _, f := range want.Files {
		if !slices.ContainsFunc(got.Files, func(g txtar.File) bool { return g.Name == f.Name }) {
			t.Errorf("there is no %s, want\n%s", f.Name, f.Data)
		}
	}
}

func content(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// runCase runs a case and returns it with the results that it gave.
func runCase(t *testing.T, in *txtar.Archive) *txtar.Archive {
	out := &txtar.Archive{Comment: in.Comment}
	var logs strings.Builder
	config := handlers.Config{
		Root:    t.TempDir(),
		Handler: "main",
		Open:    sqlite.Open,
		Memory:  64 << 20,
		Function: handlers.Function{
			Name: "orders", Version: "$LATEST", MemoryMB: "128",
			LogGroup: "/aws/lambda/orders", LogStream: "2026/11/20/[$LATEST]0123456789abcdef",
		},
		Log: func(requestID string, level engine.Level, message, fields string) {
			logs.WriteString(strings.TrimSpace(strings.Join([]string{requestID, string(level), message, fields}, " ")) + "\n")
		},
	}
	env := map[string]string{}
	config.LookupEnv = func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	for _, f := range in.Files {
		switch {
		case f.Name == "handler":
			config.Handler = strings.TrimSpace(string(f.Data))
		case f.Name == "env":
			for line := range strings.Lines(string(f.Data)) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
				env[name] = value
			}
		case strings.HasSuffix(f.Name, ".db.sql"):
			makeDatabase(t, filepath.Join(config.Root, strings.TrimSuffix(f.Name, ".sql")), string(f.Data))
		case strings.HasSuffix(f.Name, ".sql"):
			path := filepath.Join(config.Root, f.Name)
			os.MkdirAll(filepath.Dir(path), 0o755)
			if err := os.WriteFile(path, f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			continue
		}
		out.Files = append(out.Files, f)
	}
	config.Database = env["SQLAMBDA_DATABASE"]
	add := func(name, data string) {
		data = strings.ReplaceAll(data, config.Root, "/var/task")
		out.Files = append(out.Files, txtar.File{Name: name, Data: []byte(strings.TrimSuffix(data, "\n") + "\n")})
	}
	h, err := handlers.Load(config)
	if err != nil {
		add("init", describe(t, err))
	} else {
		defer h.Close()
		for _, f := range in.Files {
			if number, ok := strings.CutPrefix(f.Name, "event"); ok {
				out.Files = append(out.Files, f)
				add("response"+number, invoke(t, h, f.Data))
			}
		}
	}
	if logs.Len() > 0 {
		add("log", logs.String())
	}
	return out
}

func invoke(t *testing.T, h *handlers.Handler, event []byte) string {
	response, err := h.Invoke(&handlers.Invocation{
		RequestID:       "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
		FunctionARN:     "arn:aws:lambda:us-east-1:123456789012:function:orders",
		TraceID:         "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
		TenantID:        "blue",
		ClientContext:   `{"custom":{"lang":"en"}}`,
		CognitoIdentity: `{"cognitoIdentityId":"id-1","cognitoIdentityPoolId":"pool-1"}`,
		Deadline:        time.Now().Add(20 * time.Second).UnixMilli(),
		Event:           event,
	})
	if err != nil {
		return describe(t, err)
	}
	return string(response)
}

// describe lays out an error: its type, its message and its places.
func describe(t *testing.T, err error) string {
	var e *handlers.Error
	if !errors.As(err, &e) {
		t.Errorf("the error %v is no *handlers.Error", err)
		return err.Error()
	}
	text := "error " + e.Type + "\n" + e.Message + "\n"
	if len(e.Stack) > 0 {
		text += "at " + strings.Join(e.Stack, ", ") + "\n" + e.Excerpt + "\n"
	}
	return text
}

// makeDatabase makes a database file from SQL.
func makeDatabase(t *testing.T, file, script string) {
	t.Helper()
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "init.sql"), []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "main.sql"), []byte("SELECT 1"), 0o644); err != nil {
		t.Fatal(err)
	}
	made, err := os.MkdirTemp("/tmp", "sqlambda")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(made)
	h, err := handlers.Load(handlers.Config{
		Root: root, Handler: "main", Open: sqlite.Open, Database: filepath.Join(made, "made.db"),
		LookupEnv: os.LookupEnv, Log: func(string, engine.Level, string, string) {},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(made, "made.db"), file); err != nil {
		t.Fatal(err)
	}
}
