package handlers_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sqlambda/handlers"
)

// TestListHandlers: each handler that is listed has a name by which Load finds it, and
// Find means by a string what Load means by it.
func TestListHandlers(t *testing.T) {
	const two, one, script = "-- name: x\nSELECT 1;\n-- name: y\nSELECT 2;", "-- name: b\nSELECT 1", "SELECT 1"
	for _, test := range []struct {
		files map[string]string
		want  string
	}{
		{map[string]string{"a.b.sql": two, "a.sql": one}, "a.b.x a.b.y a=b"},
		{map[string]string{"a.b.sql": two, "a.sql": one + ";\n-- name: c\nSELECT 2"}, "a.b.x a.b.y a.sql.b a.c"},
		{map[string]string{"a.b.sql": script, "a.sql": two}, "a.b a.x a.y"},
		{map[string]string{"api/a.sql": script, "a.sql": two, "init.sql": script}, "a.x a.y api/a"},
		{map[string]string{"a.sql.sql": script, "a.sql": script}, "a a.sql.sql"},
		{map[string]string{"a.sql": "-- nothing"}, "a"},
	} {
		root := t.TempDir()
		var files, got []string
		for name, text := range test.files {
			os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755)
			if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			files = append(files, name)
		}
		slices.Sort(files)
		list, err := handlers.ListHandlers(os.DirFS(root), files)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range list {
			name := h.Name
			if h.Query != "" && !strings.HasSuffix(name, "."+h.Query) {
				name += "=" + h.Query
			}
			got = append(got, name)
		}
		if got := strings.Join(got, " "); got != test.want {
			t.Errorf("%v: the handlers are %s, want %s", files, got, test.want)
		}
		for _, handler := range []string{"a", "a.b", "a.c", "a.x", "a.b.x", "a.sql", "a.sql.b", "a.sql.sql", "api/a", "./a", "", "../a", "init"} {
			found, ok := list.Find(handler)
			file, query, err := resolve(root, handler)
			if handler == "init" || len(files) == 1 { // it can be run, but is not listed; its text is wrong
				continue
			}
			if want := fmt.Sprint(file, query, err == nil); want != fmt.Sprint(found.File, found.Query, ok) && (ok || err == nil) {
				t.Errorf("%v: %q is %v, and Load takes it for %s (%v)", files, handler, found, want, err)
			}
		}
	}
}
