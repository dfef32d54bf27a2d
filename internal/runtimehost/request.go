package runtimehost

import (
	"io"
	"net/http"
)

// Endpoint is an operation of the Runtime API or the Extensions API.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
type Endpoint int

// The endpoints a runtime calls.
const (
	// Unknown is any other path; the server answers 404.
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

// patterns are the endpoints as net/http's router has them.
var patterns = map[string]Endpoint{
	"GET /2018-06-01/runtime/invocation/next":           Next,
	"POST /2018-06-01/runtime/invocation/{id}/response": Response,
	"POST /2018-06-01/runtime/invocation/{id}/error":    Error,
	"POST /2018-06-01/runtime/init/error":               InitFailure,
	"POST /2020-01-01/extension/register":               Register,
	"GET /2020-01-01/extension/event/next":              ExtensionNext,
	"/":                                                 Unknown,
}

func readRequest(r *http.Request, endpoint Endpoint) (*Request, error) {
	request := &Request{
		Endpoint: endpoint, Method: r.Method, Path: r.URL.Path, RequestID: r.PathValue("id"),
		Header: r.Header, Connection: r.RemoteAddr,
	}
	var err error
	switch {
	case r.ContentLength > 0:
		request.Body = make([]byte, r.ContentLength)
		_, err = io.ReadFull(r.Body, request.Body)
	case r.ContentLength < 0:
		request.Body, err = io.ReadAll(r.Body)
	}
	return request, err
}
