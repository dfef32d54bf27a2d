package runtimeapi

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
)

// maxPanicFrames is how many places of a panic's stack are reported.
const maxPanicFrames = 32

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

// panicStack lists the functions from the one that panicked to the handler, each as
// "file.go:12 (package.Function)".
func panicStack() (stack []string) {
	callers := make([]uintptr, maxPanicFrames+8)
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers)]) // above the deferred function
	for more := true; more && len(stack) < maxPanicFrames; {
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
