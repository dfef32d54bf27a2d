package runtimeapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"sqlambda/internal/lambdatest"
)

// session is a function served in this process against a server of real HTTP.
type session struct {
	*testing.T
	*lambdatest.Server
	ctx     context.Context
	log     *safeBuffer
	stopped chan error
	stop    func()
}

// safeBuffer is a log that can be read while it is written.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// newServer starts a server that the test ends.
func newServer(t *testing.T) (context.Context, *lambdatest.Server) {
	t.Helper()
	server, err := lambdatest.NewServer()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx, server
}

// serve starts handlers against a server. It is stopped as SIGTERM stops it.
func serve(t *testing.T, concurrency int, handlers ...Handler) *session {
	t.Helper()
	ctx, server := newServer(t)
	return serveOn(t, ctx, server, concurrency, handlers...)
}

func serveOn(t *testing.T, ctx context.Context, server *lambdatest.Server, concurrency int, handlers ...Handler) *session {
	t.Helper()
	s := &session{T: t, Server: server, ctx: ctx, log: &safeBuffer{}, stopped: make(chan error, 1)}
	r := &Runtime{
		Environment: Environment{API: server.Address(), MaxConcurrency: concurrency},
		Name:        "test/1.0",
	}
	r.Log = r.Environment.Logger(s.log)
	service := r.newService(handlers)
	s.stop = service.stop
	go func() { s.stopped <- service.run() }()
	return s
}

// end stops the session and returns the error it ended with.
func (s *session) end() error {
	s.Helper()
	s.stop()
	return s.wait()
}

// wait waits for a session that ends by itself.
func (s *session) wait() error {
	s.Helper()
	select {
	case err := <-s.stopped:
		return err
	case <-s.ctx.Done():
		s.Fatal("Serve did not return")
		return nil
	}
}

// invoke hands out an event that must get an outcome.
func (s *session) invoke(invocation lambdatest.Invocation) lambdatest.Outcome {
	s.Helper()
	outcome, err := s.Invoke(s.ctx, invocation)
	if err != nil {
		s.Fatal(err)
	}
	return outcome
}

func (s *session) invokeEvent(event string) lambdatest.Outcome {
	s.Helper()
	return s.invoke(lambdatest.Invocation{Payload: []byte(event)})
}

func echo(i *Invocation) ([]byte, error) { return i.Payload, nil }

func TestInvocation(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1") // is not used
	deadline := time.UnixMilli(1542409706888)
	invocations, traceIDs := make(chan Invocation, 2), make(chan string, 2)
	s := serve(t, 0, func(i *Invocation) ([]byte, error) {
		kept := *i
		kept.Payload, kept.worker = bytes.Clone(i.Payload), nil
		invocations <- kept
		traceIDs <- os.Getenv("_X_AMZN_TRACE_ID")
		return []byte(`{"ok":true}`), nil
	})
	outcome := s.invoke(lambdatest.Invocation{
		RequestID: "id-1", Payload: []byte(`{"name":"Ada"}`), Deadline: deadline,
		FunctionARN: "arn:aws:lambda:us-east-2:123456789012:function:f", InvocationID: "attempt-1",
		TraceID: "Root=1-5bef4de7;Sampled=1", ClientContext: `{"a":"b:c"}`,
		CognitoIdentity: `{"cognitoIdentityId":"x"}`, TenantID: "blue",
	})
	if string(outcome.Payload) != `{"ok":true}` || outcome.FunctionError {
		t.Errorf("outcome: %+v", outcome)
	}
	want := Invocation{
		RequestID: "id-1", DeadlineMs: 1542409706888, TraceID: "Root=1-5bef4de7;Sampled=1",
		InvokedFunctionARN: "arn:aws:lambda:us-east-2:123456789012:function:f",
		ClientContext:      `{"a":"b:c"}`, CognitoIdentity: `{"cognitoIdentityId":"x"}`,
		TenantID: "blue", Payload: []byte(`{"name":"Ada"}`), attempt: "attempt-1",
	}
	if got := <-invocations; fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("invocation: %+v\nwant: %+v", got, want)
	}
	if got := <-traceIDs; got != want.TraceID {
		t.Errorf("_X_AMZN_TRACE_ID is %q", got)
	}

	// The next one has none of the optional headers, and none is left over.
	s.invoke(lambdatest.Invocation{RequestID: "id-2", FunctionARN: "arn", Deadline: deadline, Payload: []byte(`1`)})
	want = Invocation{RequestID: "id-2", DeadlineMs: 1542409706888, InvokedFunctionARN: "arn", Payload: []byte("1")}
	if got := <-invocations; fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("second invocation: %+v\nwant: %+v", got, want)
	}
	if _, set := os.LookupEnv("_X_AMZN_TRACE_ID"); set {
		t.Error("_X_AMZN_TRACE_ID is set for an invocation without a trace")
	}

	if err := s.end(); err != nil {
		t.Errorf("Serve: %v", err)
	}
	responses := s.Requests(lambdatest.Response)
	for i, attempt := range []string{"attempt-1", ""} {
		header := responses[i].Header
		if got := header.Get("Lambda-Runtime-Invocation-Id"); got != attempt {
			t.Errorf("Lambda-Runtime-Invocation-Id sent back: %q, want %q", got, attempt)
		}
		if _, sent := header["Lambda-Runtime-Invocation-Id"]; sent != (attempt != "") {
			t.Errorf("an empty Lambda-Runtime-Invocation-Id was sent")
		}
		if header.Get("Content-Type") != "application/json" || header.Get("User-Agent") != "test/1.0" {
			t.Errorf("headers of the response: %v", header)
		}
	}
	for _, request := range s.Requests() {
		if request.RemoteAddr != responses[0].RemoteAddr {
			t.Errorf("%s %s came over another connection", request.Method, request.URL.Path)
		}
	}
}

