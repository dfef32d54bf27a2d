package executable_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"sqlambda/cmd/sqlambda/internal/executable"
)

var update = flag.Bool("update", false, "write what the cases give into their files")

// TestScripts examines the scripts in testdata. A case is a txtar archive: the files of a
// function, and "problems", what is wrong with the first of them.
func TestScripts(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("bash is not installed")
	}
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
			root, machine := t.TempDir(), executable.Machine{Architecture: "x86_64"}
			for _, f := range archive.Files[:len(archive.Files)-1] {
				save(t, filepath.Join(root, f.Name), strings.ReplaceAll(string(f.Data), "␍", "\r"), 0o644)
				machine.Packed = append(machine.Packed, f.Name)
			}
			want := &archive.Files[len(archive.Files)-1]
			got := problems(t, root, archive.Files[0].Name, machine)
			if got == string(want.Data) {
				return
			}
			if !*update || want.Name != "problems" {
				t.Fatalf("got\n%s\nwant\n%s", got, want.Data)
			}
			want.Data = []byte(got)
			if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func save(t *testing.T, name, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// problems are what is wrong with a file, a line for each.
func problems(t *testing.T, root, name string, machine executable.Machine) string {
	t.Helper()
	file, err := executable.Examine(root, name, machine)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, p := range file.Problems {
		fmt.Fprintf(&b, "%s: %s: %s: %s\n", p.Place(), p.Severity, p.Code, p.Text())
	}
	return b.String()
}

// TestImage examines scripts that a container image runs: its programs are not known.
func TestImage(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{"env": "#!/usr/bin/env python3\n", "python": "#!/usr/bin/python3\n", "bash": "#!/bin/bash\njq .\n"} {
		save(t, filepath.Join(root, name), text, 0o755)
		if got := problems(t, root, name, executable.Machine{Image: true}); got != "" {
			t.Error(got)
		}
	}
}
