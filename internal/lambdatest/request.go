package lambdatest

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
)

// Endpoint is an operation of the Runtime API or the Extensions API.
type Endpoint int

// The endpoints a runtime calls.
const (
	// Unknown is any path that is none of the others; the server answers 404.
	Unknown Endpoint = iota
	// Next is GET /2018-06-01/runtime/invocation/next.
	Next
	// Response is POST /2018-06-01/runtime/invocation/{id}/response.
	Response
	// Error is POST /2018-06-01/runtime/invocation/{id}/error.
	Error
	// InitFailure is POST /2018-06-01/runtime/init/error.
	InitFailure
	// Register is POST /2020-01-01/extension/register.
	Register
	// ExtensionNext is GET /2020-01-01/extension/event/next.
	ExtensionNext

	endpoints
)

// Request is one request as the server read it.
type Request struct {
	Endpoint Endpoint
	Method   string
	Path     string
	// RequestID is the invocation's id in the path of /response and /error.
	RequestID string
	Header    http.Header
	Body      []byte
	// Connection tells connections apart: the client's address and port.
	Connection string
}

func readRequest(r *http.Request) (Request, error) {
	endpoint, id := endpointOf(r.Method, r.URL.Path)
	request := Request{
		Endpoint: endpoint, Method: r.Method, Path: r.URL.Path, RequestID: id,
		Header: r.Header, Connection: r.RemoteAddr,
	}
	if r.ContentLength == 0 {
		return request, nil
	}
	var err error
	if r.ContentLength > 0 {
		request.Body = make([]byte, r.ContentLength)
		_, err = io.ReadFull(r.Body, request.Body)
	} else {
		request.Body, err = io.ReadAll(r.Body)
	}
	return request, err
}

func endpointOf(method, path string) (Endpoint, string) {
	const invocation = "/2018-06-01/runtime/invocation/"
	switch method + " " + path {
	case "GET " + invocation + "next":
		return Next, ""
	case "POST /2018-06-01/runtime/init/error":
		return InitFailure, ""
	case "POST /2020-01-01/extension/register":
		return Register, ""
	case "GET /2020-01-01/extension/event/next":
		return ExtensionNext, ""
	}
	rest, ok := strings.CutPrefix(path, invocation)
	id, verb, _ := strings.Cut(rest, "/")
	switch {
	case ok && method == "POST" && verb == "response":
		return Response, id
	case ok && method == "POST" && verb == "error":
		return Error, id
	}
	return Unknown, ""
}

// record notes a request and takes the scripted answer that is next in line for it.
func (s *Server) record(request *Request) (answer Answer, scripted bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	endpoint := request.Endpoint
	s.counts[endpoint]++
	if !s.silent {
		s.requests = append(s.requests, *request)
	}
	if script := s.scripts[endpoint]; len(script) > 0 {
		answer, scripted = script[0], true
		s.scripts[endpoint] = script[1:]
	}
	s.changed.Broadcast()
	return answer, scripted
}

// Requests returns the requests recorded so far to any of the endpoints given, or to
// all, in the order they came.
func (s *Server) Requests(of ...Endpoint) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Request
	for _, request := range s.requests {
		if len(of) == 0 || slices.Contains(of, request.Endpoint) {
			list = append(list, request)
		}
	}
	return list
}

// WaitRequests blocks until an endpoint has had n requests since the server started.
func (s *Server) WaitRequests(ctx context.Context, endpoint Endpoint, n int) error {
	return s.wait(ctx, func() bool { return s.counts[endpoint] >= n })
}

// StopRecording drops the requests recorded so far and keeps none from here on, for
// benchmarks. They are still counted, so waits still work.
func (s *Server) StopRecording() {
	s.mu.Lock()
	s.silent, s.requests = true, nil
	s.mu.Unlock()
}
