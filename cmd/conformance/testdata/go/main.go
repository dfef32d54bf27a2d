// Command go is a runtime made with aws-lambda-go. It has its handlers by their names.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"sqlambda/cmd/conformance/testdata/streamed"
)

func main() {
	switch os.Getenv("_HANDLER") {
	case "echo":
		lambda.Start(func(_ context.Context, event json.RawMessage) (json.RawMessage, error) { return event, nil })
	case "fail":
		lambda.Start(func() error { return errors.New("it fails, as it should") })
	case "context":
		lambda.Start(describe)
	case "stream":
		lambda.Start(stream)
	}
	log.Fatal("there is no such handler")
}

func stream(event streamed.Event) (io.Reader, error) {
	reader, writer := io.Pipe()
	go func() {
		writer.CloseWithError(event.Write(writer, func() error { return nil }))
	}()
	return reader, nil
}

func describe(ctx context.Context) (map[string]any, error) {
	invocation, _ := lambdacontext.FromContext(ctx)
	deadline, _ := ctx.Deadline()
	return map[string]any{
		"requestId":   invocation.AwsRequestID,
		"deadlineMs":  deadline.UnixMilli(),
		"functionArn": invocation.InvokedFunctionArn,
		"traceId":     ctx.Value("x-amzn-trace-id"),
	}, nil
}
