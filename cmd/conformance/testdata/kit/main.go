// Command kit is functions made with the kit of this module. It has them by their names.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"sqlambda/cmd/conformance/testdata/streamed"
	"sqlambda/runtimeapi"
	"sqlambda/runtimeapi/typed"
)

func main() {
	switch os.Getenv("_HANDLER") {
	case "echo":
		typed.Start(func(_ context.Context, event json.RawMessage) (json.RawMessage, error) { return event, nil })
	case "fail":
		typed.Start(func(context.Context, any) (any, error) { return nil, errors.New("it fails, as it should") })
	case "context":
		typed.Start(describe)
	case "stream":
		typed.StartStream(func(_ context.Context, event streamed.Event, invocation *runtimeapi.Invocation) error {
			response := invocation.Stream("text/plain")
			return event.Write(response, response.Flush)
		})
	}
	environment, _ := runtimeapi.EnvironmentFrom(os.Getenv)
	runtime := &runtimeapi.Runtime{Environment: environment, Log: environment.Logger(os.Stderr)}
	runtime.ReportInitError(errors.New("there is no such handler"))
	os.Exit(1)
}

func describe(ctx context.Context, _ any) (map[string]any, error) {
	invocation := typed.Invocation(ctx)
	return map[string]any{
		"requestId":   invocation.RequestID,
		"deadlineMs":  invocation.DeadlineMs,
		"functionArn": invocation.InvokedFunctionARN,
		"traceId":     os.Getenv("_X_AMZN_TRACE_ID"),
	}, nil
}
