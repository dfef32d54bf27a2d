package suite

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"sqlambda/cmd/sqlambda/internal/project"
)

var update = flag.Bool("update", false, "write what is found into the files of testdata")

// TestFind finds the cases of each txtar file in testdata, whose files are a folder; the
// file "found" tells them.
func TestFind(t *testing.T) {
	files, err := filepath.Glob("testdata/find_*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			archive := txtar.Parse(data)
			root := t.TempDir()
			var want *txtar.File
			for i, f := range archive.Files {
				if f.Name == "found" {
					want = &archive.Files[i]
					continue
				}
				writeFile(t, filepath.Join(root, f.Name), nested(string(f.Data)))
			}
			got := found(t, root)
			if *update {
				want.Data = []byte(got)
				writeFile(t, file, string(txtar.Format(archive)))
			} else if got != string(want.Data) {
				t.Errorf("%swant\n%s", got, want.Data)
			}
		})
	}
}

// nested takes the > away that keeps the marker of an archive in an archive from being
// one of the outer.
func nested(text string) string { return strings.ReplaceAll("\n"+text, "\n>", "\n")[1:] }

func writeFile(t testing.TB, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func folderAndCases(t *testing.T, root string) (*project.Folder, []*Case) {
	t.Helper()
	folder, err := project.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	cases, err := Find(folder)
	if err != nil {
		t.Fatal(err)
	}
	return folder, cases
}

// found tells the cases of a folder.
func found(t *testing.T, root string) string {
	t.Helper()
	_, cases := folderAndCases(t, root)
	var b strings.Builder
	place := func(file project.File, line int) string { return fmt.Sprintf("%s:%d", file.From(root), line) }
	for _, c := range cases {
		fmt.Fprintf(&b, "%s: %s %q", c.Name, c.Handler.Name, c.Handler.Query)
		for _, i := range c.Invocations {
			for _, part := range [...]*Part{i.Event, i.Response, i.Error} {
				if part != nil {
					fmt.Fprintf(&b, " %s=%s", part.Name, place(part.File, part.Line))
				}
			}
		}
		if c.Pending() {
			b.WriteString(" pending")
		}
		if len(c.Variables) > 0 {
			fmt.Fprintf(&b, " %v", c.Variables)
		}
		b.WriteByte('\n')
		for _, p := range c.Problems {
			fmt.Fprintf(&b, "  %s: %s\n", place(p.File, p.Line), p.Message)
		}
	}
	return b.String()
}
