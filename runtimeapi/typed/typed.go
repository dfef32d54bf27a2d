// Package typed serves Lambda functions that are Go functions: it decodes the event into the
// function's argument and encodes what it returns, both as JSON.
//
//	func main() {
//		typed.Start(func(ctx context.Context, order Order) (Receipt, error) { … })
//	}
//
// Start does all that a program needs, and StartStream the same for a function whose response
// leaves while it is written. Who has more to do at init, or to close at the end,
// gives [Handler] to [runtimeapi.Runtime.Serve].
package typed

import (
	"context"
	"encoding/json"
	"os"
	"slices"

	"sqlambda/runtimeapi"
)

// The types of this package's errors.
const (
	// InvalidEvent is an event that cannot be decoded into the function's argument.
	InvalidEvent = "Function.InvalidEvent"
	// InvalidResult is a result that cannot be encoded as JSON.
	InvalidResult = "Function.InvalidResult"
)

// invocationKey is the key of the invocation in a context.
type invocationKey struct{}

// Invocation returns the invocation that a function of [Handler] was called for; nil for any
// other context. It belongs to the function until that returns.
func Invocation(ctx context.Context) *runtimeapi.Invocation {
	invocation, _ := ctx.Value(invocationKey{}).(*runtimeapi.Invocation)
	return invocation
}

// Handler returns a handler that calls a function. The context ends at the invocation's
// deadline. An error that is a [*runtimeapi.Error] says itself which type it has.
func Handler[In, Out any](function func(context.Context, In) (Out, error)) runtimeapi.Handler {
	return func(invocation *runtimeapi.Invocation) (response []byte, err error) {
		err = call(invocation, func(ctx context.Context, in In) error {
			out, err := function(ctx, in)
			if err != nil {
				return err
			}
			if response, err = json.Marshal(out); err != nil {
				return &runtimeapi.Error{Type: InvalidResult, Message: err.Error(), Cause: err}
			}
			return nil
		})
		return response, err
	}
}

// StreamHandler is [Handler] for a function that streams its response, by the invocation's
// Stream or StreamHTTP.
func StreamHandler[In any](function func(context.Context, In, *runtimeapi.Invocation) error) runtimeapi.Handler {
	return func(invocation *runtimeapi.Invocation) ([]byte, error) {
		return nil, call(invocation, func(ctx context.Context, in In) error { return function(ctx, in, invocation) })
	}
}

// call calls a function with the event and a context of an invocation.
func call[In any](invocation *runtimeapi.Invocation, function func(context.Context, In) error) error {
	var in In
	if err := json.Unmarshal(invocation.Payload, &in); err != nil {
		return &runtimeapi.Error{Type: InvalidEvent, Message: err.Error(), Cause: err}
	}
	ctx := context.WithValue(context.Background(), invocationKey{}, invocation)
	if deadline, ok := invocation.Deadline(); ok {
		bounded, cancel := context.WithDeadline(ctx, deadline)
		defer cancel()
		ctx = bounded
	}
	return function(ctx, in)
}

// Start serves a function until Lambda ends the process. It does not return. If
// AWS_LAMBDA_MAX_CONCURRENCY is set, so many goroutines call the function at the same time.
func Start[In, Out any](function func(context.Context, In) (Out, error)) { start(Handler(function)) }

// StartStream is [Start] for a function that streams its response, as [StreamHandler] has it.
func StartStream[In any](function func(context.Context, In, *runtimeapi.Invocation) error) {
	start(StreamHandler(function))
}

func start(handler runtimeapi.Handler) {
	environment, err := runtimeapi.EnvironmentFrom(os.Getenv)
	runtime := &runtimeapi.Runtime{Environment: environment, Log: environment.Logger(os.Stderr)}
	if err != nil {
		runtime.ReportInitError(err)
		os.Exit(1)
	}
	handlers := slices.Repeat([]runtimeapi.Handler{handler}, environment.Workers())
	if err := runtime.Serve(handlers, nil); err != nil {
		os.Exit(1)
	}
}
