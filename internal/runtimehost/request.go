package runtimehost

import (
	"io"
	"net/http"
)

// Endpoint is an operation of the Runtime API or the Extensions API, as a pattern of net/http's
// router. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
type Endpoint string

// The endpoints a runtime calls. The server answers 404 to [Unknown], which is any other path.
const (
	Next          Endpoint = "GET /2018-06-01/runtime/invocation/next"
	Response      Endpoint = "POST /2018-06-01/runtime/invocation/{id}/response"
	Error         Endpoint = "POST /2018-06-01/runtime/invocation/{id}/error"
	InitFailure   Endpoint = "POST /2018-06-01/runtime/init/error"
	Register      Endpoint = "POST /2020-01-01/extension/register"
	ExtensionNext Endpoint = "GET /2020-01-01/extension/event/next"
	Unknown       Endpoint = "/"
)

// Request is one request as the server read it.
type Request struct {
	*http.Request // its RemoteAddr tells connections apart
	Endpoint      Endpoint
	// RequestID is the invocation's id in the path of /response and /error.
	RequestID string
	// Body is what was posted. A response in chunks has none: it has only begun to come, and
	// the reply of [Server.InvokeStream] reads it.
	Body []byte
}

// comes reports whether the request is a response that comes in chunks. Not every runtime announces
// those that it streams.
func (r *Request) comes() bool { return r.Endpoint == Response && r.ContentLength < 0 }

func readRequest(r *http.Request) (request *Request, err error) {
	request = &Request{Request: r, Endpoint: Endpoint(r.Pattern), RequestID: r.PathValue("id")}
	if !request.comes() {
		request.Body, err = io.ReadAll(r.Body)
	}
	return request, err
}
