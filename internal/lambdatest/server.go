package lambdatest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
)

// ErrClosed is returned by waits that the end of the server cuts short.
var ErrClosed = errors.New("lambdatest: server closed")

// ErrExited is returned by waits that end because every process started against the
// server has ended.
var ErrExited = errors.New("lambdatest: the runtime's process ended")

// Server is a Runtime API on a loopback port. Its methods may be called at the same
// time from many goroutines.
type Server struct {
	listener net.Listener
	http     http.Server
	serving  sync.WaitGroup
	closed   chan struct{}
	queue    chan *delivery

	mu        sync.Mutex
	changed   sync.Cond // broadcast after every change of what follows
	ended     error     // why waits end: ErrClosed or ErrExited
	exited    chan struct{}
	running   int
	inFlight  map[string]*delivery
	sequence  int
	initError *InitError
	requests  []Request
	counts    [endpoints]int
	scripts   [endpoints][]Answer
	silent    bool
}

// NewServer starts a Runtime API on a free loopback port.
func NewServer() (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{
		listener: listener,
		closed:   make(chan struct{}),
		exited:   make(chan struct{}),
		queue:    make(chan *delivery),
		inFlight: map[string]*delivery{},
	}
	s.changed.L = &s.mu
	s.http.Handler = http.HandlerFunc(s.serve)
	s.serving.Go(func() { s.http.Serve(listener) })
	return s, nil
}

// Address is the host and port for AWS_LAMBDA_RUNTIME_API.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Close ends the server and every connection; waits return [ErrClosed].
func (s *Server) Close() error {
	s.mu.Lock()
	if s.ended != ErrClosed {
		s.ended = ErrClosed
		close(s.closed)
	}
	s.mu.Unlock()
	s.changed.Broadcast()
	err := s.http.Close()
	s.serving.Wait()
	return err
}

// Script lists how the next requests to an endpoint are answered, in order, before the
// usual answers resume. A scripted answer to [Next] delivers no invocation of
// [Server.Invoke].
func (s *Server) Script(endpoint Endpoint, answers ...Answer) {
	s.mu.Lock()
	s.scripts[endpoint] = append(s.scripts[endpoint], answers...)
	s.mu.Unlock()
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	request, err := readRequest(r)
	if err != nil {
		panic(http.ErrAbortHandler) // the client went away: net/http drops the connection
	}
	answer, scripted := s.record(&request)
	switch request.Endpoint {
	case Next:
		if !scripted {
			answer = s.deliver(r.Context())
		}
	case Response, Error:
		answer.defaults(http.StatusAccepted, `{"status":"OK"}`)
		s.finish(&request, answer.Status)
	case InitFailure:
		answer.defaults(http.StatusAccepted, `{"status":"OK"}`)
		s.initFailed(&request, answer.Status)
	case Register:
		answer.defaults(http.StatusOK, `{}`)
		answer.Header = append(answer.Header, [2]string{"Lambda-Extension-Identifier", "extension-1"})
	case ExtensionNext:
		if !scripted { // no events were asked for: no answer ever
			s.waitGone(r.Context())
			answer.Drop = true
		}
	default:
		answer.defaults(http.StatusNotFound, `{"errorType":"NotFound"}`)
	}
	answer.write(w, s.closed)
}

func (s *Server) waitGone(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-s.closed:
	}
}

// wait blocks until done is true, which it asks with s.mu held, or the wait ends by the
// context, the server's Close or the end of the last process.
func (s *Server) wait(ctx context.Context, done func() bool) error {
	defer context.AfterFunc(ctx, s.changed.Broadcast)()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !done() {
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case s.ended != nil:
			return s.ended
		}
		s.changed.Wait()
	}
	return nil
}
