package runtimeapi

import "time"

// MaxPayload is the size limit of events and responses: 6 MiB and 100 bytes.
//
// See https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html.
const MaxPayload = 6<<20 + 100

// Invocation is one event and what Lambda says about it in the headers of GET
// /runtime/invocation/next. A header that was not sent is an empty string.
//
// It belongs to its handler until that returns; then the struct and the bytes of Payload are
// used again. The strings may be kept.
type Invocation struct {
	// RequestID identifies the request: Lambda-Runtime-Aws-Request-Id.
	RequestID string
	// DeadlineMs is when the invocation times out, in milliseconds since 1970:
	// Lambda-Runtime-Deadline-Ms, or 0 if that is missing or not a number.
	DeadlineMs int64
	// InvokedFunctionARN is the function, version or alias that was called:
	// Lambda-Runtime-Invoked-Function-Arn.
	InvokedFunctionARN string
	// TraceID is the X-Ray tracing header: Lambda-Runtime-Trace-Id.
	TraceID string
	// ClientContext and CognitoIdentity are JSON texts that mobile applications send:
	// Lambda-Runtime-Client-Context and Lambda-Runtime-Cognito-Identity.
	ClientContext, CognitoIdentity string
	// TenantID is set for functions with tenant isolation: Lambda-Runtime-Aws-Tenant-Id.
	TenantID string
	// Payload is the event, JSON as it came.
	Payload []byte

	// attempt is Lambda-Runtime-Invocation-Id: it distinguishes attempts at one request and
	// is sent back with the outcome.
	attempt string
	worker  *worker
}

// Deadline returns DeadlineMs as a time; ok is false if Lambda set none.
func (i *Invocation) Deadline() (deadline time.Time, ok bool) {
	if i.DeadlineMs == 0 {
		return time.Time{}, false
	}
	return time.UnixMilli(i.DeadlineMs), true
}

// Handler answers an invocation with a response, which is JSON, with a stream
// ([Invocation.Stream]), or with an error, preferably an [*Error]. It may use the response's
// memory again in its next call: the response has been sent by then.
//
// The response is sent as it is: nobody looks whether it is JSON, and nil is an empty body.
//
// An [*Error] is found by errors.As, also inside others, as of fmt.Errorf and errors.Join. The
// caller gets what it says; the text of the whole goes into the log, as its Detail.
//
// A handler is called by one goroutine at a time. If it panics, the invocation fails
// with [FunctionPanic] and [Runtime.Serve] ends.
type Handler func(*Invocation) (response []byte, err error)
