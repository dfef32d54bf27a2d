package lambdatest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Invocation is an event and what Lambda sends with it. Everything but the payload may
// be left zero.
type Invocation struct {
	// RequestID is made up where it is empty.
	RequestID string
	// Payload is the event, sent as it is.
	Payload []byte
	// Deadline is three seconds away where it is zero: Lambda's default timeout.
	Deadline time.Time
	// FunctionARN is that of a function named test where it is empty.
	FunctionARN string
	// The headers of these are sent only where they are not empty.
	InvocationID, TraceID, ClientContext, CognitoIdentity, TenantID string
	// Delivery is how the event is sent: chunked, cut off, with odd header names.
	// Its Header is sent besides the invocation's own, its Body is not used.
	Delivery Answer
}

// Outcome is what a runtime posted for an invocation.
type Outcome struct {
	// Payload is the response, or the JSON of the error.
	Payload []byte
	// FunctionError says that Payload was posted to /error.
	FunctionError bool
	// ErrorType is the error's header Lambda-Runtime-Function-Error-Type.
	ErrorType string
	// Status is how this server answered the runtime's POST.
	Status int
}

// InitError is returned by [Server.WaitReady] and [Server.Invoke] where the runtime
// reported that its init failed.
type InitError struct{ Outcome }

// Error returns the report as the runtime posted it.
func (e *InitError) Error() string { return "lambdatest: init failed: " + string(e.Payload) }

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
	exited := s.exited
	if d.RequestID == "" {
		s.sequence++
		d.RequestID = fmt.Sprintf("8476a536-e9f4-11e8-9739-%012x", s.sequence)
	}
	s.mu.Unlock()
	select {
	case s.queue <- d:
	case <-exited:
		return Outcome{}, s.why()
	case <-s.closed:
		return Outcome{}, ErrClosed
	case <-ctx.Done():
		return Outcome{}, context.Cause(ctx)
	}
	select {
	case outcome := <-d.outcome:
		return outcome, nil
	case <-exited:
	case <-s.closed:
	case <-ctx.Done():
		return Outcome{}, context.Cause(ctx)
	}
	select { // an outcome that came with the end is still one
	case outcome := <-d.outcome:
		return outcome, nil
	default:
		return Outcome{}, s.why()
	}
}

func (s *Server) why() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.initError != nil {
		return errors.Join(s.ended, s.initError)
	}
	return s.ended
}

// WaitReady blocks until the runtime asks for its first event, which ends its init.
func (s *Server) WaitReady(ctx context.Context) error {
	err := s.wait(ctx, func() bool { return s.counts[Next] > 0 || s.initError != nil })
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.initError != nil {
		return s.initError
	}
	return nil
}

// deliver waits for an invocation and makes the answer to /next of it.
func (s *Server) deliver(ctx context.Context) Answer {
	var d *delivery
	select {
	case d = <-s.queue:
	case <-ctx.Done():
		return Answer{Drop: true}
	case <-s.closed:
		return Answer{Drop: true}
	}
	s.mu.Lock()
	s.inFlight[d.RequestID] = d
	s.mu.Unlock()
	answer := d.Delivery
	answer.Body = d.Payload
	answer.Header = append(d.headers(), answer.Header...)
	answer.defaults(200, "")
	return answer
}

func (d *delivery) headers() [][2]string {
	deadline, arn := d.Deadline, d.FunctionARN
	if deadline.IsZero() {
		deadline = time.Now().Add(3 * time.Second)
	}
	if arn == "" {
		arn = "arn:aws:lambda:us-east-1:123456789012:function:test"
	}
	headers := [][2]string{
		{"Content-Type", "application/json"},
		{"Lambda-Runtime-Aws-Request-Id", d.RequestID},
		{"Lambda-Runtime-Deadline-Ms", strconv.FormatInt(deadline.UnixMilli(), 10)},
		{"Lambda-Runtime-Invoked-Function-Arn", arn},
	}
	for _, optional := range [][2]string{
		{"Lambda-Runtime-Invocation-Id", d.InvocationID},
		{"Lambda-Runtime-Trace-Id", d.TraceID},
		{"Lambda-Runtime-Client-Context", d.ClientContext},
		{"Lambda-Runtime-Cognito-Identity", d.CognitoIdentity},
		{"Lambda-Runtime-Aws-Tenant-Id", d.TenantID},
	} {
		if optional[1] != "" {
			headers = append(headers, optional)
		}
	}
	return headers
}

// finish gives a POST to /response or /error to the invocation it belongs to. One
// outcome counts, the first; an id that is not in flight is nobody's.
func (s *Server) finish(request *Request, status int) {
	s.mu.Lock()
	d := s.inFlight[request.RequestID]
	delete(s.inFlight, request.RequestID)
	s.mu.Unlock()
	if d != nil {
		d.outcome <- outcomeOf(request, status)
	}
}

func (s *Server) initFailed(request *Request, status int) {
	s.mu.Lock()
	s.initError = &InitError{outcomeOf(request, status)}
	s.initError.FunctionError = true
	s.mu.Unlock()
	s.changed.Broadcast()
}

func outcomeOf(request *Request, status int) Outcome {
	return Outcome{
		Payload:       request.Body,
		FunctionError: request.Endpoint == Error,
		ErrorType:     request.Header.Get("Lambda-Runtime-Function-Error-Type"),
		Status:        status,
	}
}
