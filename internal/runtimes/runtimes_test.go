package runtimes

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestHeld looks at the runtimes that build.sh puts into the command. It runs with
// -overlay dist/overlay.json, in .ci/run; elsewhere there are none.
func TestHeld(t *testing.T) {
	for _, architecture := range architectures {
		program, err := Bootstrap(architecture)
		if errors.Is(err, ErrNone) {
			t.Skip("this test was built without the layers that ./build.sh makes: go test -overlay dist/overlay.json ./internal/runtimes")
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := ArchitectureOf(program); got != architecture {
			t.Errorf("the runtime for %s is for %q", architecture, got)
		}
		built, err := os.ReadFile("../../dist/bootstrap-" + architecture)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(program, built) {
			t.Errorf("the runtime for %s is not the one of the layer", architecture)
		}
		const most = 10 << 20 // that sqlambda package counts for a layer
		if len(program) > most {
			t.Errorf("the runtime for %s has %d bytes unpacked", architecture, len(program))
		}
	}
}

func TestBootstrapIn(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x")
	for text, want := range map[string]string{
		"":                    "neither a layer's zip nor a program",
		"#!/bin/sh\n":         "neither a layer's zip nor a program",
		"PK\x03\x04 and more": "not a valid zip file",
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := BootstrapIn(name); err == nil || !bytes.Contains([]byte(err.Error()), []byte(want)) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	if got := ArchitectureOf([]byte("\x7fELF")); got != "" {
		t.Errorf("what is no program is for %s", got)
	}
}
