package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sqlambda/internal/runtimes"
)

// TestBuildRuntime has Go build the runtime, as a command that "go install" has made does.
func TestBuildRuntime(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it builds the runtime")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("Go is not installed")
	}
	t.Parallel()
	var stderr bytes.Buffer
	program, err := buildRuntime(&process{stderr: output{Writer: &stderr}}, "x86_64")
	if err != nil {
		t.Fatal(err)
	}
	if got := runtimes.ArchitectureOf(program); got != "x86_64" {
		t.Errorf("what was built is for %q", got)
	}
	source, err := filepath.Abs("../..")
	if want := "building the runtime for x86_64 with Go, from " + source + "\n"; err != nil || stderr.String() != want {
		t.Errorf("the message is %q, want %q", &stderr, want)
	}
	if err := runtimes.Build(t.TempDir(), "arm64", "bootstrap"); err == nil || !strings.HasPrefix(err.Error(), "go build: ") {
		t.Errorf("a folder without source: %v", err)
	}
}