// Events and responses pass whole, whatever their size and however they are sent.
func TestSizes(t *testing.T) {
	ctx, server := newServer(t)
	type event struct {
		size int
		sent lambdatest.Answer
	}
	var list []event
	for _, size := range []int{0, 1, 2, 1000, inlineBody - 1, inlineBody, inlineBody + 1, smallBuffer, rawCallTest,
		rawCallTest + 1, 1 << 20, MaxPayload - 1, MaxPayload} {
		for _, delivery := range []lambdatest.Answer{{}, {Chunked: 1000}, {Close: true}, {LowerCase: true}} {
			if delivery.Chunked > 0 && size > 1<<20 {
				delivery.Chunked = 64 << 10
			}
			list = append(list, event{size, delivery})
			server.Script(lambdatest.Next, delivery)
		}
	}
	s := serveOn(t, ctx, server, 0, echo)
	for _, e := range list {
		payload := bytes.Repeat([]byte("x"), e.size)
		outcome := s.invoke(lambdatest.Invocation{Payload: payload})
		if outcome.FunctionError || !bytes.Equal(outcome.Payload, payload) {
			t.Errorf("%d bytes, sent as %+v: came back as %d bytes", e.size, e.sent, len(outcome.Payload))
		}
	}
	if err := s.end(); err != nil {
		t.Error(err)
	}
	if len(s.Requests(lambdatest.Error)) > 0 {
		t.Error("something was posted to /error")
	}
}

const rawCallTest = 64 << 10

func TestResponseTooLarge(t *testing.T) {
	s := serve(t, 0, func(i *Invocation) ([]byte, error) { return make([]byte, MaxPayload+1), nil })
	outcome := s.invokeEvent(`{}`)
	if !outcome.FunctionError || outcome.ErrorType != "Function.ResponseSizeTooLarge" {
		t.Errorf("outcome: %+v", outcome)
	}
	want := `{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"the response has 6291557 bytes: Lambda takes at most 6291556","stackTrace":[]}`
	if string(outcome.Payload) != want {
		t.Errorf("error: %s", outcome.Payload)
	}
	if len(s.Requests(lambdatest.Response)) > 0 {
		t.Error("the response was sent")
	}
	s.invokeEvent(`{}`) // it goes on
	if err := s.end(); err != nil {
		t.Error(err)
	}
}

