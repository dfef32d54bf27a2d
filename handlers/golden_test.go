package handlers_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write what the golden cases give into their files")

// TestGolden runs the cases in testdata. A case is a txtar archive:
//
//	handler            the handler string; "main" where it is left out
//	env                variables of the environment, a line each, a value with line breaks in
//	                   Go's quotes; optional
//	timeout            the function's timeout, as 200ms; 20s where it is left out
//	*.sql              the files of the function; also those that begin with #!
//	*.db.sql           SQL that makes the database of that name; optional
//	event, event2, …   events, in the order of the archive
//	response, …        what each gives: its response or its error
//	restart…           before an event: it is handled by a new process
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
	f := newFunction(t)
	handler := deploy(t, f, in, out)
	add := func(name, text string) {
		out.Files = append(out.Files, txtar.File{Name: name, Data: []byte(strings.TrimSuffix(f.outside(text), "\n") + "\n")})
	}
	err := f.start(handler)
	if err != nil {
		add("init", describe(t, err))
	}
	for _, file := range in.Files {
		number, isEvent := strings.CutPrefix(file.Name, "event")
		switch {
		case err != nil:
		case strings.HasPrefix(file.Name, "restart"):
			out.Files = append(out.Files, file)
			if err := f.start(handler); err != nil {
				t.Fatal(err)
			}
		case isEvent:
			out.Files = append(out.Files, file)
			response, err := f.invoke(string(file.Data))
			if err != nil {
				response = []byte(describe(t, err))
			}
			add("response"+number, string(response))
		}
	}
	if f.logs.Len() > 0 {
		add("log", f.logs.String())
	}
	return out
}

// deploy makes the function of a case, keeps in out what it is made of, and
// returns the handler string.
func deploy(t *testing.T, f *testFunction, in, out *txtar.Archive) (handler string) {
	handler = "main"
	for _, file := range in.Files {
		text := string(file.Data)
		switch {
		case file.Name == "handler":
			handler = strings.TrimSuffix(text, "\n")
		case file.Name == "env":
			for line := range strings.Lines(text) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
				if lines, err := strconv.Unquote(value); err == nil {
					value = lines
				}
				f.env[name] = value
			}
		case file.Name == "timeout":
			var err error
			if f.timeout, err = time.ParseDuration(strings.TrimSpace(text)); err != nil {
				t.Fatal(err)
			}
		case strings.HasSuffix(file.Name, ".sql"), strings.HasPrefix(text, "#!"):
			f.add(file.Name, text)
		default:
			continue
		}
		out.Files = append(out.Files, file)
	}
	return handler
}

// describe lays out an error: its type, its message and its places.
func describe(t *testing.T, err error) string {
	e := asError(t, err)
	text := "error " + e.Type + "\n" + e.Message + "\n"
	if len(e.Stack) > 0 {
		text += "at " + strings.Join(e.Stack, ", ") + "\n" + e.Excerpt + "\n"
	}
	return text
}
