//go:build unix

package script

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// logged keeps the lines of a log.
type logged struct {
	mu    sync.Mutex
	lines []string
}

func (l *logged) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
}

func (l *logged) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}

// program writes a shell script and returns it as a program, with its log.
func program(t *testing.T, text string) (*Program, *logged) {
	t.Helper()
	log := &logged{}
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return &Program{
		Name:    "program",
		Command: []string{"/bin/sh", path}, Dir: filepath.Dir(path), Environment: []string{"PATH=" + os.Getenv("PATH"), "FIRST=1"},
		MaxOutput: 6 << 20, Log: log.add,
	}, log
}

func soon() time.Time  { return time.Now().Add(20 * time.Second) }
func short() time.Time { return time.Now().Add(300 * time.Millisecond) }

func describe(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestRun(t *testing.T) {
	large := strings.Repeat("x", 6<<20)
	for name, test := range map[string]struct {
		text, input string
		want, fails string
		log         string
	}{
		"echo":                     {text: "cat", input: "an event", want: "an event"},
		"environment":              {text: `echo $FIRST $SECOND`, want: "1 2\n"},
		"directory":                {text: `[ -x ./program ] && echo here`, want: "here\n"},
		"nothing":                  {text: "true"},
		"reads nothing":            {text: "echo done", input: large, want: "done\n"},
		"echoes much":              {text: "cat", input: large, want: large},
		"writes before it reads":   {text: "head -c 6291456 /dev/zero | tr '\\0' x; cat >/dev/null", input: large, want: large},
		"much on standard error":   {text: "head -c 300000 /dev/zero | tr '\\0' '\\n' >&2; echo ok", want: "ok\n", log: strings.Repeat("\n", 299999)},
		"closes its input":         {text: "exec <&-; echo ok", input: large, want: "ok\n"},
		"closes its output":        {text: "echo ok; exec >&-; sleep 0.05; echo late >&2", want: "ok\n", log: "late"},
		"a child keeps the output": {text: "sleep 30 & echo ok", want: "ok\n"},
		"a child in a session of its own keeps the output": {text: "setsid sleep 2 & echo ok", want: "ok\n"},
		"a child writes after it":                          {text: "(sleep 0.03; echo tail) & echo ok", want: "ok\ntail\n"},
		"standard error":                                   {text: "echo one >&2; printf 'two\r\nthree' >&2", log: "one\ntwo\nthree"},
		"fails":                                            {text: "echo why >&2; echo part; exit 3", fails: "exit status 3: why", log: "why"},
		"is killed":                                        {text: "kill -9 $$", fails: "signal: killed"},
		"too large":                                        {text: "yes", fails: ErrTooLarge.Error()},
		"never ends":                                       {text: "sleep 30", fails: ErrDeadline.Error()},
		"ignores signals":                                  {text: "trap '' TERM INT; sleep 30", fails: ErrDeadline.Error()},
		"never ends, output closed":                        {text: "exec >&-; sleep 30", fails: ErrDeadline.Error()},
		"stops itself":                                     {text: "kill -STOP $$", fails: ErrDeadline.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, log := program(t, test.text)
			deadline := soon()
			if test.fails == ErrDeadline.Error() {
				deadline = short()
			}
			got, err := p.Run([]byte(test.input), []string{"SECOND=2"}, deadline)
			if string(got) != test.want {
				t.Errorf("output %.60q (%d bytes), want %.60q", got, len(got), test.want)
			}
			if describe(err) != test.fails {
				t.Errorf("error %q, want %q", describe(err), test.fails)
			}
			if log.text() != test.log {
				t.Errorf("log %.200q, want %.200q", log.text(), test.log)
			}
		})
	}
}

func TestRunFails(t *testing.T) {
	p, _ := program(t, "echo '{\"errorType\":\"X\"}'; echo why >&2; exit 1")
	_, err := p.Run(nil, nil, soon())
	var exit *ExitError
	if !errors.As(err, &exit) || exit.Status != "exit status 1" || exit.Stderr != "why" || string(exit.Output) != "{\"errorType\":\"X\"}\n" {
		t.Errorf("error %#v", err)
	}
	p.Command[0] += "-absent"
	if _, err := p.Run(nil, nil, soon()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v of an absent file", err)
	}
}

