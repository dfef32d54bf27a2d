package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"sqlambda/internal/lambdatest"
)

// answers invokes a function and compares the outcome, of which an error gives its type.
func (f *function) answers(event, want string) {
	f.t.Helper()
	outcome := f.invoke(lambdatest.Invocation{Payload: []byte(event), Deadline: time.Now().Add(20 * time.Second)})
	got := string(outcome.Payload)
	if outcome.FunctionError {
		got = outcome.ErrorType
	}
	if got != want {
		f.t.Errorf("%.60s gives %.300s, want %.100s", event, got, want)
	}
}

// A script reads and writes as it likes: nothing waits for ever.
func TestScript(t *testing.T) {
	t.Parallel()
	large := `"` + strings.Repeat("x", 6<<20-2) + `"`
	for name, test := range map[string]struct{ text, event, want string }{
		"echo":                    {"exec cat", large, large},
		"reads nothing":           {"echo 1", large, "1"},
		"writes before it reads":  {`printf '"'; head -c 6291454 /dev/zero | tr '\0' x; printf '"'; cat >/dev/null`, large, large},
		"closes its input":        {"exec <&-; echo 1", large, "1"},
		"closes its output":       {"echo 1; exec >&-", large, "1"},
		"a child keeps its pipes": {"sleep 60 & echo 1", "{}", "1"},
		"too large":               {"yes 1", "{}", "Function.ResponseSizeTooLarge"},
		"fails":                   {"exit 1", "{}", "Function.ExitStatus"},
		"no JSON":                 {"echo hello", "{}", "Function.InvalidResult"},
	} {
		t.Run(name, func(t *testing.T) {
			f := start(t, "bin/script", map[string]string{"bin/script": "#!/bin/sh\n" + test.text + "\n"})
			f.answers(test.event, test.want)
			f.answers("{}", map[bool]string{true: "{}", false: test.want}[name == "echo"])
		})
	}
}

// The largest events and responses pass in the memory of a small function, and so does what is
// too large.
func TestScriptMemory(t *testing.T) {
	t.Parallel()
	large := `"` + strings.Repeat("x", 6<<20-2000) + `"`
	for name, test := range map[string]struct{ mode, text, want string }{
		"echo":           {"", "exec cat", large},
		"text":           {"text", "exec tr -d '\"'", large},
		"escapes":        {"text", "exec tr x '\\1'", "Function.ResponseSizeTooLarge"},
		"lines":          {"lines", `exec grep --line-buffered -o '"x*x"'`, large},
		"no end":         {"lines", "yes | tr -d '\\n'", "Function.ResponseSizeTooLarge"},
		"long error":     {"", `head -c 6000000 | sed 's/"//; s/.*/{"errorType":"Function.Long","errorMessage":"&"}/'; exit 1`, "Function.Long"},
		"standard error": {"", "cat >&2; exit 1", "Function.ExitStatus"},
	} {
		t.Run(name, func(t *testing.T) {
			f := startBy(t, limited(t, functionMemory), newServer(t), "script",
				map[string]string{"script": "#!/bin/sh\n" + test.text + "\n"}, "SQLAMBDA_SCRIPT="+test.mode)
			for range 4 {
				f.answers(large, test.want)
			}
		})
	}
}

func TestScriptDeadline(t *testing.T) {
	t.Parallel()
	for mode, text := range map[string]string{
		"":      "echo $$ > $PIDS/pid; sleep 60 & echo $! >> $PIDS/pid; wait",
		"lines": "echo $$ > $PIDS/pid; while read -r line; do sleep 60 & echo $! >> $PIDS/pid; wait; done",
	} {
		t.Run("mode "+mode, func(t *testing.T) {
			folder := scratch(t)
			f := start(t, "slow", map[string]string{"slow": "#!/bin/sh\n" + text + "\n"}, "SQLAMBDA_SCRIPT="+mode, "PIDS="+folder)
			outcome := f.invoke(lambdatest.Invocation{Payload: []byte("{}"), Deadline: time.Now().Add(700 * time.Millisecond)})
			if outcome.ErrorType != "Function.Timeout" {
				t.Errorf("the outcome is %s %s", outcome.ErrorType, outcome.Payload)
			}
			f.ended(filepath.Join(folder, "pid"))
		})
	}
}

