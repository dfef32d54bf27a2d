// Command notices prints THIRD_PARTY_NOTICES: the licenses of the Go modules that are linked
// into the runtime and the command, and of Go itself.
//
//	notices REPOSITORY > THIRD_PARTY_NOTICES
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: notices REPOSITORY")
		os.Exit(2)
	}
	if err := write(os.Stdout, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

// module is a module, as go list tells it, and what links it.
type module struct {
	Path, Version, Dir string
	in                 []string
}

// programs are the packages that are built, and where they are linked for.
var programs = []struct {
	name, path string
	systems    []string
}{
	{"the runtime", ".", []string{"linux/amd64", "linux/arm64"}},
	{"the command", "./cmd/sqlambda", []string{"linux/amd64", "linux/arm64", "darwin/arm64", "windows/amd64"}},
}

const head = `Third-party notices
===================

sqlambda is distributed under the license in the file LICENSE. Its programs also hold the
software below. Each entry names a Go module, its version, the programs that link it, and
its license. .ci/tools/notices makes this file of the modules that are linked.
`

func write(w io.Writer, root string) error {
	linked := map[string]*module{}
	for _, program := range programs {
		for _, system := range program.systems {
			if err := list(linked, root, program.name, program.path, system); err != nil {
				return err
			}
		}
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return err
	}
	linked[""] = &module{Path: "Go's runtime and standard library", Dir: strings.TrimSpace(string(goroot)),
		in: []string{"the runtime", "the command"}}
	fmt.Fprint(w, head)
	for _, path := range slices.Sorted(maps.Keys(linked)) {
		if err := linked[path].write(w); err != nil {
			return err
		}
	}
	return nil
}

// list adds the modules that a program links on a system.
func list(linked map[string]*module, root, name, path, system string) error {
	command := exec.Command("go", "list", "-deps", "-json=Module", path)
	command.Dir = root
	goos, goarch, _ := strings.Cut(system, "/")
	command.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0", "GOFLAGS=-mod=readonly")
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return err
	}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var one struct {
			Module *struct {
				module
				Main bool
			}
		}
		switch err := decoder.Decode(&one); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case one.Module == nil || one.Module.Main:
			continue
		}
		m, known := linked[one.Module.Path]
		if !known {
			m = &one.Module.module
			linked[m.Path] = m
		}
		if !slices.Contains(m.in, name) {
			m.in = append(m.in, name)
		}
	}
}

// licenses are the names of files that hold a license or a notice that goes with it.
var licenses = regexp.MustCompile(`(?i)^((.*-)?(licen[cs]e|copying|copyright|notice|unlicense|patents))([-.].*)?$`)

// write writes the entry of a module.
func (m *module) write(w io.Writer) error {
	entries, err := os.ReadDir(m.Dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%s\n%s\nIn %s.\n", strings.Repeat("-", 80), strings.TrimSpace(m.Path+" "+m.Version), strings.Join(m.in, " and "))
	found := false
	for _, entry := range entries {
		if entry.IsDir() || !licenses.MatchString(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.Dir, entry.Name()))
		if err != nil {
			return err
		}
		found = true
		text = bytes.ReplaceAll(bytes.TrimSpace(text), []byte("\r\n"), []byte("\n"))
		fmt.Fprintf(w, "\n%s:\n\n%s\n", entry.Name(), text)
	}
	if !found {
		return fmt.Errorf("%s %s has no license in %s", m.Path, m.Version, m.Dir)
	}
	return nil
}
