package project

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write what the cases give into their files")

// TestFolders opens the folders of the cases in testdata. A case is a txtar archive of
// a project's files; "want" is what its folders hold.
func TestFolders(t *testing.T) {
	cases, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatal("no cases", err)
	}
	for _, name := range cases {
		t.Run(filepath.Base(name), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			root := t.TempDir()
			want := unpack(t, archive, root)
			got := strings.ReplaceAll(describe(root), root, "$ROOT")
			if got == string(want.Data) {
				return
			}
			if !*update {
				t.Fatalf("got\n%s\nwant\n%s", got, want.Data)
			}
			want.Data = []byte(got)
			if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// unpack writes the files of a case, and returns the one that holds what is wanted.
func unpack(t *testing.T, archive *txtar.Archive, root string) *txtar.File {
	t.Helper()
	var want *txtar.File
	for i, f := range archive.Files {
		if f.Name == "want" {
			want = &archive.Files[i]
			continue
		}
		name := filepath.Join(root, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want == nil {
		t.Fatal("the case has no file want")
	}
	return want
}

// describe prints all that is known of the folders of a project.
func describe(root string) string {
	folders, err := Folders(root)
	if err != nil {
		return err.Error() + "\n"
	}
	var b strings.Builder
	missing, err := (&Folder{Root: root}).MissingCode()
	for _, problem := range missing {
		fmt.Fprintf(&b, "missing: %d:%d: %v\n", problem.Line, problem.Column, problem)
	}
	if err != nil {
		fmt.Fprintln(&b, err)
	}
	for _, folder := range folders {
		fmt.Fprintln(&b, folder.Root)
		if err := describeFolder(&b, folder); err != nil {
			fmt.Fprintln(&b, err)
		}
	}
	return b.String()
}

func describeFolder(b *strings.Builder, folder *Folder) error {
	packed, err := folder.Packed()
	if err != nil {
		return err
	}
	fmt.Fprintln(b, "  packed:", strings.Join(packed, " "))
	list, err := folder.Handlers()
	if err != nil {
		return err
	}
	for _, h := range list {
		fmt.Fprintf(b, "  handler: %s in %s %q\n", h.Name, h.File, h.Query)
	}
	functions, err := folder.Functions()
	for _, fn := range functions {
		fmt.Fprintf(b, "  function: %s runs %s, %s, %d MB", fn.Name, fn.Handler, fn.Timeout, fn.MemoryMB)
		for _, name := range slices.Sorted(maps.Keys(fn.Variables)) {
			fmt.Fprintf(b, ", %s=%s", name, fn.Variables[name])
		}
		if fn.Cors != nil {
			fmt.Fprintf(b, ", for pages of %s", fn.Cors.AllowOrigins)
		}
		if fn.Template != "" {
			fmt.Fprintf(b, ", %s:%d:%d", fn.Template, fn.Line, fn.Column)
		}
		b.WriteByte('\n')
	}
	return err
}

func TestOpenWhatIsNoFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{file: "is a file", file + "s": "there is no folder"} {
		if _, err := Open(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Open(%s): %v, want %s", name, err, want)
		}
	}
}

// TestFolderReadsOnce changes the files of a folder that has been read: who asks about each
// of a thousand handlers does not have all of them read a thousand times.
func TestFolderReadsOnce(t *testing.T) {
	root := t.TempDir()
	save := func(name string) {
		if err := os.WriteFile(filepath.Join(root, name), []byte("SELECT 1;"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	save("a.sql")
	folder := &Folder{Root: root}
	for range 2 {
		list, err := folder.Handlers()
		functions, failed := folder.Functions()
		if len(list) != 1 || len(functions) != 1 || err != nil || failed != nil {
			t.Errorf("%v, %v, %v, %v", list, functions, err, failed)
		}
		save("b.sql")
	}
	if list, err := (&Folder{Root: root}).Handlers(); len(list) != 2 || err != nil {
		t.Errorf("another look finds %v, %v", list, err)
	}
}
