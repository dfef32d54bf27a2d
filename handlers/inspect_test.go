package handlers_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sqlambda/engine"
	"sqlambda/engine/sqlite"
	"sqlambda/handlers"
)

// TestInspect: an inspection goes on after what is wrong, and tells each problem once.
func TestInspect(t *testing.T) {
	i := inspectFile(t, map[string]string{
		"init.sql": "CREATE TABLE a (id INTEGER PRIMARY KEY);\nCREATE TABLE b (id,,);\nCREATE VIEW c AS SELECT * FROM b;\nINSERT INTO z VALUES (1);\nCREATE TABLE d (id);",
		"main.sql": "CREATE TEMP VIEW e AS SELECT id FROM c;\nSELECT error('X', 'y');\n" +
			"-- name: one :one\nSELECT id FROM a LIMIT 1;\n" +
			"-- name: two :many\nSELECT * FROM b, c, e;\nSELECT nowt FROM d;\n" +
			"-- name: three :many\n-- param: x TXT\nSELECT id FROM d WHERE id = :y;\n" +
			"-- name: four :many\nSELECT nowt FROM a;\n",
	}, "main.two")
	var got []string
	for _, p := range i.Problems {
		got = append(got, fmt.Sprintf("%s %s:%d:%d %s: %s|%s", p.Code, p.File, p.Line, p.Column, p.Query, p.Message, p.Hint))
	}
	want := []string{
		"Runtime.InitFailed init.sql:2:20 : SQLITE_ERROR: near \",\": syntax error|",
		"Runtime.InitFailed init.sql:4:13 : SQLITE_ERROR: no such table: z|the tables are a",
		"X main.sql:2:1 : y|",
		"Runtime.InvalidHandler main.sql:7:8 two: SQLITE_ERROR: no such column: nowt|the columns are id",
		"Runtime.InvalidHandler main.sql:9:13 : unknown type TXT|did you mean TEXT?",
		"Runtime.InvalidHandler main.sql:10:29 : :y is not declared|one of :x",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the problems are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if i.Query.Name != "two" || len(i.Steps) != 2 || i.Steps[0].Stmt != nil || i.Columns != nil {
		t.Errorf("the plan is %+v", i.Plan)
	}
}

// TestInspectColumns: where columns are in the response, and what they hold.
func TestInspectColumns(t *testing.T) {
	i := inspectFile(t, map[string]string{
		"main.sql": "SELECT 200 AS statusCode, 1.5 AS \"headers.x\", json_object('a', 1) AS \"body.a\", 1 + 1.5",
	}, "main")
	var got []string
	for _, c := range i.Columns {
		got = append(got, fmt.Sprintf("%s %q %v %v", c.Name, c.Path, c.Type, c.Text))
	}
	const want = `statusCode ["statusCode"] plain false, headers.x ["headers" "x"] plain false, ` +
		`body.a ["body" "a"] json true, 1 + 1.5 ["1 + 1.5"] plain false`
	if got := strings.Join(got, ", "); got != want {
		t.Errorf("the columns are %s, want %s", got, want)
	}
}

func inspectFile(t *testing.T, files map[string]string, handler string) *handlers.Handler {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	i, err := handlers.Inspect(handlers.Config{
		Root:      root,
		Handler:   handler,
		Open:      sqlite.Open,
		LookupEnv: os.LookupEnv,
		Log:       func(string, engine.Level, string, string) {},
	})
	if i == nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { i.Close() })
	return i
}

// resolve returns the file and the query that a handler string names.
func resolve(root, handler string) (file, query string, err error) {
	h, err := handlers.Inspect(handlers.Config{
		Root: root, Handler: handler, Open: sqlite.Open, LookupEnv: os.LookupEnv,
		Log: func(string, engine.Level, string, string) {},
	})
	//lint:ignore SA5001 a handler may come beside the error, and closing none is nothing
	defer h.Close()
	if h == nil || h.Query == nil { // its text is wrong
		return "", "", err
	}
	return h.File.Name, h.Query.Name, nil
}

func TestResolve(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{"a.sql": "SELECT 1", "b.sql": "-- name: one\nSELECT 1;\n-- name: main\nSELECT 2;", "c.sql": "-- name: wrong :x\nSELECT 1"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for handler, want := range map[string]string{
		"a": "a.sql ", "b": "b.sql main", "b.one": "b.sql one", "b.sql.one": "b.sql one", "c": "c.sql wrong",
		"b.two": "Runtime.HandlerNotFound", "d": "Runtime.HandlerNotFound",
	} {
		file, query, err := resolve(root, handler)
		got := file + " " + query
		if err != nil {
			got = asError(t, err).Type
		}
		if got != want {
			t.Errorf("%s is %q, want %q", handler, got, want)
		}
	}
}
