package runtimeapi

// MaxPayload is the most bytes an event or a response may have: 6 MiB and 100 bytes.
//
// See https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html.
const MaxPayload = 6<<20 + 100

// Invocation is one event and what Lambda says about it, the headers of GET
// /runtime/invocation/next. A header that was not sent is the empty string.
//
// It belongs to the handler it is given to until that returns: the struct and the bytes
// of Payload are used again. The strings may be kept.
type Invocation struct {
	// RequestID identifies the request: Lambda-Runtime-Aws-Request-Id.
	RequestID string
	// DeadlineMs is when the invocation times out, in milliseconds since 1970:
	// Lambda-Runtime-Deadline-Ms, or 0 where that is missing or no number.
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

	// attempt is Lambda-Runtime-Invocation-Id: it tells attempts at one request apart
	// and goes back with the outcome.
	attempt string
	worker  *worker
}

// Handler answers an invocation with a response, which is JSON, or an error, best an
// [*Error]. The response may lie in memory that the handler uses again: it has been
// sent when the handler is called next.
//
// A handler is called by one goroutine at a time. If it panics, the invocation fails
// with [FunctionPanic] and [Runtime.Serve] ends.
type Handler func(*Invocation) (response []byte, err error)
