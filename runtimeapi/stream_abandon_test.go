package runtimeapi

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"sqlambda/internal/lambdatest"
)

// abandonedStream streams as the event says, is abandoned, and never returns.
func abandonedStream(i *Invocation) ([]byte, error) {
	s := i.Stream("text/plain")
	abandon := func() { i.Abandon(&Error{Type: "Function.Timeout", Message: "too late"}) }
	if string(i.Payload) == "pours" {
		go func() {
			waitUntilBlocked()
			abandon()
		}()
		for part := make([]byte, 100_000); ; {
			s.Write(part)
		}
	}
	fmt.Fprint(s, "part")
	if string(i.Payload) == "flushes" {
		s.Flush()
	}
	go abandon()
	for i.worker.state.Load() != abandoned {
		runtime.Gosched()
	}
	s.Write(make([]byte, 1<<20)) // it is over
	select {}
}

// waitUntilBlocked returns when a stream waits for Lambda to take more.
func waitUntilBlocked() {
	for stacks := make([]byte, 1<<20); ; {
		for one := range strings.SplitSeq(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
			if strings.Contains(one, "[IO wait") && strings.Contains(one, "(*Stream).send") {
				return
			}
		}
	}
}

// TestAbandonStream abandons handlers that stream: the error is in the trailers, or where that is
// not possible, the response is cut off. Nothing is written after it, and the process ends.
func TestAbandonStream(t *testing.T) {
	for event, test := range map[string]struct{ body, end, fatal string }{
		"keeps":   {`{"errorType":"Function.Timeout","errorMessage":"too late","stackTrace":[]}`, "<nil>", "the handler of id-1 does not return"},
		"flushes": {"part", `Function.Timeout: {"errorType":"Function.Timeout","errorMessage":"too late","stackTrace":[]}`, "the handler of id-1 does not return"},
		"pours":   {"\x00", "unexpected EOF", "response: no answer from the Runtime API"},
	} {
		t.Run(event, func(t *testing.T) {
			ctx, server := newServer(t)
			process, _, log := start(t, server, "abandoned stream")
			reply, err := server.InvokeStream(ctx, lambdatest.Invocation{RequestID: "id-1", Payload: []byte(event)})
			if err != nil {
				t.Fatal(err)
			}
			defer reply.Close()
			if event == "pours" { // it is not read, so that the handler waits in Write
				wantStatus1(t, process.Wait(ctx))
			}
			body, err := io.ReadAll(reply)
			if errors.Is(err, io.ErrUnexpectedEOF) {
				body = body[:min(len(body), 1)]
			}
			if string(body) != test.body || fmt.Sprint(err) != test.end || reply.FunctionError != (event == "keeps") {
				t.Errorf("%q, %v; want %q, %s", body, err, test.body, test.end)
			}
			wantStatus1(t, process.Wait(ctx))
			if text := log.String(); strings.Count(text, "ERROR\tFunction.Timeout: too late") != 1 || strings.Count(text, "FATAL") != 1 || !strings.Contains(text, test.fatal) {
				t.Errorf("the log is\n%s", text)
			}
		})
	}
}