func TestLastLines(t *testing.T) {
	p, _ := program(t, "i=0; while [ $i -lt 2000 ]; do echo line $i >&2; i=$((i+1)); done; exit 1")
	_, err := p.Run(nil, nil, soon())
	var exit *ExitError
	if !errors.As(err, &exit) || !strings.HasSuffix(exit.Stderr, "line 1998\nline 1999") || len(exit.Stderr) > lastBytes {
		t.Errorf("error %v", err)
	}
}

func TestLongLine(t *testing.T) {
	p, log := program(t, "head -c 100000 /dev/zero | tr '\\0' x >&2; echo >&2; echo y >&2")
	if _, err := p.Run(nil, nil, soon()); err != nil {
		t.Fatal(err)
	}
	x := strings.Repeat("x", 100000)
	if want := x[:longestLine] + "\n" + x[longestLine:] + "\ny"; log.text() != want {
		t.Errorf("log of %d bytes, want %d", len(log.text()), len(want))
	}
}

// Standard error that never ends is no reason to go on after the deadline, nor after the end
// of the process.
func TestFlood(t *testing.T) {
	for name, text := range map[string]string{
		"until the deadline": "yes '' >&2 & yes '' >&2 & yes '' >&2",
		"after its end":      "setsid yes '' >&2 & setsid yes '' >&2 & setsid yes '' >&2 & echo ok",
	} {
		t.Run(name, func(t *testing.T) {
			p, _ := program(t, text)
			deadline, late := short(), 0
			p.Log = func(string) {
				if time.Now().After(deadline.Add(lingering)) {
					late++
				}
			}
			output, err := p.Run(nil, nil, deadline)
			if wants := name == "until the deadline"; errors.Is(err, ErrDeadline) != wants || !wants && string(output) != "ok\n" {
				t.Errorf("output %q, error %v", output, err)
			}
			if late > 4*64<<10 { // lines of a byte: those of some pipes
				t.Errorf("%d lines after the deadline", late)
			}
		})
	}
}

// A file that is shut is polled no longer, though another process still has it open.
func TestShut(t *testing.T) {
	var p poller
	if err := p.open(); err != nil {
		t.Fatal(err)
	}
	defer p.close()
	read, write, err := pipe()
	if err != nil {
		t.Fatal(err)
	}
	other, err := syscall.Dup(read)
	if err != nil {
		t.Fatal(err)
	}
	defer closeNow(other)
	if err := p.add(read, false); err != nil {
		t.Fatal(err)
	}
	p.shut(read)
	closeNow(write)
	if ready := p.now(); len(ready) > 0 {
		t.Errorf("ready: %v", ready)
	}
}

// descriptors counts the open files of this process.
func descriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("no /proc/self/fd here")
	}
	return len(entries)
}

// children lists the processes whose parent this one is.
func children(t *testing.T) string {
	t.Helper()
	lists, _ := filepath.Glob("/proc/self/task/*/children")
	var all []byte
	for _, name := range lists {
		list, _ := os.ReadFile(name)
		all = append(all, list...)
	}
	return string(bytes.TrimSpace(all))
}

func TestNothingIsLeft(t *testing.T) {
	p, _ := program(t, "read -r line || exit 2; case $line in fail*) exit 1;; slow*) sleep 30 & sleep 30;; esac; echo $line")
	defer p.Close()
	if _, err := p.Run([]byte("ok\n"), nil, soon()); err != nil { // the program's own files are open
		t.Fatal(err)
	}
	before := descriptors(t)
	for i := range 20 {
		for _, input := range []string{"ok\n", "fail\n", "slow\n"} {
			deadline := soon()
			if input == "slow\n" {
				deadline = time.Now().Add(20 * time.Millisecond)
			}
			if i%2 == 0 {
				p.Run([]byte(input), nil, deadline)
				continue
			}
			k := &Kept{Program: p}
			ask(k, strings.TrimSpace(input), deadline)
			k.Close()
		}
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d open files, %d before", after, before)
	}
	if left := children(t); left != "" {
		t.Errorf("children are left: %s", left)
	}
}

