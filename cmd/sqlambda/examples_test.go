package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"sqlambda/cmd/sqlambda/internal/suite"
)

// TestExamples runs the cases of each of the examples; all of their statements run.
func TestExamples(t *testing.T) {
	events, err := filepath.Glob("../../examples/*/events")
	if err != nil || len(events) == 0 {
		t.Fatal("no examples", err)
	}
	for _, cases := range events {
		folder := filepath.Dir(cases)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			folder := ready(t, folder)
			args := []string{"test", folder}
			if *update {
				args = append(args, "--update")
			}
			succeeds(t, args...)
			report, err := suite.Run(folder, suite.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if s := report.Coverage.Statements; s.Ran != s.All {
				t.Errorf("%d of %d statements ran", s.Ran, s.All)
			}
		})
	}
}

// ready returns the folder of an example that can run here: a copy with its program, where that has to
// be compiled.
func ready(t *testing.T, folder string) string {
	t.Helper()
	if _, err := os.Stat(filepath.Join(folder, "Dockerfile")); err == nil {
		if _, err := exec.LookPath("python3"); err != nil {
			t.Skip("python3 is not installed: the example's image has it")
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "main.go")); err != nil {
		return folder
	}
	if *update {
		t.Skip("run sqlambda test --update in the folder, after build.sh")
	}
	if runtime.GOOS != "linux" {
		t.Skip("the program is compiled for Linux")
	}
	architecture, ok := map[string]string{"amd64": "x86_64", "arm64": "arm64"}[runtime.GOARCH]
	if !ok {
		t.Skip("Lambda does not have " + runtime.GOARCH)
	}
	compiled := filepath.Join(t.TempDir(), filepath.Base(folder))
	if err := os.CopyFS(compiled, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(compiled, filepath.Base(folder))
	build := exec.Command(filepath.Join(folder, "build.sh"), architecture, program)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return compiled
}
