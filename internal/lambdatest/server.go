package lambdatest

import (
	"net/http"
	"slices"
	"sync"

	"sqlambda/internal/runtimehost"
)

// Server is a Runtime API on a loopback port. Its methods may be called at the same
// time from many goroutines.
type Server struct {
	*runtimehost.Server
	closed chan struct{}
	once   sync.Once

	mu       sync.Mutex
	requests []Request
	scripts  map[Endpoint][]Answer
}

// NewServer starts a Runtime API on a free loopback port.
func NewServer() (*Server, error) {
	s := &Server{closed: make(chan struct{}), scripts: map[Endpoint][]Answer{}}
	var err error
	s.Server, err = runtimehost.NewServer(s.tap)
	return s, err
}

// Close ends the server and every connection.
func (s *Server) Close() error {
	s.once.Do(func() { close(s.closed) }) // connections that a script holds end by this
	return s.Server.Close()
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
func (s *Server) tap(request *Request) func(http.ResponseWriter, http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, *request)
	script := s.scripts[request.Endpoint]
	if len(script) == 0 {
		return nil
	}
	answer := script[0]
	s.scripts[request.Endpoint] = script[1:]
	return func(w http.ResponseWriter, usual http.HandlerFunc) {
		waits := request.Endpoint == Next || request.Endpoint == ExtensionNext
		if !waits || answer.plain() {
			answer.fill(usual)
		}
		answer.write(w, s.closed)
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
