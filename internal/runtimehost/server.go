// Package runtimehost is Lambda's side of a runtime: the Runtime API as a server on a
// loopback port, and the runtime's process. "sqlambda dev" runs functions with it;
// package lambdatest adds what tests need.
//
// A [Server] answers GET /runtime/invocation/next with the events given to
// [Server.Invoke] and takes the function's response or error. A [Process] is a runtime
// that was started with the server's address in its environment.
//
//	server, err := runtimehost.NewServer(nil)
//	process, err := server.Start(exec.Command("./bootstrap"))
//	err = server.WaitReady(ctx)                    // the first GET /next: init is over
//	outcome, err := server.Invoke(ctx, runtimehost.Invocation{Payload: []byte(`{}`)})
//
// Nothing here sleeps: a wait ends when the runtime does something, when its process
// ends, or with the caller's context.
//
// The server does not enforce time limits, memory or the order of calls. It knows neither
// layers nor extensions, except that a runtime may register as one.
package runtimehost

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
)

// Errors that waits return.
var (
	// ErrClosed says that the server was closed.
	ErrClosed = errors.New("the server of the Runtime API was closed")
	// ErrExited says that every process started against the server has ended.
	ErrExited = errors.New("the runtime's process ended")
)

// Tap is called with each request before the request is counted. It returns what answers the
// request: usual, which answers as Lambda does, or something else.
type Tap func(request *Request, usual http.HandlerFunc) http.HandlerFunc

// Server is a Runtime API on a loopback port. Its methods may be called at the same
// time from many goroutines.
type Server struct {
	listener net.Listener
	http     http.Server
	tap      Tap
	queue    chan *delivery
	open     context.Context // ends with Close
	end      context.CancelCauseFunc

	mu        sync.Mutex
	changed   sync.Cond       // a request came, or a wait is over
	life      context.Context // ends with open, and with the last process
	endLife   context.CancelCauseFunc
	running   int // processes
	inFlight  map[string]*delivery
	sequence  int
	initError *InitError
	counts    map[Endpoint]int
}

// NewServer starts a Runtime API on a free loopback port. The tap may be nil.
func NewServer(tap Tap) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{
		listener: listener, tap: tap, queue: make(chan *delivery),
		inFlight: map[string]*delivery{}, counts: map[Endpoint]int{},
	}
	s.changed.L = &s.mu
	s.open, s.end = context.WithCancelCause(context.Background())
	s.life, s.endLife = context.WithCancelCause(s.open)
	router := http.NewServeMux()
	for _, endpoint := range []Endpoint{Next, Response, Error, InitFailure, Register, ExtensionNext, Unknown} {
		router.HandleFunc(string(endpoint), s.serve)
	}
	s.http.Handler = router
	s.http.BaseContext = func(net.Listener) context.Context { return s.open }
	go s.http.Serve(listener) // until Close
	return s, nil
}

// Address is the host and port for AWS_LAMBDA_RUNTIME_API.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Close ends the server and every connection; waits return [ErrClosed].
func (s *Server) Close() error {
	s.end(ErrClosed)
	defer s.http.Close()
	return s.listener.Close()
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	request, err := readRequest(r)
	if err != nil {
		panic(http.ErrAbortHandler) // the client went away: net/http drops the connection
	}
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.answer(w, r, request) })
	if s.tap != nil {
		answer = s.tap(request, answer)
	}
	s.mu.Lock()
	s.counts[request.Endpoint]++
	s.changed.Broadcast()
	s.mu.Unlock()
	answer(w, r)
}

// answer answers as Lambda does.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, request *Request) {
	status, body := http.StatusAccepted, `{"status":"OK"}`
	switch request.Endpoint {
	case Next:
		select {
		case d := <-s.queue:
			s.deliver(w, d)
			return
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		}
	case Response, Error, InitFailure:
		if request.comes() {
			s.pass(request)
		} else {
			s.finish(request)
		}
	case Register:
		w.Header().Set("Lambda-Extension-Identifier", "extension-1")
		status, body = http.StatusOK, `{}`
	case ExtensionNext: // the runtime asks for no events, so there is never an answer
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	default:
		status, body = http.StatusNotFound, `{"errorType":"NotFound"}`
	}
	w.WriteHeader(status)
	io.WriteString(w, body)
}

// lasting returns a context that also ends with the server and with the last process.
func (s *Server) lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	life := s.life
	ctx, end := context.WithCancelCause(ctx)
	stop := context.AfterFunc(life, func() { end(context.Cause(life)) })
	return ctx, func() { stop(); end(nil) }
}

// wait blocks until done is true, which it asks with s.mu held, or until the context, the
// server or the last process ends.
func (s *Server) wait(ctx context.Context, done func() bool) error {
	ctx, end := s.lasting(ctx)
	defer end()
	defer context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.changed.Broadcast()
	})()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !done() { // what came with the end still counts
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		s.changed.Wait()
	}
	return nil
}

// WaitRequests blocks until an endpoint has had n requests since the server started.
func (s *Server) WaitRequests(ctx context.Context, endpoint Endpoint, n int) error {
	return s.wait(ctx, func() bool { return s.counts[endpoint] >= n })
}
