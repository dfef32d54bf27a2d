// Package lambdatest is Lambda's Runtime API for tests of runtimes: the server of package
// runtimehost, which here records every request and can misbehave.
//
//	server, err := lambdatest.NewServer()
//	process, err := server.Start(exec.Command("./bootstrap"))
//	outcome, err := server.Invoke(ctx, lambdatest.Invocation{Payload: []byte(`{}`)})
//	requests := server.Requests(lambdatest.Response)
//
// [Server.Script] lists how the next requests to an endpoint are answered (any status,
// header names in any case, chunks) and what goes wrong on the way: any bytes, endless
// ones, answers that are cut off or held back, connections that are closed or reset.
package lambdatest

import (
	"io"
	"net/http"
	"slices"
	"sync"

	"sqlambda/internal/runtimehost"
)

// What the server shares with package runtimehost.
type (
	Invocation = runtimehost.Invocation
	Outcome    = runtimehost.Outcome
	InitError  = runtimehost.InitError
	Reply      = runtimehost.Reply
	Process    = runtimehost.Process
	Request    = runtimehost.Request
	Endpoint   = runtimehost.Endpoint

	TrailerError = runtimehost.TrailerError
)

// The endpoints a runtime calls.
const (
	Next          = runtimehost.Next
	Response      = runtimehost.Response
	Error         = runtimehost.Error
	InitFailure   = runtimehost.InitFailure
	Register      = runtimehost.Register
	ExtensionNext = runtimehost.ExtensionNext
)

// Server is a Runtime API on a loopback port. Its methods may be called at the same
// time from many goroutines.
type Server struct {
	*runtimehost.Server

	mu       sync.Mutex
	requests []Request
	scripts  map[Endpoint][]Answer
}

// NewServer starts a Runtime API on a free loopback port.
func NewServer() (*Server, error) {
	s := &Server{scripts: map[Endpoint][]Answer{}}
	var err error
	s.Server, err = runtimehost.NewServer(s.tap)
	return s, err
}

// Script lists how the next requests to an endpoint are answered, in order, before the
// usual answers resume. An [Answer] to [Next] that holds anything to send, or goes wrong,
// delivers no invocation of [Server.Invoke].
func (s *Server) Script(endpoint Endpoint, answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scripts[endpoint] = append(s.scripts[endpoint], answers...)
}

// tap records a request, and answers it where the script says how.
func (s *Server) tap(request *Request, usual http.HandlerFunc) http.HandlerFunc {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, *request)
	script := s.scripts[request.Endpoint]
	if len(script) == 0 {
		return usual
	}
	answer := script[0]
	s.scripts[request.Endpoint] = script[1:]
	return func(w http.ResponseWriter, r *http.Request) {
		waits := request.Endpoint == Next || request.Endpoint == ExtensionNext
		if answer.After > 0 {
			io.CopyN(io.Discard, r.Body, answer.After)
		} else if !waits || answer.plain() {
			answer.fill(usual, r)
		}
		answer.write(w, r)
	}
}

// Requests returns the requests recorded so far to any of the endpoints given, or to
// all, in the order they came.
func (s *Server) Requests(of ...Endpoint) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.requests), func(r Request) bool {
		return len(of) > 0 && !slices.Contains(of, r.Endpoint)
	})
}
