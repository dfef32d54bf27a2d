package runtimehost

import (
	"context"
	"errors"
	"fmt"
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
}

// InitError is returned by [Server.WaitReady] and [Server.Invoke] if the runtime reported
// that its init failed.
type InitError struct{ Outcome }

// Error returns the report as the runtime posted it.
func (e *InitError) Error() string { return "init failed: " + string(e.Payload) }

// delivery is an invocation on its way: in the queue, then in flight.
type delivery struct {
	Invocation
	outcome chan Outcome
}

// Invoke hands an event to the runtime that asks next and waits for its outcome. The
// error is of the wait ([ErrClosed], [ErrExited], [*InitError], the context's cause); an
// error of the function is an outcome.
func (s *Server) Invoke(ctx context.Context, invocation Invocation) (Outcome, error) {
	d := &delivery{Invocation: invocation, outcome: make(chan Outcome, 1)}
	s.mu.Lock()
	life := s.life
	if d.RequestID == "" {
		s.sequence++
		d.RequestID = fmt.Sprintf("8476a536-e9f4-11e8-9739-%012x", s.sequence)
	}
	s.mu.Unlock()
	select {
	case s.queue <- d:
	case <-life.Done():
		return Outcome{}, s.why(life)
	case <-ctx.Done():
		return Outcome{}, context.Cause(ctx)
	}
	select {
	case outcome := <-d.outcome:
		return outcome, nil
	case <-life.Done():
	case <-ctx.Done():
		return Outcome{}, context.Cause(ctx)
	}
	select { // an outcome that came with the end still counts
	case outcome := <-d.outcome:
		return outcome, nil
	default:
		return Outcome{}, s.why(life)
	}
}

// why is the error of an invocation that the end cut short.
func (s *Server) why(life context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.initError != nil {
		return errors.Join(context.Cause(life), s.initError)
	}
	return context.Cause(life)
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
	deadline, arn := d.Deadline, d.FunctionARN
	if deadline.IsZero() {
		deadline = time.Now().Add(3 * time.Second)
	}
	if arn == "" {
		arn = "arn:aws:lambda:us-east-1:123456789012:function:test"
	}
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

// finish gives a POST to /response or /error to its invocation. Only the first outcome
// counts; the outcome of an id that is not in flight is dropped.
func (s *Server) finish(request *Request) {
	s.mu.Lock()
	d := s.inFlight[request.RequestID]
	delete(s.inFlight, request.RequestID)
	s.mu.Unlock()
	if d != nil {
		d.outcome <- outcomeOf(request)
	}
}

func (s *Server) initFailed(request *Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.initError = &InitError{outcomeOf(request)}
	s.initError.FunctionError = true
	s.wake()
}

func outcomeOf(request *Request) Outcome {
	return Outcome{
		Payload:       request.Body,
		FunctionError: request.Endpoint == Error,
		ErrorType:     request.Header.Get("Lambda-Runtime-Function-Error-Type"),
	}
}
