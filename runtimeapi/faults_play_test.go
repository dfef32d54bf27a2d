package runtimeapi

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"sqlambda/internal/lambdatest"
)

// stage is a request of the protocol, with an answer to it as it should be.
type stage struct {
	name     string
	endpoint lambdatest.Endpoint
	line     string // the status line
	headers  string
	body     string // 7 bytes
}

const eventBody = `{"a":1}`

// stages are all requests that get an answer.
func stages() []stage {
	const ok, accepted = "HTTP/1.1 200 OK\r\n", "HTTP/1.1 202 Accepted\r\n"
	const end, status = "Connection: close\r\n", `{"b":2}`
	return []stage{
		{"next", lambdatest.Next, ok, "Lambda-Runtime-Aws-Request-Id: faulty\r\n" + end, eventBody},
		{"response", lambdatest.Response, accepted, end, status},
		{"stream", lambdatest.Response, accepted, end, status},
		{"error", lambdatest.Error, accepted, end, status},
		{"init", lambdatest.InitFailure, accepted, end, status},
		{"register", lambdatest.Register, ok, "Lambda-Extension-Identifier: extension-1\r\n" + end, `{"c":3}`},
	}
}

// wire is an answer to the stage, with a part of the head and a body of the test's own.
func (s stage) wire(framing, body string) []byte {
	return []byte(s.line + s.headers + framing + "\r\n" + body)
}

// ofInvocation tells whether the stage is one that every invocation has.
func (s stage) ofInvocation() bool {
	return s.endpoint != lambdatest.InitFailure && s.endpoint != lambdatest.Register
}

// outcome is what comes of a fault: harmless, retried, or else the process ends and
// outcome is a pattern of what it says.
type outcome string

const (
	harmless outcome = ""        // the answer is read right
	retried  outcome = "retried" // the request is made again
)

// trial is one stage that meets one answer.
type trial struct {
	*testing.T
	stage
	answer lambdatest.Answer
	warm   bool // it is not the first request of its connection
	event  string
	want   outcome
}

func (c trial) run() {
	switch c.endpoint {
	case lambdatest.InitFailure:
		c.initError()
	case lambdatest.Register:
		c.register()
	default:
		c.invocation()
	}
}

// invocation has an invocation meet the fault. After one that is harmless, the next
// invocation is right; else the process would end with one line that says why. Whatever
// happens, an outcome is posted once, and no event that is not whole is handled.
func (c trial) invocation() {
	ctx, server := newServer(c.T)
	c.script(server)
	events := make(chan string, 2)
	s := serveOn(c.T, ctx, server, 0, func(i *Invocation) ([]byte, error) {
		if i.RequestID != "faulty" {
			return i.Payload, nil
		}
		events <- string(i.Payload)
		if c.endpoint == lambdatest.Error {
			return nil, &Error{Type: "Function.Test"}
		}
		if c.name == "stream" {
			s := i.Stream("")
			s.Write(i.Payload)
			return nil, s.Flush()
		}
		return i.Payload, nil
	})
	ctx, cancel := context.WithCancelCause(ctx)
	ended := make(chan error, 1)
	go func() { // an invocation does not wait for what has ended
		err := <-s.stopped
		ended <- err
		cancel(fmt.Errorf("Serve returned %v", err))
	}()
	if c.goesOn() {
		outcome, err := server.Invoke(ctx, lambdatest.Invocation{Payload: []byte(`"good"`)})
		if err != nil || string(outcome.Payload) != `"good"` || outcome.FunctionError {
			c.Errorf("the next invocation: %+v, %v", outcome, err)
		}
		s.stop()
	}
	select {
	case err := <-ended:
		if (err != nil || !c.goesOn()) && !c.matches(fmt.Sprint(err)) {
			c.Errorf("Serve: %v, want %s", err, c.want)
		}
	case <-s.ctx.Done():
		c.Fatal("Serve did not return")
	}
	c.checkLog(s.log.String(), "FATAL")
	handled := c.endpoint != lambdatest.Next || c.want == harmless
	if close(events); handled && <-events != c.event || len(events) > 0 {
		c.Errorf("handled: %t, want %t and %s", !handled, handled, c.event)
	}
	posts := 0
	for _, request := range s.Requests(lambdatest.Response, lambdatest.Error) {
		if request.RequestID == "faulty" {
			posts++
		}
	}
	if handled != (posts == 1) {
		c.Errorf("%d outcomes posted", posts)
	}
}

// script lays out the answers: to a good invocation, if there is to be one, then to the
// one that meets the fault.
func (c trial) script(server *lambdatest.Server) {
	event := func(id, body string) lambdatest.Answer {
		return lambdatest.Answer{Status: 200, Body: []byte(body), Header: [][2]string{{"Lambda-Runtime-Aws-Request-Id", id}}}
	}
	if c.warm {
		server.Script(lambdatest.Next, event("first", `"first"`))
		server.Script(lambdatest.Response, lambdatest.Answer{})
	}
	if c.endpoint != lambdatest.Next {
		server.Script(lambdatest.Next, event("faulty", c.event))
	}
	server.Script(c.endpoint, c.answer)
}

// initError has the report of an init error meet the fault. The process ends anyway.
func (c trial) initError() {
	_, server := newServer(c.T)
	server.Script(c.endpoint, c.answer)
	log := &safeBuffer{}
	r := &Runtime{Environment: Environment{API: server.Address()}}
	r.Log = r.Environment.Logger(log)
	err := r.ReportInitError(&Error{Type: "Runtime.InitFailed", Message: "why"})
	if err != nil && !c.matches(err.Error()) || err == nil && c.want != harmless {
		c.Errorf("ReportInitError: %v, want %s", err, c.want)
	}
	if !strings.Contains(log.String(), "ERROR\tRuntime.InitFailed: why") {
		c.Errorf("the log does not say why:\n%s", log)
	}
	c.checkLog(log.String(), "FATAL")
	c.wantRequests(server, 1)
}

// register has the registration of the extension meet the fault. Without one the
// function is served all the same; its log says so.
func (c trial) register() {
	_, server := newServer(c.T)
	server.Script(c.endpoint, c.answer)
	r := &Runtime{Environment: Environment{API: server.Address()}}
	extension := r.newClient()
	defer extension.closeConn()
	err := extension.registerExtension()
	if err != nil && !c.matches(err.Error()) || err == nil && c.want != harmless {
		c.Errorf("registerExtension: %v, want %s", err, c.want)
	}
	c.wantRequests(server, 1)
}

func (c trial) goesOn() bool { return c.want == harmless || c.want == retried }

func (c trial) matches(text string) bool {
	return !c.goesOn() && regexp.MustCompile(string(c.want)).MatchString(text)
}

// checkLog wants one line of a level where the process ends, and none where it goes on.
func (c trial) checkLog(log, level string) {
	want := 1
	if c.goesOn() {
		want = 0
	}
	if n := strings.Count(log, level); n != want {
		c.Errorf("%d lines of %s, want %d:\n%s", n, level, want, log)
	}
	if n := strings.Count(log, "\n"); n > 3 || len(log) > 4<<10 {
		c.Errorf("%d lines and %d bytes in the log", n, len(log))
	}
}

func (c trial) wantRequests(server *lambdatest.Server, n int) {
	if got := len(server.Requests(c.endpoint)); got != n {
		c.Errorf("%d requests, want %d", got, n)
	}
}
