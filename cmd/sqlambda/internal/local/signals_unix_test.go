//go:build unix

package local

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestTimeout stops a process, so that it cannot answer in time by itself.
func TestTimeout(t *testing.T) {
	s := serve(t, forever)
	s.respond("slow", `{"n":3}`, `{"i":3}`)
	pid := s.process("slow")
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	for !stopped(pid) { // each of its threads, as soon as the system gets to it
		time.Sleep(time.Millisecond)
	}
	got := s.invoke("slow", `{"n":3}`)
	s.failed(got, `^{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: `+got.header.Get("X-Amzn-RequestId")+` Error: Task timed out after 1.00 seconds"}$`)
	s.logged(got.header.Get("X-Amzn-RequestId") + " Task timed out after 1.00 seconds\n")
	s.logged("\tStatus: timeout\t\n")
	s.respond("slow", `{"n":3}`, `{"i":3}`)
	if again := s.process("slow"); again == pid || running(pid) {
		t.Error("the process that timed out is still there")
	}
}

// stopped reports whether no thread of a process runs, as far as the system tells.
func stopped(pid int) bool {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	for _, task := range tasks {
		stat, err := os.ReadFile(task)
		if _, state, _ := strings.Cut(string(stat), ") "); err == nil && !strings.HasPrefix(state, "T") {
			return false
		}
	}
	return true
}

func TestAProcessThatEnds(t *testing.T) {
	s := serve(t, forever)
	s.respond("slow", `{"n":3}`, `{"i":3}`)
	pid := s.process("slow")
	var got answer
	var asking sync.WaitGroup
	asking.Go(func() { got = s.invoke("slow", `{"n":1e15}`) })
	s.idle("slow", 0)
	syscall.Kill(pid, syscall.SIGKILL)
	asking.Wait()
	s.failed(got, `^{"errorType":"Runtime.ExitError","errorMessage":"RequestId: .* Error: Runtime exited with error: signal: killed"}$`)
	s.logged("\tStatus: error\tError Type: Runtime.ExitError\t\n")
	s.respond("slow", `{"n":3}`, `{"i":3}`)

	s.waiting("slow").process.Kill() // and while it waits, that is nobody's error
	s.respond("slow", `{"n":3}`, `{"i":3}`)
}

// TestAFileIsSavedMeanwhile saves a file after the files were looked at: another process
// starts.
func TestAFileIsSavedMeanwhile(t *testing.T) {
	s := serve(t, "-- hello.sql --\nSELECT nope;\n", func(o *Options) {
		program := o.Bootstrap[0]
		o.Bootstrap = []string{"sh", "-c", `"$0" bootstrap; echo 'SELECT 1 AS x;' > hello.sql`, program}
	})
	s.respond("hello", `{}`, `{"x":1}`)
	s.logged("a file was saved while hello started: it starts again\n")
}
