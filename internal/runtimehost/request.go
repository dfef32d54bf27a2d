package runtimehost

import (
	"io"
	"net/http"
	"strings"
)

// Endpoint is an operation of the Runtime API or the Extensions API.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
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

func readRequest(r *http.Request) (*Request, error) {
	endpoint, id := endpointOf(r.Method, r.URL.Path)
	request := &Request{
		Endpoint: endpoint, Method: r.Method, Path: r.URL.Path, RequestID: id,
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
