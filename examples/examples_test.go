// Package examples_test runs the examples: each folder is a function with events, and
// the responses or errors that they give.
package examples_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sqlambda/engine"
	"sqlambda/engine/sqlite"
	"sqlambda/handlers"
)

var update = flag.Bool("update", false, "write the responses, errors and logs that the examples give")

// TestExamples runs every folder that has events:
//
//	event.json         is answered by the handler of the folder's name
//	event.get.json     by the handler folder.get
//	event-late.json    as event.json: another case
//	response….json     what the event of that name gives
//	error….json        or how it fails
//	log….txt           what is logged, where something is
//	env                variables of the function's environment, a line each
//	build.sh           makes the function's database
func TestExamples(t *testing.T) {
	events, err := filepath.Glob("*/event*.json")
	if err != nil || len(events) == 0 {
		t.Fatal("no examples", err)
	}
	for _, event := range events {
		folder, file := filepath.Split(event)
		name := strings.TrimSuffix(strings.TrimPrefix(file, "event"), ".json")
		t.Run(folder+name, func(t *testing.T) {
			e := deploy(t, filepath.Clean(folder))
			query, _, _ := strings.Cut(name, "-")
			response, failure := e.invoke(filepath.Base(folder)+query, event)
			check(t, folder+"response"+name+".json", response)
			check(t, folder+"error"+name+".json", failure)
			check(t, folder+"log"+name+".txt", e.log.Bytes())
		})
	}
}

// TestFolders finds folders without events, and results without an event.
func TestFolders(t *testing.T) {
	files, err := filepath.Glob("*/*.*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		folder, name := filepath.Split(file)
		switch kind, rest, _ := cutKind(name); kind {
		case "response", "error", "log":
			if _, err := os.Stat(folder + "event" + strings.TrimSuffix(rest, filepath.Ext(rest)) + ".json"); err != nil {
				t.Errorf("%s belongs to no event", file)
			}
		default:
			if events, _ := filepath.Glob(folder + "event*.json"); len(events) == 0 {
				t.Errorf("%s has no event", folder)
			}
		}
	}
}

// cutKind divides the name of a result: response.get.json is a response, of .get.json.
func cutKind(name string) (kind, rest string, ok bool) {
	i := strings.IndexAny(name, ".-")
	if i < 0 {
		return name, "", false
	}
	return name[:i], name[i:], true
}

// example is a function as it is deployed: a task root that cannot be written to, and
// a file system below /mnt.
type example struct {
	t    *testing.T
	root string
	mnt  string
	env  map[string]string
	log  bytes.Buffer
}

func deploy(t *testing.T, folder string) *example {
	t.Helper()
	e := &example{t: t, mnt: t.TempDir(), env: map[string]string{}}
	var err error
	if e.root, err = os.MkdirTemp("/var/tmp", "sqlambda"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(e.root) })
	files, err := filepath.Glob(folder + "/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal("no SQL", err)
	}
	for _, file := range files {
		if err := os.WriteFile(filepath.Join(e.root, filepath.Base(file)), read(t, file), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for line := range strings.Lines(string(read(t, folder+"/env"))) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		e.env[name] = value
	}
	if database := e.env["SQLAMBDA_DATABASE"]; len(read(t, folder+"/build.sh")) > 0 {
		out, err := exec.Command("sh", folder+"/build.sh", filepath.Join(e.root, database)).CombinedOutput()
		if err != nil {
			t.Fatalf("%s/build.sh: %v\n%s", folder, err, out)
		}
	} else if file, ok := strings.CutPrefix(database, "/mnt/"); ok {
		e.env["SQLAMBDA_DATABASE"] = filepath.Join(e.mnt, filepath.Base(file))
	}
	return e
}

// read reads a file; one that does not exist is empty.
func read(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return text
}

// invoke gives an event to a handler. The response is indented, to be read.
func (e *example) invoke(handler, event string) (response, failure []byte) {
	e.t.Helper()
	h, err := handlers.Load(handlers.Config{
		Root:      e.root,
		Handler:   handler,
		Database:  e.env["SQLAMBDA_DATABASE"],
		Memory:    64 << 20,
		Open:      sqlite.Open,
		LookupEnv: func(name string) (string, bool) { value, ok := e.env[name]; return value, ok },
		Log: func(_ string, level engine.Level, message, fields string) {
			e.log.WriteString(strings.TrimSpace(string(level)+" "+message+" "+fields) + "\n")
		},
	})
	if err != nil {
		e.t.Fatal(err)
	}
	defer func() {
		if err := h.Close(); err != nil {
			e.t.Error(err)
		}
	}()
	response, err = h.Invoke(&handlers.Invocation{
		RequestID: "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
		Deadline:  time.Now().Add(20 * time.Second).UnixMilli(),
		Event:     read(e.t, event),
	})
	if err != nil {
		return nil, report(e.t, err)
	}
	return indent(e.t, response), nil
}

// report is an error as Lambda returns it to the caller.
func report(t *testing.T, err error) []byte {
	t.Helper()
	var e *handlers.Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	body, err := json.Marshal(struct {
		Type    string   `json:"errorType"`
		Message string   `json:"errorMessage"`
		Stack   []string `json:"stackTrace"`
	}{e.Type, e.Message, append([]string{}, e.Stack...)})
	if err != nil {
		t.Fatal(err)
	}
	return indent(t, body)
}

func indent(t *testing.T, text []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, bytes.TrimSpace(text), "", "  "); err != nil {
		t.Fatal(err)
	}
	out.WriteByte('\n')
	return out.Bytes()
}

// check compares a result with its file. A result that is empty has none.
func check(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if len(got) > 0 {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	if want := read(t, file); !bytes.Equal(got, want) {
		t.Errorf("%s:\n%swant\n%s", file, got, want)
	}
}
