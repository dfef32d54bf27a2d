package local

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestSnapshot changes files in the ways in which editors, and those who unpack archives,
// do.
func TestSnapshot(t *testing.T) {
	long := time.Now().Add(-time.Hour)
	for name, c := range map[string]struct {
		change func(file string) error
		want   bool
	}{
		"nothing": {func(string) error { return nil }, false},
		"read":    {func(file string) error { _, err := os.ReadFile(file); return err }, false},
		"of another size": {func(file string) error {
			return os.WriteFile(file, []byte("SELECT 22;"), 0o644)
		}, true},
		"of another time": {func(file string) error { return os.Chtimes(file, long, long.Add(1)) }, true},
		"made executable": {func(file string) error { return os.Chmod(file, 0o755) }, true},
		"another file of that size and time": {func(file string) error {
			if err := os.WriteFile(file+"~", []byte("SELECT 2;"), 0o644); err != nil {
				return err
			}
			if err := os.Chtimes(file+"~", long, long); err != nil {
				return err
			}
			return os.Rename(file+"~", file)
		}, true},
		"taken away": {os.Remove, true},
		"one more":   {func(file string) error { return os.WriteFile(file+".sql", nil, 0o644) }, true},
		"in a folder of its own": {func(file string) error {
			return os.Mkdir(file+"s", 0o755)
		}, true},
		"a template above": {func(file string) error {
			return os.WriteFile(filepath.Join(filepath.Dir(file), "..", "template.yaml"), nil, 0o644)
		}, true},
		"what is left out": {func(file string) error {
			return os.WriteFile(filepath.Join(filepath.Dir(file), "node_modules", "x.sql"), nil, 0o644)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			root, file := folderOf(t, long)
			s := snapshot{}
			s.look(root)
			if s.changed() {
				t.Fatal("changed before the change")
			}
			if err := c.change(file); err != nil {
				t.Fatal(err)
			}
			if got := s.changed(); got != c.want {
				t.Errorf("changed is %v, want %v", got, c.want)
			}
		})
	}
}

// folderOf makes a folder with a file, and one that is left out, of that age.
func folderOf(t *testing.T, age time.Time) (root, file string) {
	t.Helper()
	root = filepath.Join(t.TempDir(), "function")
	file = filepath.Join(root, "hello.sql")
	ignored := filepath.Join(root, "node_modules")
	if err := os.MkdirAll(ignored, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("SELECT 1;"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{file, ignored, root} {
		if err := os.Chtimes(name, age, age); err != nil {
			t.Fatal(err)
		}
	}
	return root, file
}

// TestYoungFiles looks at a file that has just been written: whoever writes it once more
// gives it another time, in whatever steps the system counts.
func TestYoungFiles(t *testing.T) {
	root, file := folderOf(t, time.Now())
	s := snapshot{}
	s.look(root)
	if age := time.Since(s[file].ModTime()); age < young {
		t.Errorf("a file was looked at when it was %s old", age)
	}
}
