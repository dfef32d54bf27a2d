package main

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// address is the script command "address FILE": it waits until the first line of what
// "sqlambda dev" prints is in the file, and sets $URL to the address in it, and $PORT.
func address(script *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) != 1 {
		script.Fatalf("usage: address file")
	}
	line := regexp.MustCompile(`http://[^"\s]+:(\d+)\b.*\n`)
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		text, _ := os.ReadFile(script.MkAbs(args[0]))
		if m := line.FindSubmatch(text); m != nil {
			script.Setenv("URL", "http://127.0.0.1:"+string(m[1]))
			script.Setenv("PORT", string(m[1]))
			return
		}
	}
	script.Fatalf("sqlambda dev has told no address: %s%s", script.ReadFile(args[0]), script.ReadFile("log"))
}

// installed is the condition [python:MODULE]: Python has that module.
func installed(condition string) (bool, error) {
	module, ok := strings.CutPrefix(condition, "python:")
	if !ok {
		return false, fmt.Errorf("there is no condition %s", condition)
	}
	return exec.Command("python3", "-c", "import "+module).Run() == nil, nil
}

// TestDevIsKilled kills sqlambda dev in a way that leaves it no time: the processes of its
// functions end as well.
func TestDevIsKilled(t *testing.T) {
	if _, err := os.Stat("/proc/self/task"); err != nil {
		t.Skip("this system does not tell the children of a process")
	}
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "hello.sql"), []byte("SELECT 1 AS x;"), 0o644); err != nil {
		t.Fatal(err)
	}
	dev := exec.Command("sqlambda", "dev", root, "--port", "0") // testscript has put it in PATH
	out, err := dev.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := dev.Start(); err != nil {
		t.Fatal(err)
	}
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.Post(strings.TrimSpace(url)+"/2015-03-31/functions/hello/invocations", "", nil)
	if err != nil || response.StatusCode != 200 {
		t.Fatal(response, err)
	}
	response.Body.Close()
	children := childrenOf(dev.Process.Pid)
	if len(children) != 1 {
		t.Errorf("%d processes, want 1", len(children))
	}
	dev.Process.Kill()
	dev.Wait()
	for _, child := range children {
		for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
			state, err := os.ReadFile("/proc/" + child + "/stat")
			if err != nil || strings.Contains(string(state), ") Z ") {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("the process %s is still there", child)
			}
		}
	}
}

// childrenOf returns the ids of a process's children.
func childrenOf(pid int) (ids []string) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, task := range tasks {
		text, _ := os.ReadFile(task)
		ids = append(ids, strings.Fields(string(text))...)
	}
	return ids
}
