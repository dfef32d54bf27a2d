package main_test

import (
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"sqlambda/internal/lambdatest"
)

// TestRuntimeAPIFaults has the built bootstrap meet some of the faults that the tests of
// runtimeapi have it meet by the thousand: what they come to in a process is its exit
// status, one line in the log, and its memory.
func TestRuntimeAPIFaults(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\n"
	raw := func(text string) lambdatest.Answer { return lambdatest.Answer{Raw: []byte(text)} }
	for name, c := range map[string]struct {
		endpoint lambdatest.Endpoint
		answer   lambdatest.Answer
		fatal    string // what the last line says; empty: the process goes on
	}{
		"no event, closed":        {lambdatest.Next, lambdatest.Answer{Drop: true}, ""},
		"no event, reset":         {lambdatest.Next, lambdatest.Answer{Drop: true, Reset: true}, ""},
		"an event cut off":        {lambdatest.Next, raw(ok + "Content-Length: 9\r\n\r\n{"), "GET /2018-06-01/runtime/invocation/next: the connection ended in the middle of a response"},
		"an event of 10 GB":       {lambdatest.Next, lambdatest.Answer{Raw: []byte(ok + "Content-Length: 10000000000\r\n\r\n"), Endless: make([]byte, 1<<20)}, "GET /2018-06-01/runtime/invocation/next: a response's body has more than 6291556 bytes"},
		"endless chunks":          {lambdatest.Next, lambdatest.Answer{Raw: []byte(ok + "Transfer-Encoding: chunked\r\n\r\n"), Endless: []byte("1000\r\n" + strings.Repeat("x", 4096) + "\r\n")}, "GET /2018-06-01/runtime/invocation/next: a response's body has more than"},
		"endless headers":         {lambdatest.Next, lambdatest.Answer{Raw: []byte(ok), Endless: []byte("A: b\r\n")}, "GET /2018-06-01/runtime/invocation/next: a response's head has more than 65536 bytes"},
		"no request id":           {lambdatest.Next, raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"), "GET /2018-06-01/runtime/invocation/next: the invocation has no usable Lambda-Runtime-Aws-Request-Id"},
		"500 for an event":        {lambdatest.Next, lambdatest.Answer{Status: 500, Body: []byte("oh")}, `GET /2018-06-01/runtime/invocation/next: the Runtime API answered with status 500: "oh"`},
		"a response not answered": {lambdatest.Response, lambdatest.Answer{Drop: true}, "POST /2018-06-01/runtime/invocation/id/response: no answer from the Runtime API"},
		"a response reset":        {lambdatest.Response, lambdatest.Answer{Drop: true, Reset: true}, "POST /2018-06-01/runtime/invocation/id/response: no answer from the Runtime API"},
		"a response refused":      {lambdatest.Response, lambdatest.Answer{Status: 403}, "POST /2018-06-01/runtime/invocation/id/response: the Runtime API answered with status 403"},
		"a response timed out":    {lambdatest.Response, lambdatest.Answer{Status: 410}, ""},
		"a response too large":    {lambdatest.Response, lambdatest.Answer{Status: 413}, ""},
		"half of an answer":       {lambdatest.Response, raw("HTTP/1.1 202 Accepted\r\nContent-Length: 20\r\n\r\n{"), ""},
		"no registration":         {lambdatest.Register, lambdatest.Answer{Drop: true}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := startScripted(t, map[lambdatest.Endpoint][]lambdatest.Answer{
				lambdatest.Next: nextFor(c.endpoint), c.endpoint: {c.answer}})
			if c.fatal != "" {
				f.endsWith(c.fatal)
				if usage := f.process.State().SysUsage().(*syscall.Rusage); usage.Maxrss > mostMemory(t) {
					t.Errorf("%d KB of memory", usage.Maxrss)
				}
				return
			}
			f.respond(`{"name":"Ada"}`, `{"statusCode":200,"body":"Hello Ada"}`)
			if f.stop(); f.process.State().ExitCode() != 0 || strings.Contains(f.log.String(), "FATAL") {
				t.Errorf("%v\n%s", f.process.State(), f.log)
			}
		})
	}
}

// mostMemory is the most memory, in KB, that a process may be told to have had: Linux
// counts what its parent had before it was a program of its own (getrusage(2), exec).
func mostMemory(t *testing.T) int64 {
	t.Helper()
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		t.Fatal(err)
	}
	return max(100<<10, own.Maxrss)
}

// nextFor is what next answers first: nothing of ours, or an invocation whose outcome
// meets the fault.
func nextFor(endpoint lambdatest.Endpoint) []lambdatest.Answer {
	if endpoint != lambdatest.Response {
		return nil
	}
	return []lambdatest.Answer{{Status: 200, Body: []byte("{}"), Header: [][2]string{{"Lambda-Runtime-Aws-Request-Id", "id"}}}}
}

// startScripted starts a function with a writable database against a server that has its
// script before the first request.
func startScripted(t *testing.T, script map[lambdatest.Endpoint][]lambdatest.Answer) *function {
	t.Helper()
	server := newServer(t)
	for endpoint, answers := range script {
		server.Script(endpoint, answers...)
	}
	return startBy(t, exec.Command(bootstrap), server, "hello", hello(), "SQLAMBDA_DATABASE="+scratch(t)+"/hello.db")
}

// TestStallCostsNothing has an event stall in its midst: the process waits, without CPU
// time, for as long as Lambda lets it.
func TestStallCostsNothing(t *testing.T) {
	f := startScripted(t, map[lambdatest.Endpoint][]lambdatest.Answer{lambdatest.Next: {
		{Raw: []byte("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\nContent-Length: 9\r\n\r\n{}"), Cut: 60, Stall: make(chan struct{})}}})
	if err := f.WaitReady(f.ctx); err != nil {
		t.Fatal(err)
	}
	for before := time.Duration(-1); ; {
		usage, err := usageOf(f.process.Pid())
		if err != nil {
			t.Skip(err)
		}
		if usage.cpu == before {
			return
		}
		if f.ctx.Err() != nil {
			t.Fatalf("the process does not come to rest: %v of CPU time", usage.cpu)
		}
		before = usage.cpu
		time.Sleep(300 * time.Millisecond) // what is measured
	}
}
