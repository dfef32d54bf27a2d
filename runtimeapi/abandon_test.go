package runtimeapi

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"sqlambda/internal/lambdatest"
)

// watched is a handler that does what the event says: "spin" never returns, "wait" returns
// after SIGUSR1, and both are abandoned where "abandoned" follows.
func watched() Handler {
	release := make(chan os.Signal, 1)
	signal.Notify(release, syscall.SIGUSR1)
	released := make(chan struct{})
	go func() {
		<-release
		close(released)
	}()
	return func(i *Invocation) ([]byte, error) {
		what, abandon, _ := strings.Cut(string(i.Payload), " ")
		fmt.Println(what)
		if abandon != "" {
			go i.Abandon(&Error{Type: "Function.Timeout", Message: "too late", StackTrace: []string{"main.sql:1:1"}})
		}
		//lint:ignore SA5002 this is a handler that never yields
		for what == "spin" {
		}
		if what == "wait" {
			<-released
			fmt.Println("returned")
		}
		return i.Payload, nil
	}
}

// watchedFunction is a process whose handlers are watched.
type watchedFunction struct {
	*testing.T
	*lambdatest.Server
	ctx     context.Context
	process *lambdatest.Process
	lines   func() string
	log     *safeBuffer
	sent    int
}

func startWatched(t *testing.T, workers int) *watchedFunction {
	t.Helper()
	ctx, server := newServer(t)
	return startWatchedOn(t, ctx, server, workers)
}

func startWatchedOn(t *testing.T, ctx context.Context, server *lambdatest.Server, workers int) *watchedFunction {
	t.Helper()
	process, output, log := start(t, server, "watched", fmt.Sprint("AWS_LAMBDA_MAX_CONCURRENCY=", workers))
	lines := func() string { t.Helper(); return line(t, output) }
	return &watchedFunction{T: t, Server: server, ctx: ctx, process: process, lines: lines, log: log}
}

// send hands out an event and returns where what comes of it will be.
func (f *watchedFunction) send(event string) <-chan string {
	result := make(chan string, 1)
	f.sent++
	id := fmt.Sprint("id-", f.sent)
	go func() {
		outcome, err := f.Invoke(f.ctx, lambdatest.Invocation{Payload: []byte(event), RequestID: id, InvocationID: "attempt"})
		if err != nil {
			result <- err.Error()
			return
		}
		result <- string(outcome.Payload)
	}()
	return result
}

const tooLate = `{"errorType":"Function.Timeout","errorMessage":"too late","stackTrace":["main.sql:1:1"]}`

// endsAbandoned checks that the process ended with status 1, without closing what the
// handler uses, and that the invocation got one outcome, over a connection of its own.
func (f *watchedFunction) endsAbandoned(fatal string) {
	f.Helper()
	wantStatus1(f.T, f.process.Wait(f.ctx))
	reports := f.Requests(lambdatest.Error)
	if len(reports) != 1 {
		f.Fatalf("%d errors were posted", len(reports))
	}
	for _, r := range f.Requests(lambdatest.Next, lambdatest.Response) {
		if r.RemoteAddr == reports[0].RemoteAddr || r.RequestID == reports[0].RequestID {
			f.Errorf("%s %s beside the report of the error, over %s", r.Method, r.URL.Path, r.RemoteAddr)
		}
	}
	if header := reports[0].Header; header.Get("Lambda-Runtime-Invocation-Id") != "attempt" || header.Get("Lambda-Runtime-Function-Error-Type") != "Function.Timeout" {
		f.Errorf("the headers of the report: %v", header)
	}
	log := f.log.String()
	fatal = strings.ReplaceAll(fatal, "ID", reports[0].RequestID)
	if strings.Count(log, "ERROR\tFunction.Timeout: too late") != 1 || strings.Count(log, "FATAL") != 1 || !strings.Contains(log, "FATAL\t"+fatal) {
		f.Errorf("the log is\n%s\nwant one FATAL line with %s", log, fatal)
	}
}

func TestAbandon(t *testing.T) {
	for _, event := range []string{"spin abandoned", "wait abandoned"} {
		f := startWatched(t, 1)
		if got := <-f.send(event); got != tooLate {
			t.Errorf("the outcome of %s is %s", event, got)
		}
		f.endsAbandoned("the handler of ID does not return")
	}
}