// ended checks that processes have ended whose numbers are the lines of a file.
func (f *function) ended(file string) {
	f.t.Helper()
	pids, err := os.ReadFile(file)
	if err != nil {
		f.t.Fatal(err)
	}
	for pid := range strings.Lines(string(pids)) { // the kernel may need a moment
		for running(strings.TrimSpace(pid)) && f.ctx.Err() == nil {
			runtime.Gosched()
		}
		if running(strings.TrimSpace(pid)) {
			f.t.Errorf("process %s still runs", strings.TrimSpace(pid))
		}
	}
}

// running reports whether there is a process that has not ended.
func running(pid string) bool {
	status, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	return err == nil && !strings.Contains(string(status), ") Z ")
}

// Each worker has a process of its own.
func TestScriptWorkers(t *testing.T) {
	t.Parallel()
	const workers = 16
	f := start(t, "count", map[string]string{"count": "#!/bin/sh\nwhile read -r line; do echo \"{\\\"line\\\":$line,\\\"pid\\\":$$}\"; done\n"},
		"SQLAMBDA_SCRIPT=lines", fmt.Sprint("AWS_LAMBDA_MAX_CONCURRENCY=", workers))
	if err := f.WaitRequests(f.ctx, lambdatest.Next, workers); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range workers {
		all.Go(func() {
			for n := range 50 {
				event := fmt.Sprintf(`{"worker":%d,"n":%d}`, i, n)
				outcome := f.invoke(lambdatest.Invocation{Payload: []byte(event)})
				if !strings.HasPrefix(string(outcome.Payload), `{"line":{"event":`+event+`,`) {
					t.Errorf("%s gives %s", event, outcome.Payload)
				}
			}
		})
	}
	all.Wait()
}

// A process has its three files and no other, though many are started at a time.
func TestScriptFiles(t *testing.T) {
	t.Parallel()
	const workers = 8
	here, err := exec.Command("ls", "/proc/self/fd").Output() // there may be files that the tests have inherited
	if err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(`"`+strings.TrimSpace(string(here))+`"`, "\n", `\n`)
	f := start(t, "files", map[string]string{"files": "#!/bin/sh\nexec ls /proc/self/fd\n"},
		"SQLAMBDA_SCRIPT=text", fmt.Sprint("AWS_LAMBDA_MAX_CONCURRENCY=", workers))
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for range 20 {
				f.answers("{}", want)
			}
		})
	}
	all.Wait()
}

// A program that cannot be started is an error of the init.
func TestScriptInit(t *testing.T) {
	t.Parallel()
	f := start(t, "bin/score", map[string]string{"bin/score": "#!/opt/no-such-program\n"})
	err := f.WaitReady(f.ctx)
	if err == nil || !strings.Contains(err.Error(), "bin/score cannot be run: its interpreter /opt/no-such-program") {
		t.Errorf("error %v", err)
	}
}

// A process ends with the runtime, however that ends, and whatever the process heeds.
func TestScriptEndsWithRuntime(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("other systems do not tell a process that its parent has ended")
	}
	folder := scratch(t)
	const text = "trap '' TERM HUP PIPE\necho $$ >$PIDS/pid\nwhile :; do read -r line && echo 1 || sleep 1; done"
	f := start(t, "stubborn", map[string]string{"stubborn": "#!/bin/sh\n" + text + "\n"}, "SQLAMBDA_SCRIPT=lines", "PIDS="+folder)
	f.answers("{}", "1")
	f.process.Kill()
	pid, err := os.ReadFile(filepath.Join(folder, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	for {
		status, err := os.ReadFile(filepath.Join("/proc", strings.TrimSpace(string(pid)), "stat"))
		if err != nil || strings.Contains(string(status), ") Z ") {
			return
		}
		select {
		case <-f.ctx.Done():
			t.Fatal("the process is still there")
		case <-time.After(time.Millisecond):
		}
	}
}
