package main_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A compiled program that was written for a shim (the event in a line on stdin, the response in a line on
// stdout, as in https://www.komu.engineer/blogs/05/lambda-shim) runs unchanged: it answers the
// bootstrap as it answers the shim.
func TestProgramOfAShim(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the program is compiled for Linux")
	}
	const example = "examples/delivery"
	files := map[string]string{}
	program := filepath.Join(scratch(t), "delivery")
	build := exec.Command("go", "build", "-o", program, "./"+example)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, file := range map[string]string{"delivery": program, "zones.json": example + "/zones.json"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	byShim := shim(t, program, example)
	// The files of a function have no run bits here, and a program has no #! line.
	start := exec.Command("/bin/sh", "-c", `chmod +x "$LAMBDA_TASK_ROOT/delivery" && exec "$0"`, bootstrap)
	f := startBy(t, start, newServer(t), "delivery", files, "SQLAMBDA_SCRIPT=lines")
	for i, place := range []string{`"lon":"8.5417","lat":"47.3701"`, `"lon":"8.545","lat":"47.35"`, `"lon":"8.51","lat":"47.40"`, ""} {
		event := fmt.Sprintf(`{"queryStringParameters":{%s},"n":%d}`, place, i)
		f.answers(event, byShim(`{"event":`+event+`,"context":{"awsRequestId":"1"}}`))
	}
	f.answers(`{"queryStringParameters":1}`, "Function.DeliveryNoRequest") // as Lambda's header has it
	f.answers(`{}`, byShim(`{"event":{}}`))
}

// shim starts a program once, and returns what gives it a line and reads a line.
func shim(t *testing.T, program, folder string) func(line string) string {
	t.Helper()
	c := exec.Command(program)
	c.Dir, c.Stderr = folder, os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	})
	lines := bufio.NewReader(out)
	return func(line string) string {
		t.Helper()
		if _, err := io.WriteString(in, line+"\n"); err != nil {
			t.Fatal(err)
		}
		answer, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSuffix(answer, "\n")
	}
}
