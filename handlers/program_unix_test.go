//go:build unix

package handlers_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"sqlambda/handlers"
)

// TestPrograms has files that are no programs of the task root, as a handler and as a function's.
func TestPrograms(t *testing.T) {
	f := newFunction(t)
	f.add("main.sql", "-- function: f() RETURNS TEXT USING 'pipe'\n-- function: g() RETURNS TEXT USING 'link'\n"+
		"-- function: h() RETURNS TEXT USING 'folder'\n-- name: main\nSELECT f(), g(), h();")
	err := errors.Join(syscall.Mkfifo(filepath.Join(f.root, "pipe"), 0o755), os.Symlink("/bin/sh", filepath.Join(f.root, "link")),
		os.Mkdir(filepath.Join(f.root, "folder"), 0o755))
	if err != nil {
		t.Fatal(err)
	}
	e := asError(t, f.start("main"))
	for _, want := range []string{"pipe cannot be run: it is not a file", "link cannot be run: path escapes from parent", "folder cannot be run: it is not a file"} {
		if !strings.Contains(e.Message, want) {
			t.Errorf("%s: there is no %q", e.Message, want)
		}
	}
	for _, handler := range []string{"pipe", "link", "folder", "folder/"} {
		if e := asError(t, f.start(handler)); e.Type != handlers.HandlerNotFound {
			t.Errorf("%s: %v", handler, e)
		}
	}
}
