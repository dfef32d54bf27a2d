package runtimehost

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
)

// Reply is an outcome whose payload is read as it comes. Payload is nil.
//
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
type Reply struct {
	Outcome
	body  io.Reader
	close func()
}

// Read reads what has come. At the end of a stream the error is io.EOF, a [*TrailerError], or
// io.ErrUnexpectedEOF where the runtime went away before it.
func (r *Reply) Read(b []byte) (int, error) { return r.body.Read(b) }

// Close ends the reading: what still comes is dropped, and the runtime is not told, as
// Lambda does not tell it either.
func (r *Reply) Close() error {
	r.close()
	return nil
}

// TrailerError is an error that came behind a streamed response.
type TrailerError struct {
	// Type is the trailer Lambda-Runtime-Function-Error-Type.
	Type string
	// Body is the JSON in Lambda-Runtime-Function-Error-Body, decoded from base64, or the trailer as
	// it came where it is not base64.
	Body []byte
}

// Error returns the type and the JSON.
func (e *TrailerError) Error() string { return fmt.Sprintf("%s: %s", e.Type, e.Body) }

// stream hands the parts of a response from the request to the reply.
type stream struct {
	reader *io.PipeReader
	writer *io.PipeWriter
}

func newReply(ctx context.Context, d *delivery) *Reply {
	reply := &Reply{Outcome: *d.outcome}
	if d.stream == nil {
		reply.Payload, reply.body, reply.close = nil, bytes.NewReader(d.outcome.Payload), func() {}
		return reply
	}
	// The reader's own end would be io.ErrClosedPipe: the writer's says why.
	stop := context.AfterFunc(ctx, func() { d.stream.writer.CloseWithError(context.Cause(ctx)) })
	reply.body, reply.close = d.stream.reader, func() {
		stop()
		d.stream.reader.Close()
	}
	return reply
}

// pass passes a response in chunks on as it comes. As in finish, only the first outcome of an
// invocation counts.
func (s *Server) pass(request *Request) {
	reader, writer := io.Pipe()
	s.mu.Lock()
	if d := s.inFlight[request.RequestID]; d != nil {
		d.stream = &stream{reader, writer}
		d.outcome = request.outcome()
		delete(s.inFlight, request.RequestID)
	} else {
		reader.Close()
	}
	s.changed.Broadcast()
	s.mu.Unlock()
	_, err := io.Copy(unheard{writer}, request.Request.Body)
	if err != nil {
		writer.CloseWithError(io.ErrUnexpectedEOF)
		panic(http.ErrAbortHandler)
	}
	writer.CloseWithError(trailerError(request.Trailer)) // nil is io.EOF
}

// unheard is a pipe that goes on where its reader has ended.
type unheard struct{ *io.PipeWriter }

func (u unheard) Write(part []byte) (int, error) {
	u.PipeWriter.Write(part)
	return len(part), nil
}

// trailerError is the error in the trailers of a response that has ended, if there is one.
func trailerError(trailers http.Header) error {
	kind, text := trailers.Get("Lambda-Runtime-Function-Error-Type"), trailers.Get("Lambda-Runtime-Function-Error-Body")
	if kind == "" && text == "" {
		return nil
	}
	body, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		body = []byte(text)
	}
	return &TrailerError{Type: kind, Body: body}
}
