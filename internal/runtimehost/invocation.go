package runtimehost

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Invocation is an event and what Lambda sends with it. Everything but the payload may
// be left zero.
type Invocation struct {
	// RequestID is made up if it is empty.
	RequestID string
	// Payload is the event, sent as it is.
	Payload []byte
	// Deadline is three seconds away if it is zero: Lambda's default timeout.
	Deadline time.Time
	// FunctionARN is that of a function named test if it is empty.
	FunctionARN string
	// The headers of these are sent unless they are empty.
	InvocationID, TraceID, ClientContext, CognitoIdentity, TenantID string
}

// Outcome is what a runtime posted for an invocation.
type Outcome struct {
	// Payload is the response, or the JSON of the error.
	Payload []byte
	// FunctionError says that Payload was posted to /error.
	FunctionError bool
	// ErrorType is the error's header Lambda-Runtime-Function-Error-Type.
	ErrorType string
	// ContentType is the header of that name.
	ContentType string
	// Streamed says that the runtime announced a stream.
	Streamed bool
	// Trailer is the error with which a streamed response ended; Payload is what came before.
	Trailer *TrailerError
}

// InitError is returned by [Server.WaitReady] and [Server.Invoke] if the runtime reported
// that its init failed.
type InitError struct{ Outcome }

// Error returns the report as the runtime posted it.
func (e *InitError) Error() string { return "init failed: " + string(e.Payload) }

// delivery is an invocation on its way: in the queue, then in flight.
type delivery struct {
	Invocation
	outcome *Outcome // nil until it is posted, or begins to be
	stream  *stream  // where the outcome is one
}

// Invoke hands an event to the runtime that asks next and waits for its whole outcome. The
// error is of the wait ([ErrClosed], [ErrExited], [*InitError], the context's cause) or of a
// streamed response that was cut off; an error of the function is an outcome.
func (s *Server) Invoke(ctx context.Context, invocation Invocation) (Outcome, error) {
	reply, err := s.InvokeStream(ctx, invocation)
	if err != nil {
		return Outcome{}, err
	}
	defer reply.Close()
	reply.Payload, err = io.ReadAll(reply)
	if errors.As(err, &reply.Trailer) {
		err = nil
	}
	return reply.Outcome, err
}

// InvokeStream is [Server.Invoke], but returns when the outcome begins to come. The context
// lasts until the reply is closed.
func (s *Server) InvokeStream(ctx context.Context, invocation Invocation) (*Reply, error) {
	d, err := s.send(ctx, invocation)
	if err != nil {
		return nil, err
	}
	return newReply(ctx, d), nil
}

// send hands out an event and waits for the beginning of its outcome.
func (s *Server) send(ctx context.Context, invocation Invocation) (*delivery, error) {
	ctx, end := s.lasting(ctx)
	defer end()
	d := &delivery{Invocation: invocation}
	if d.RequestID == "" {
		s.mu.Lock()
		s.sequence++
		d.RequestID = fmt.Sprintf("8476a536-e9f4-11e8-9739-%012x", s.sequence)
		s.mu.Unlock()
	}
	var err error
	select {
	case s.queue <- d:
		err = s.wait(ctx, func() bool { return d.outcome != nil })
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err == nil:
		return d, nil
	case s.initError != nil:
		return nil, errors.Join(err, s.initError)
	}
	return nil, err
}

// WaitReady blocks until the runtime asks for its first event, which ends its init.
func (s *Server) WaitReady(ctx context.Context) error {
	var failed *InitError
	err := s.wait(ctx, func() bool {
		failed = s.initError
		return s.counts[Next] > 0 || failed != nil
	})
	if err == nil && failed != nil {
		return failed
	}
	return err
}

// deliver answers /next with an invocation.
func (s *Server) deliver(w http.ResponseWriter, d *delivery) {
	s.mu.Lock()
	s.inFlight[d.RequestID] = d
	s.mu.Unlock()
	deadline := d.Deadline
	if deadline.IsZero() {
		deadline = time.Now().Add(3 * time.Second)
	}
	arn := cmp.Or(d.FunctionARN, "arn:aws:lambda:us-east-1:123456789012:function:test")
	for _, header := range [...][2]string{
		{"Content-Type", "application/json"},
		{"Content-Length", strconv.Itoa(len(d.Payload))},
		{"Lambda-Runtime-Aws-Request-Id", d.RequestID},
		{"Lambda-Runtime-Deadline-Ms", strconv.FormatInt(deadline.UnixMilli(), 10)},
		{"Lambda-Runtime-Invoked-Function-Arn", arn},
		{"Lambda-Runtime-Invocation-Id", d.InvocationID},
		{"Lambda-Runtime-Trace-Id", d.TraceID},
		{"Lambda-Runtime-Client-Context", d.ClientContext},
		{"Lambda-Runtime-Cognito-Identity", d.CognitoIdentity},
		{"Lambda-Runtime-Aws-Tenant-Id", d.TenantID},
	} {
		if header[1] != "" {
			w.Header().Set(header[0], header[1])
		}
	}
	w.Write(d.Payload)
}

// finish takes what was posted. Of an invocation only the first outcome counts; the outcome of
// an id that is not in flight is dropped.
func (s *Server) finish(request *Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if request.Endpoint == InitFailure {
		s.initError = &InitError{*request.outcome()}
	} else if d := s.inFlight[request.RequestID]; d != nil {
		d.outcome = request.outcome()
		delete(s.inFlight, request.RequestID)
	}
	s.changed.Broadcast()
}

func (r *Request) outcome() *Outcome {
	return &Outcome{
		Payload:       r.Body,
		FunctionError: r.Endpoint != Response,
		ErrorType:     r.Header.Get("Lambda-Runtime-Function-Error-Type"),
		ContentType:   r.Header.Get("Content-Type"),
		Streamed:      r.Header.Get("Lambda-Runtime-Function-Response-Mode") == "streaming",
	}
}
