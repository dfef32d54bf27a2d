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

// Tap is called with each request before the request is counted. The function that it
// returns, if any, answers the request; usual writes what the server would answer.
type Tap func(request *Request) func(w http.ResponseWriter, usual http.HandlerFunc)

// Server is a Runtime API on a loopback port. Its methods may be called at the same
// time from many goroutines.
type Server struct {
	listener net.Listener
	http     http.Server
	tap      Tap
	serving  sync.WaitGroup
	queue    chan *delivery
	open     context.Context // ends with Close
	end      context.CancelCauseFunc

	mu        sync.Mutex
	changed   chan struct{}   // closed and made anew when a request came
	life      context.Context // ends with open, and with the last process
	endLife   context.CancelCauseFunc
	running   int // processes
	inFlight  map[string]*delivery
	sequence  int
	initError *InitError
	counts    [endpoints]int
}

// NewServer starts a Runtime API on a free loopback port. The tap may be nil.
func NewServer(tap Tap) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{
		listener: listener,
		tap:      tap,
		queue:    make(chan *delivery),
		changed:  make(chan struct{}),
		inFlight: map[string]*delivery{},
	}
	s.open, s.end = context.WithCancelCause(context.Background())
	s.life, s.endLife = context.WithCancelCause(s.open)
	router := http.NewServeMux()
	for pattern, endpoint := range patterns {
		router.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, endpoint) })
	}
	s.http.Handler = router
	s.http.BaseContext = func(net.Listener) context.Context { return s.open }
	s.serving.Go(func() { s.http.Serve(listener) })
	return s, nil
}

// Address is the host and port for AWS_LAMBDA_RUNTIME_API.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Close ends the server and every connection; waits return [ErrClosed].
func (s *Server) Close() error {
	s.end(ErrClosed)
	err := s.http.Close()
	s.serving.Wait()
	return err
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, endpoint Endpoint) {
	request, err := readRequest(r, endpoint)
	if err != nil {
		panic(http.ErrAbortHandler) // the client went away: net/http drops the connection
	}
	usual := func(w http.ResponseWriter, _ *http.Request) { s.answer(w, r, request) }
	answer := func(w http.ResponseWriter, usual http.HandlerFunc) { usual(w, r) }
	if s.tap != nil {
		if other := s.tap(request); other != nil {
			answer = other
		}
	}
	s.count(endpoint)
	answer(w, usual)
}

// answer answers as Lambda does.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, request *Request) {
	status, body := http.StatusAccepted, []byte(`{"status":"OK"}`)
	switch request.Endpoint {
	case Next:
		select {
		case d := <-s.queue:
			s.deliver(w, d)
			return
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		}
	case Response, Error:
		s.finish(request)
	case InitFailure:
		s.initFailed(request)
	case Register:
		w.Header().Set("Lambda-Extension-Identifier", "extension-1")
		status, body = http.StatusOK, []byte(`{}`)
	case ExtensionNext: // the runtime asks for no events, so there is never an answer
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	default:
		status, body = http.StatusNotFound, []byte(`{"errorType":"NotFound"}`)
	}
	w.WriteHeader(status)
	w.Write(body)
}

// count counts a request.
func (s *Server) count(endpoint Endpoint) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[endpoint]++
	s.wake()
}

// wake has the waits look again. The caller holds s.mu.
func (s *Server) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// wait blocks until done is true, which it asks with s.mu held, or until the context, the
// server or the last process ends.
func (s *Server) wait(ctx context.Context, done func() bool) error {
	for over := error(nil); ; {
		s.mu.Lock()
		ok, changed, life := done(), s.changed, s.life
		s.mu.Unlock()
		switch { // what came with the end still counts
		case ok:
			return nil
		case over != nil:
			return over
		}
		select {
		case <-changed:
		case <-ctx.Done():
			over = context.Cause(ctx)
		case <-life.Done():
			over = context.Cause(life)
		}
	}
}

// WaitRequests blocks until an endpoint has had n requests since the server started.
func (s *Server) WaitRequests(ctx context.Context, endpoint Endpoint, n int) error {
	return s.wait(ctx, func() bool { return s.counts[endpoint] >= n })
}
