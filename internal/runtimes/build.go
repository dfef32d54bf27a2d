package runtimes

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
)

var errNoSource = errors.New("the source that this sqlambda was built from is not on this machine")

// goArchitectures are Go's names for Lambda's architectures.
var goArchitectures = map[string]string{"x86_64": "amd64", "arm64": "arm64"}

// Build builds the bootstrap with Go, as a file with that name, from the module in a folder:
// for an architecture of Lambda or, if it is empty, for this machine. The same source and Go
// give the same bytes: paths, build ids and times are left out. Its profile for the compiler
// (https://go.dev/doc/pgo) is not called default.pgo, with which tests and tools would compile
// all that it imports a second time.
func Build(source, architecture, name string) error {
	environ := append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly")
	if architecture != "" {
		environ = append(environ, "GOOS=linux", "GOARCH="+goArchitectures[architecture])
	}
	// The collector before Green Tea writes to fewer pages while a process starts
	// (docs/performance.md). Versions of Go that no longer have it are used as they are.
	older := append(environ, "GOEXPERIMENT=nogreenteagc")
	if probe := exec.Command("go", "env", "GOEXPERIMENT"); run(probe, source, older) == nil {
		environ = older
	}
	return run(exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-pgo=bootstrap.pgo", "-ldflags=-s -w -buildid=", "-o", name, "."), source, environ)
}

// BuildHere builds it for this machine, for tests and benchmarks.
func BuildHere(source, name string) error { return Build(source, "", name) }

// run runs a command of Go. Its messages are the error.
func run(command *exec.Cmd, dir string, environ []string) error {
	command.Dir, command.Env = dir, environ
	out, err := command.CombinedOutput()
	if err != nil && len(out) > 0 {
		return fmt.Errorf("go %s: %s", command.Args[1], strings.TrimSpace(string(out)))
	}
	return err
}

// Source returns the folder with the source of the module that this program was built
// from: the one that the compiler read or, of a released version, the one that Go has or
// downloads. Without either, there is an error.
func Source() (string, error) {
	if _, file, _, ok := runtime.Caller(0); ok && filepath.IsAbs(file) { // it is not absolute with -trimpath
		root := filepath.Join(filepath.Dir(file), "..", "..")
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			return root, nil
		}
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || !strings.HasPrefix(info.Main.Version, "v") {
		return "", errNoSource
	}
	text, err := exec.Command("go", "mod", "download", "-json", info.Main.Path+"@"+info.Main.Version).Output()
	var module struct{ Dir string }
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", err
	case json.Unmarshal(text, &module) != nil || module.Dir == "":
		return "", errNoSource
	}
	return module.Dir, nil
}