// TestAbandonedHandlerReturns has the handler return while the report of its invocation
// is under way: there is one outcome.
func TestAbandonedHandlerReturns(t *testing.T) {
	stall := make(chan struct{})
	ctx, server := newServer(t)
	server.Script(lambdatest.Error, lambdatest.Answer{Cut: 1, Stall: stall})
	f := startWatchedOn(t, ctx, server, 1)
	outcome := f.send("wait abandoned")
	if err := server.WaitRequests(ctx, lambdatest.Error, 1); err != nil {
		t.Fatal(err)
	}
	f.process.Signal(syscall.SIGUSR1)
	for _, want := range []string{"wait", "returned"} {
		if got := f.lines(); got != want {
			t.Fatalf("the handler says %s, want %s", got, want)
		}
	}
	close(stall)
	if got := <-outcome; got != tooLate {
		t.Errorf("the outcome is %s", got)
	}
	f.endsAbandoned("the handler of ID does not return")
}

// TestAbandonedTooLate has Abandon called once the handler has returned.
func TestAbandonedTooLate(t *testing.T) {
	invocations := make(chan *Invocation, 2)
	s := serve(t, 0, func(i *Invocation) ([]byte, error) {
		invocations <- i
		return i.Payload, nil
	})
	for _, event := range []string{"1", "2"} {
		if got := s.invokeEvent(event); string(got.Payload) != event || got.FunctionError {
			t.Errorf("the outcome of %s is %+v", event, got)
		}
		(<-invocations).Abandon(errors.New("too late"))
	}
	if err := s.end(); err != nil || s.log.String() != "" {
		t.Errorf("Serve: %v\n%s", err, s.log)
	}
}

// TestAbandonOneOfMany has one of 16 workers not return: the others end what they have in
// flight, and nobody takes more.
func TestAbandonOneOfMany(t *testing.T) {
	const workers = 16
	f := startWatched(t, workers)
	var others []<-chan string
	for range workers - 2 {
		others = append(others, f.send("wait"))
	}
	for range others {
		f.lines()
	}
	if err := f.WaitRequests(f.ctx, lambdatest.Next, workers); err != nil {
		t.Fatal(err)
	}
	if got := <-f.send("spin abandoned"); got != tooLate { // one more worker waits for an event
		t.Errorf("the outcome is %s", got)
	}
	f.process.Signal(syscall.SIGUSR1)
	for _, other := range others {
		if got := <-other; got != "wait" {
			t.Errorf("another worker's outcome is %s", got)
		}
	}
	f.endsAbandoned("the handler of ID does not return")
	if n := len(f.Requests(lambdatest.Next)); n > workers {
		t.Errorf("%d requests for an event by %d workers", n, workers)
	}
}

// TestAbandonMany has several workers not return: each invocation gets its outcome before
// the process ends.
func TestAbandonMany(t *testing.T) {
	f := startWatched(t, 16)
	var all []<-chan string
	for range 16 {
		all = append(all, f.send("spin abandoned"))
	}
	reported := 0
	for _, one := range all {
		if <-one == tooLate { // or the process ended before it was taken
			reported++
		}
	}
	wantStatus1(t, f.process.Wait(f.ctx))
	if n := len(f.Requests(lambdatest.Error)); n == 0 || n != reported {
		t.Errorf("%d reports, %d outcomes\n%s", n, reported, f.log)
	}
}

// TestAbandonFaults has the Runtime API misbehave where an invocation was abandoned.
func TestAbandonFaults(t *testing.T) {
	for name, c := range map[string]struct {
		answer lambdatest.Answer
		fatal  string
	}{
		"no answer": {lambdatest.Answer{Drop: true}, "POST /2018-06-01/runtime/invocation/ID/error: no answer from the Runtime API"},
		"timed out": {lambdatest.Answer{Status: 410}, "the handler of ID does not return"},
		"500":       {lambdatest.Answer{Status: 500}, "POST /2018-06-01/runtime/invocation/ID/error: the Runtime API answered with status 500"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, server := newServer(t)
			server.Script(lambdatest.Error, c.answer)
			f := startWatchedOn(t, ctx, server, 1)
			f.send("spin abandoned")
			f.endsAbandoned(c.fatal)
		})
	}
	t.Run("a stall", func(t *testing.T) {
		ctx, server := newServer(t)
		server.Script(lambdatest.Error, lambdatest.Answer{Drop: true, Stall: make(chan struct{})})
		f := startWatchedOn(t, ctx, server, 3)
		other := f.send("wait")
		f.lines()
		if got := <-f.send("spin abandoned"); got != tooLate {
			t.Errorf("the outcome is %s", got)
		}
		f.process.Signal(syscall.SIGUSR1)
		if got := <-other; got != "wait" {
			t.Errorf("another worker's outcome is %s", got)
		}
		late := f.send("late")
		if state := f.process.State(); state != nil {
			t.Errorf("the process did not wait for the Runtime API: %v", state)
		}
		f.process.Signal(syscall.SIGTERM)
		againUntilEnded(ctx, f.process)
		if got := <-late; got == "late" {
			t.Error("an event was taken after an invocation was abandoned")
		}
	})
}
