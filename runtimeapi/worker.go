package runtimeapi

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
)

// errStopped ends a worker after [service.stop].
var errStopped = errors.New("stopped")

// worker is a loop: get an invocation, call the handler, post the outcome.
type worker struct {
	*client
	service    *service
	handler    Handler
	invocation Invocation
	state      atomic.Int32 // of the invocation
	scratch    []byte       // the strings of an invocation, one after another
	traceID    string       // the value of _X_AMZN_TRACE_ID

	stream       atomic.Pointer[Stream] // the invocation's response, where it is one
	streamClient *client                // of the last stream, for the next one
	streamBuffer []byte
}

// run serves invocations until the service stops or a fatal error.
func (w *worker) run() error {
	defer w.closeConn()
	for {
		if err := w.next(); err != nil {
			return err
		}
		if err := w.serve(); err != nil {
			return err
		}
	}
}

// maxDrops is how often in a row a connection may end while the worker waits.
const maxDrops = 5

// next waits for an invocation.
func (w *worker) next() error {
	for drops := 0; ; drops++ {
		_, err := w.open()
		if w.service.stopped.Load() { // from here on, the connection can be interrupted
			return errStopped
		}
		if err != nil {
			return err
		}
		w.begin("GET", runtimePath, "invocation/next")
		w.end()
		err = w.exchange(true)
		switch {
		case err == nil && w.status == 200:
			return w.readInvocation()
		case err == nil:
			return w.unexpected()
		case errors.Is(err, errInterrupted):
			return errStopped
		case w.filled > 0 || drops == maxDrops:
			return fmt.Errorf("%s: %w", &w.request, err)
		}
	}
}

const runtimePath = "/2018-06-01/runtime/"

// readInvocation reads the invocation from the response to next. One allocation makes the
// strings that differ between invocations; the others are made only when they change.
func (w *worker) readInvocation() error {
	id := w.value("Lambda-Runtime-Aws-Request-Id")
	trace, attempt := w.value("Lambda-Runtime-Trace-Id"), w.value("Lambda-Runtime-Invocation-Id")
	if !isToken(id) {
		return fmt.Errorf("%s: the invocation has no usable Lambda-Runtime-Aws-Request-Id: %q", &w.request, id)
	}
	w.scratch = append(append(append(w.scratch[:0], id...), trace...), attempt...)
	text := string(w.scratch)
	i := &w.invocation
	i.RequestID, text = text[:len(id)], text[len(id):]
	i.TraceID, i.attempt = text[:len(trace)], text[len(trace):]
	keep := func(s *string, value []byte) {
		if *s != string(value) {
			*s = string(value)
		}
	}
	keep(&i.InvokedFunctionARN, w.value("Lambda-Runtime-Invoked-Function-Arn"))
	keep(&i.ClientContext, w.value("Lambda-Runtime-Client-Context"))
	keep(&i.CognitoIdentity, w.value("Lambda-Runtime-Cognito-Identity"))
	keep(&i.TenantID, w.value("Lambda-Runtime-Aws-Tenant-Id"))
	i.DeadlineMs, _ = parseNumber(w.value("Lambda-Runtime-Deadline-Ms"))
	i.Payload = w.payload()
	return nil
}

// The states of a worker's invocation. Either the end of the handler or [Invocation.Abandon]
// ends the state handling, whichever comes first.
const (
	answered int32 = iota // or not begun
	handling
	abandoned
)

// serve calls the handler and posts what it returns.
func (w *worker) serve() error {
	w.setTraceID()
	w.state.Store(handling)
	response, err := call(w.handler, &w.invocation)
	if !w.state.CompareAndSwap(handling, answered) {
		select {} // the invocation has been reported, and the process is about to end
	}
	stream := w.stream.Load()
	if err == nil && stream == nil && len(response) > MaxPayload {
		message := fmt.Sprintf("the response has %d bytes: Lambda takes at most %d", len(response), MaxPayload)
		err = &Error{Type: FunctionResponseSizeTooLarge, Message: message}
	}
	var e *Error
	if err != nil {
		e = asError(err, FunctionUnknown)
	}
	if stream != nil {
		err = w.endStream(stream, response, e)
	} else {
		err = w.service.postOutcome(w.client, &w.invocation, response, e)
	}
	if err == nil && e != nil && e.Fatal {
		err = fmt.Errorf("the handler cannot go on: %w", e)
	}
	return err
}

// setTraceID writes the trace id where X-Ray's SDKs look for it. With several invocations at a
// time there is no such place, since they share the environment.
func (w *worker) setTraceID() {
	if w.service.Environment.MaxConcurrency > 0 || w.traceID == w.invocation.TraceID {
		return
	}
	w.traceID = w.invocation.TraceID
	if w.traceID == "" {
		os.Unsetenv("_X_AMZN_TRACE_ID")
	} else {
		os.Setenv("_X_AMZN_TRACE_ID", w.traceID)
	}
}

// call calls a handler. A panic becomes an error with the stack at which it happened.
func call(handler Handler, invocation *Invocation) (response []byte, err error) {
	defer func() {
		if value := recover(); value != nil {
			cause, _ := value.(error)
			response, err = nil, &Error{
				Type: FunctionPanic, Message: fmt.Sprint(value), StackTrace: panicStack(), Fatal: true, Cause: cause,
			}
		}
	}()
	return handler(invocation)
}

// panicStack lists the functions from the one that panicked to the handler, at most 32, each as
// "file.go:12 (package.Function)".
func panicStack() (stack []string) {
	callers := make([]uintptr, 40)
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers)]) // above the deferred function
	for more := true; more && len(stack) < 32; {
		var frame runtime.Frame
		frame, more = frames.Next()
		if strings.HasSuffix(frame.Function, "/runtimeapi.call") {
			break
		}
		if len(stack) > 0 || !strings.HasPrefix(frame.Function, "runtime.") { // that raises the panic
			stack = append(stack, frame.File+":"+strconv.Itoa(frame.Line)+" ("+frame.Function+")")
		}
	}
	return stack
}