// The first process of a container becomes the parent of all that lose theirs.
func TestNothingIsLeftOfTheFirst(t *testing.T) {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := exec.Command("unshare", "-fp", "--mount-proc", "true").Run(); err != nil {
		t.Skip("no container can be made here: ", err)
	}
	if out, err := exec.Command("unshare", "-fp", "--mount-proc", path, "-test.run=^TestNothingIsLeft$").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// A #! line has its words between blanks and tabs, and at most two of them, as the kernel reads it.
func TestInterpreter(t *testing.T) {
	for line, want := range map[string]string{
		"#!/bin/sh":                     "/bin/sh|F",
		"#! /bin/sh  -e -u ":            "/bin/sh|-e -u|F",
		"#!\t/bin/sh\t-e":               "/bin/sh|-e|F",
		"#!/usr/bin/env -S sh -e":       "/usr/bin/env|-S sh -e|F",
		"#!/usr/bin/env -S A=1 sh":      "/usr/bin/env|-S A=1 sh|F",
		"#!/usr/bin/env no-such":        "its interpreter no-such is not in the PATH",
		"#!/opt/no-such -e":             "its interpreter /opt/no-such: no such file or directory",
		"#!/bin/sh -e\r":                "its lines end with CR LF: save it with LF alone",
		"#!" + strings.Repeat("x", 300): "its #! line is longer than 256 bytes",
		"\x7fELF\x01\x01\x01" + strings.Repeat("\x00", 9) + "\x02\x00\x03\x00": "it is a program for linux/another processor: this machine is " + runtime.GOOS + "/" + runtime.GOARCH,
	} {
		path := filepath.Join(t.TempDir(), "program")
		if err := os.WriteFile(path, []byte(line+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		command, err := Command(path)
		got := describe(err)
		if err == nil {
			got = strings.ReplaceAll(strings.Join(command, "|"), path, "F")
		}
		if got != want {
			t.Errorf("%.40q gives %s, want %s", line, got, want)
		}
	}
}

func BenchmarkKept(b *testing.B) {
	path, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	k := &Kept{Program: &Program{Command: []string{path}, Environment: []string{"SCRIPT_TEST=echo"}, MaxOutput: 1 << 20, Log: func(string) {}}}
	defer k.Close()
	line := []byte(`{"event":{"name":"Ada"},"context":{}}` + "\n")
	b.ReportAllocs()
	before := cpu()
	for b.Loop() {
		if err := k.Start(); err != nil {
			b.Fatal(err)
		}
		if _, err := k.Ask(line, time.Now().Add(3*time.Second)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(cpu()-before)/float64(b.N), "cpu-ns/op")
}

// cpu is the CPU time that this process has taken.
func cpu() time.Duration {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func BenchmarkRun(b *testing.B) {
	p := &Program{Command: []string{"/bin/true"}, MaxOutput: 1 << 20, Log: func(string) {}}
	for b.Loop() {
		if _, err := p.Run(nil, nil, time.Now().Add(3*time.Second)); err != nil {
			b.Fatal(err)
		}
	}
}

func TestMain(m *testing.M) {
	if os.Getenv("SCRIPT_TEST") == "echo" {
		buffer, n := make([]byte, 1<<20), 0
		for {
			read, err := os.Stdin.Read(buffer[n:])
			if err != nil {
				os.Exit(0)
			}
			if n += read; buffer[n-1] == '\n' {
				os.Stdout.Write(buffer[:n])
				n = 0
			}
		}
	}
	os.Exit(m.Run())
}

func ExampleProgram_Run() {
	p := &Program{Command: []string{"/bin/cat"}, MaxOutput: 1 << 20, Log: func(line string) { fmt.Println("log:", line) }}
	output, err := p.Run([]byte("an event"), nil, time.Now().Add(10*time.Second))
	fmt.Println(string(output), err)
	// Output: an event <nil>
}