func TestErrors(t *testing.T) {
	deep := make([]string, 1000)
	for i := range deep {
		deep[i] = fmt.Sprintf("orders.sql:%d:8 (list)", i+1)
	}
	for _, test := range []struct {
		name, header, body string
		err                error
	}{
		{
			name: "an Error", header: "Function.SQLError",
			err:  &Error{Type: "Function.SQLError", Message: "no such \"table\"\n", StackTrace: []string{"orders.sql:12:8 (list)"}},
			body: `{"errorType":"Function.SQLError","errorMessage":"no such \"table\"\n","stackTrace":["orders.sql:12:8 (list)"]}`,
		}, {
			name: "a wrapped one", header: "Function.OrderMissing",
			err:  fmt.Errorf("wrapped: %w", &Error{Type: "order_missing", Message: "gone"}),
			body: `{"errorType":"order_missing","errorMessage":"gone","stackTrace":[]}`,
		}, {
			name: "one that looks like a panic", header: "Function.Panic",
			err:  &Error{Type: FunctionPanic, Message: "of the handler's own"},
			body: `{"errorType":"Function.Panic","errorMessage":"of the handler's own","stackTrace":[]}`,
		}, {
			name: "another error", header: "Function.Unknown", err: errors.New("disk full"),
			body: `{"errorType":"Function.Unknown","errorMessage":"disk full","stackTrace":[]}`,
		}, {
			name: "a type that would end a header", header: "Function.XHeaderY",
			err:  &Error{Type: "x\r\nHeader: y", Message: "\x00\x7f\xff\u2028é"},
			body: `{"errorType":"x\r\nHeader: y","errorMessage":"\u0000\u007f` + "\ufffd\u2028é" + `","stackTrace":[]}`,
		}, {
			name: "a large one", header: "Function.Large",
			err: &Error{Type: "Function.Large", Message: strings.Repeat("é\n", 4<<20), StackTrace: deep},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := serve(t, 0, func(*Invocation) ([]byte, error) { return nil, test.err })
			outcome := s.invoke(lambdatest.Invocation{RequestID: "id-1", InvocationID: "attempt-1"})
			if outcome.ErrorType != test.header || !outcome.FunctionError {
				t.Errorf("Lambda-Runtime-Function-Error-Type: %q, want %q", outcome.ErrorType, test.header)
			}
			if test.body != "" && string(outcome.Payload) != test.body {
				t.Errorf("error: %s\nwant: %s", outcome.Payload, test.body)
			}
			if !json.Valid(outcome.Payload) || len(outcome.Payload) > 1<<20 {
				t.Errorf("error of %d bytes: %.100s…", len(outcome.Payload), outcome.Payload)
			}
			request := s.Requests(lambdatest.Error)[0]
			if request.Header.Get("Lambda-Runtime-Invocation-Id") != "attempt-1" {
				t.Error("Lambda-Runtime-Invocation-Id did not go back")
			}
			cause := request.Header.Get("Lambda-Runtime-Function-Xray-Error-Cause")
			if !json.Valid([]byte(cause)) || len(cause) > 64<<10 {
				t.Errorf("X-Ray cause of %d bytes: %.100s…", len(cause), cause)
			}
			if !strings.Contains(s.log.String(), "id-1\tERROR\t") {
				t.Errorf("log: %.100s", s.log)
			}
			if err := s.end(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestPanic(t *testing.T) {
	for name, handler := range map[string]Handler{
		"a value":       func(*Invocation) ([]byte, error) { panic("out of luck") },
		"an error":      func(*Invocation) ([]byte, error) { panic(errors.New("out of luck")) },
		"the runtime's": func(*Invocation) ([]byte, error) { var e *Error; return nil, errors.New(e.Message) },
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, 0, handler)
			outcome := s.invoke(lambdatest.Invocation{RequestID: "id-1"})
			var report struct {
				ErrorType, ErrorMessage string
				StackTrace              []string
			}
			if err := json.Unmarshal(outcome.Payload, &report); err != nil {
				t.Fatal(err)
			}
			if report.ErrorType != "Function.Panic" || outcome.ErrorType != "Function.Panic" || report.ErrorMessage == "" {
				t.Errorf("report: %+v", report)
			}
			if len(report.StackTrace) != 1 || !strings.Contains(report.StackTrace[0], "serve_test.go:") ||
				!strings.Contains(report.StackTrace[0], "(sqlambda/runtimeapi.TestPanic") {
				t.Errorf("stack: %q", report.StackTrace)
			}
			if err := s.wait(); err == nil || !strings.Contains(err.Error(), "the handler cannot go on") {
				t.Errorf("Serve: %v", err)
			}
		})
	}
}

func TestConcurrency(t *testing.T) {
	const workers = 4
	t.Setenv("_X_AMZN_TRACE_ID", "")
	os.Unsetenv("_X_AMZN_TRACE_ID")
	var together sync.WaitGroup
	together.Add(workers)
	handlers := make([]Handler, workers)
	for i := range handlers {
		handlers[i] = func(i *Invocation) ([]byte, error) {
			together.Done()
			together.Wait() // all of them are in flight
			return []byte(i.TraceID + os.Getenv("_X_AMZN_TRACE_ID")), nil
		}
	}
	s := serve(t, workers, handlers...)
	var clients sync.WaitGroup
	for n := range workers {
		clients.Go(func() {
			trace := fmt.Sprint("trace-", n)
			outcome, err := s.Invoke(s.ctx, lambdatest.Invocation{TraceID: trace})
			if err != nil || string(outcome.Payload) != trace {
				t.Errorf("outcome %q, %v, want %q", outcome.Payload, err, trace)
			}
		})
	}
	clients.Wait()
	if err := s.end(); err != nil {
		t.Error(err)
	}
	connections := map[string]bool{}
	for _, request := range s.Requests(lambdatest.Response) {
		connections[request.RemoteAddr] = true
	}
	if len(connections) != workers {
		t.Errorf("%d connections for %d workers", len(connections), workers)
	}
}

// A stop lets the invocation in flight end, and a fatal error of one worker stops the
// others.
func TestStop(t *testing.T) {
	started, release := make(chan bool), make(chan bool)
	slow := func(i *Invocation) ([]byte, error) {
		started <- true
		<-release
		return i.Payload, nil
	}
	t.Run("in flight", func(t *testing.T) {
		s := serve(t, 0, slow)
		go func() {
			<-started
			s.stop()
			release <- true
		}()
		if outcome := s.invokeEvent(`5`); string(outcome.Payload) != "5" {
			t.Errorf("outcome: %+v", outcome)
		}
		if err := s.wait(); err != nil {
			t.Error(err)
		}
	})
	t.Run("another worker's panic", func(t *testing.T) {
		s := serve(t, 2, slow, func(*Invocation) ([]byte, error) {
			<-started
			panic("now")
		})
		outcomes := make(chan string, 2)
		for range 2 {
			go func() {
				outcome, err := s.Invoke(s.ctx, lambdatest.Invocation{Payload: []byte(`5`)})
				if outcome.FunctionError {
					release <- true
				}
				outcomes <- fmt.Sprint(outcome.ErrorType, err)
			}()
		}
		if got := <-outcomes + " " + <-outcomes; got != "Function.Panic<nil> <nil>" && got != "<nil> Function.Panic<nil>" {
			t.Errorf("outcomes: %s", got)
		}
		if err := s.wait(); err == nil {
			t.Error("Serve returned nil")
		}
	})
}

func TestReportInitError(t *testing.T) {
	for _, test := range []struct {
		status       int
		err          error
		header, body string
		wantErr      string
	}{
		{202, &Error{Type: "Runtime.HandlerNotFound", Message: "no orders.sql"}, "Runtime.HandlerNotFound",
			`{"errorType":"Runtime.HandlerNotFound","errorMessage":"no orders.sql","stackTrace":[]}`, ""},
		{202, io.ErrUnexpectedEOF, "Runtime.InitFailed",
			`{"errorType":"Runtime.InitFailed","errorMessage":"unexpected EOF","stackTrace":[]}`, ""},
		{403, io.ErrUnexpectedEOF, "Runtime.InitFailed",
			`{"errorType":"Runtime.InitFailed","errorMessage":"unexpected EOF","stackTrace":[]}`, "status 403"},
	} {
		_, server := newServer(t)
		server.Script(lambdatest.InitFailure, lambdatest.Answer{Status: test.status})
		var log bytes.Buffer
		environment := Environment{API: server.Address()}
		r := &Runtime{Environment: environment, Log: environment.Logger(&log)}
		err := r.ReportInitError(test.err)
		if (err != nil) != (test.wantErr != "") || err != nil && !strings.Contains(err.Error(), test.wantErr) {
			t.Errorf("error %v, want %q", err, test.wantErr)
		}
		request := server.Requests(lambdatest.InitFailure)[0]
		if got := request.Header.Get("Lambda-Runtime-Function-Error-Type"); got != test.header {
			t.Errorf("Lambda-Runtime-Function-Error-Type: %q", got)
		}
		if string(request.Body) != test.body || request.Method != http.MethodPost {
			t.Errorf("%s %s", request.Method, request.Body)
		}
		if !strings.Contains(log.String(), "\tERROR\t"+test.header+": ") {
			t.Errorf("log: %s", &log)
		}
	}
}
