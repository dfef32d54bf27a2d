package pack_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sqlambda/cmd/sqlambda/internal/pack"
	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/internal/lambdatest"
	"sqlambda/internal/runtimes"
)

func open(t *testing.T, files map[string]string) *project.Folder {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	folder, err := project.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

func plan(t *testing.T, folder *project.Folder, zip string, runtime []byte) *pack.Plan {
	t.Helper()
	p, err := pack.NewPlan(folder, zip, runtime)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestFunction packs a function with the runtime, and runs what Lambda would unpack.
func TestFunction(t *testing.T) {
	program := filepath.Join(t.TempDir(), "bootstrap")
	if err := runtimes.BuildHere("../../../..", program); err != nil {
		t.Fatal(err)
	}
	runtime, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	folder := open(t, map[string]string{
		"init.sql":   "CREATE TABLE names (name TEXT); INSERT INTO names VALUES ('Ada');",
		"api/hi.sql": "-- name: main :one\nSELECT 'Hello ' || name AS greeting FROM names;",
	})
	name := filepath.Join(folder.Root, "function.zip")
	made, err := plan(t, folder, name, runtime).WriteFile(t.Context(), name, nil)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(name); err != nil || info.Size() != made.Size || info.Mode().Perm() != 0o644 {
		t.Errorf("the zip is %v, %v, want %d bytes that all may read", info, err, made.Size)
	}
	task := unzip(t, name)
	server, err := lambdatest.NewServer()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	command := exec.Command(filepath.Join(task, "bootstrap"))
	command.Env = []string{"_HANDLER=api/hi", "LAMBDA_TASK_ROOT=" + task}
	process, err := server.Start(command)
	if err != nil {
		t.Fatal(err)
	}
	defer process.Kill()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	outcome, err := server.Invoke(ctx, lambdatest.Invocation{Payload: []byte("{}")})
	if err != nil || string(outcome.Payload) != `{"greeting":"Hello Ada"}` {
		t.Errorf("the function answers %s, %v", outcome.Payload, err)
	}
}

// unzip unpacks a zip as Lambda does, and returns the folder.
func unzip(t *testing.T, name string) string {
	t.Helper()
	folder := t.TempDir()
	archive, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	if err := os.CopyFS(folder, archive); err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.File { // CopyFS leaves out what the umask does
		if err := os.Chmod(filepath.Join(folder, f.Name), f.Mode()); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// TestTooLarge stays below Lambda's limit with the layer that a function needs.
func TestTooLarge(t *testing.T) {
	for size, want := range map[int64]string{
		200 << 20: "",
		241 << 20: "the function has 251.0 MB unpacked with the runtime's layer, of up to 10.0 MB, and Lambda takes at most 250.0 MB",
	} {
		folder := open(t, map[string]string{"hello.sql": "SELECT 1;", "shop.db": ""})
		if err := os.Truncate(filepath.Join(folder.Root, "shop.db"), size); err != nil {
			t.Fatal(err)
		}
		var problems string
		for _, problem := range plan(t, folder, "", nil).Problems {
			problems += problem.Message + "\n"
		}
		if !strings.HasPrefix(problems, want) || (want == "") != (problems == "") {
			t.Errorf("a database of %d MB: %q, want %q", size>>20, problems, want)
		}
	}
	folder := open(t, map[string]string{"shop.db": ""})
	if err := os.Truncate(filepath.Join(folder.Root, "shop.db"), 241<<20); err != nil {
		t.Fatal(err)
	}
	if problems := plan(t, folder, "", make([]byte, 9<<20)).Problems; len(problems) > 0 {
		t.Errorf("with the runtime in it, what needs no layer is too large: %v", problems)
	}
}

// TestFailure leaves the zip that was there, and nothing else.
func TestFailure(t *testing.T) {
	folder := open(t, map[string]string{"hello.sql": "SELECT 1;", "function.zip": "the old one"})
	name := filepath.Join(folder.Root, "function.zip")
	p := plan(t, folder, name, nil)
	if err := os.Remove(filepath.Join(folder.Root, "hello.sql")); err != nil {
		t.Fatal(err)
	}
	if _, err := p.WriteFile(t.Context(), name, nil); !errors.Is(err, os.ErrNotExist) || !strings.HasPrefix(err.Error(), "hello.sql: ") {
		t.Errorf("a file that is gone: %v", err)
	}
	if text, err := os.ReadFile(name); string(text) != "the old one" {
		t.Errorf("the zip that was there is %q, %v", text, err)
	}
	if left, err := os.ReadDir(folder.Root); err != nil || len(left) != 1 {
		t.Errorf("left are %v, %v", left, err)
	}
}

// TestInterrupted ends as its context does, and leaves the zip that was there.
func TestInterrupted(t *testing.T) {
	folder := open(t, map[string]string{"hello.sql": "SELECT 1;", "a.txt": strings.Repeat("a", 100_000), "function.zip": "the old one"})
	name := filepath.Join(folder.Root, "function.zip")
	enough := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	read := int64(0)
	_, err := plan(t, folder, name, nil).WriteFile(ctx, name, func(n int64) {
		read = n
		cancel(enough)
	})
	if !errors.Is(err, enough) || read > 50_000 {
		t.Errorf("the error is %v after %d bytes, want %v within the file", err, read, enough)
	}
	if text, err := os.ReadFile(name); string(text) != "the old one" {
		t.Errorf("the zip that was there is %q, %v", text, err)
	}
	if left, err := os.ReadDir(folder.Root); err != nil || len(left) != 3 {
		t.Errorf("left are %v, %v", left, err)
	}
}

// TestCannotWrite names the zip, and not the file that becomes it.
func TestCannotWrite(t *testing.T) {
	folder := open(t, map[string]string{"hello.sql": "SELECT 1;"})
	name := filepath.Join(folder.Root, "none", "function.zip")
	_, err := plan(t, folder, "", nil).WriteFile(t.Context(), name, nil)
	if want := name + " cannot be written: no such file or directory"; err == nil || err.Error() != want {
		t.Errorf("the error is %v, want %s", err, want)
	}
}

// TestProgress tells of every byte.
func TestProgress(t *testing.T) {
	folder := open(t, map[string]string{"hello.sql": "SELECT 1;", "a.txt": strings.Repeat("a", 100_000)})
	p := plan(t, folder, "", nil)
	var told []int64
	var out bytes.Buffer
	if _, err := p.Write(t.Context(), &out, func(read int64) { told = append(told, read) }); err != nil {
		t.Fatal(err)
	}
	if len(told) < 2 || !slices.IsSorted(told) || told[len(told)-1] != p.Size() {
		t.Errorf("told are %d, want up to %d", told, p.Size())
	}
}

// TestRunBits packs files that have no run bits, as on Windows: what has a #! line and what is
// a program for Linux can be run where the zip is unpacked.
func TestRunBits(t *testing.T) {
	folder := open(t, map[string]string{
		"bin/score": "#!/bin/bash\n", "program": "\x7fELF and so on", "hello.sql": "SELECT 1", "lib.sh": "x=1\n", "empty": "",
	})
	name := filepath.Join(t.TempDir(), "function.zip")
	if _, err := plan(t, folder, name, nil).WriteFile(t.Context(), name, nil); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var run []string
	for _, f := range archive.File {
		if f.Mode()&0o111 == 0o111 && !f.Mode().IsDir() {
			run = append(run, f.Name)
		}
	}
	if want := []string{"bin/score", "program"}; !slices.Equal(run, want) {
		t.Errorf("the files with run bits are %v, want %v", run, want)
	}
}
