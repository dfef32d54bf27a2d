// Command bootstrap is the runtime of a Lambda layer: functions are handlers
// written in SQL. It loads the handler that _HANDLER names from LAMBDA_TASK_ROOT
// and answers the invocations that the Runtime API gives it.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
package main

import (
	"errors"
	"os"
	"runtime/debug"
	"strconv"

	"sqlambda/engine"
	"sqlambda/engine/sqlite"
	"sqlambda/handlers"
	"sqlambda/runtimeapi"
)

func main() {
	if err := run(); err != nil {
		os.Exit(1)
	}
}

func run() error {
	environment, err := runtimeapi.EnvironmentFrom(os.Getenv)
	lambda := &runtimeapi.Runtime{Environment: environment, Log: environment.Logger(os.Stderr), Name: "sqlambda"}
	if err != nil {
		return errors.Join(err, lambda.ReportInitError(err))
	}
	f := &function{config: config(lambda.Log)}
	workers, err := f.load(environment.Workers())
	if err != nil {
		f.close()
		return errors.Join(err, lambda.ReportInitError(reported(err)))
	}
	if f.writable() {
		return lambda.Serve(workers, f.close)
	}
	return lambda.Serve(workers, nil)
}

// config is what Lambda's environment says of the handler.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
func config(log *runtimeapi.Logger) handlers.Config {
	size := os.Getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
	return handlers.Config{
		Root:     os.Getenv("LAMBDA_TASK_ROOT"),
		Handler:  os.Getenv("_HANDLER"),
		Database: os.Getenv("SQLAMBDA_DATABASE"),
		Memory:   limitMemory(size),
		Open:     sqlite.Open,
		Function: handlers.Function{
			Name:      os.Getenv("AWS_LAMBDA_FUNCTION_NAME"),
			Version:   os.Getenv("AWS_LAMBDA_FUNCTION_VERSION"),
			MemoryMB:  size,
			LogGroup:  os.Getenv("AWS_LAMBDA_LOG_GROUP_NAME"),
			LogStream: os.Getenv("AWS_LAMBDA_LOG_STREAM_NAME"),
		},
		LookupEnv: os.LookupEnv,
		Log: func(requestID string, level engine.Level, message, fields string) {
			log.Log(severity(level), requestID, message, []byte(fields))
		},
	}
}

// severity is a level as the log knows it.
func severity(level engine.Level) runtimeapi.Level {
	switch level {
	case engine.Debug:
		return runtimeapi.LevelDebug
	case engine.Warn:
		return runtimeapi.LevelWarn
	case engine.Error:
		return runtimeapi.LevelError
	default:
		return runtimeapi.LevelInfo
	}
}

// gcPercent is the growth of the heap that starts a collection. An invocation leaves
// little garbage, and little is alive: collecting it more often than Go's default of
// 100 costs nothing that can be measured, and saves 2 MB.
const gcPercent = 25

// limitMemory divides the memory of the function, in MB: half of it is SQLite's,
// whose share it returns in bytes, and two fifths are what Go collects its garbage
// to stay below. The rest is code, stacks and the kernel's buffers.
func limitMemory(size string) int64 {
	mb, err := strconv.ParseInt(size, 10, 64)
	if err != nil || mb <= 0 {
		return 0
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(mb << 20 * 2 / 5)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	return mb << 20 / 2
}

// function is the handler, once for each worker.
type function struct {
	config   handlers.Config
	handlers []*handlers.Handler
}

// load loads the handler for n workers: each has a database connection of its
// own.
func (f *function) load(n int) ([]runtimeapi.Handler, error) {
	workers := make([]runtimeapi.Handler, 0, n)
	for range n {
		h, err := handlers.Load(f.config)
		if err != nil {
			return nil, err
		}
		f.handlers = append(f.handlers, h)
		workers = append(workers, invoke(h))
	}
	return workers, nil
}

// writable reports whether there is a database to close before the process ends.
func (f *function) writable() bool {
	return len(f.handlers) > 0 && f.handlers[0].Writable()
}

// close closes the databases.
func (f *function) close() error {
	var failures []error
	for _, h := range f.handlers {
		failures = append(failures, h.Close())
	}
	return errors.Join(failures...)
}

// invoke is a handler as package runtimeapi calls it.
func invoke(h *handlers.Handler) runtimeapi.Handler {
	invocation := &handlers.Invocation{}
	return func(inv *runtimeapi.Invocation) ([]byte, error) {
		*invocation = handlers.Invocation{
			RequestID:       inv.RequestID,
			FunctionARN:     inv.InvokedFunctionARN,
			TraceID:         inv.TraceID,
			TenantID:        inv.TenantID,
			ClientContext:   inv.ClientContext,
			CognitoIdentity: inv.CognitoIdentity,
			Deadline:        inv.DeadlineMs,
			Event:           inv.Payload,
		}
		response, err := h.Invoke(invocation)
		if err != nil {
			return nil, reported(err)
		}
		return response, nil
	}
}

// reported is a handler's error as the Runtime API is told of it.
func reported(err error) error {
	var e *handlers.Error
	if !errors.As(err, &e) {
		return err
	}
	return &runtimeapi.Error{Type: e.Type, Message: e.Message, StackTrace: e.Stack, Detail: e.Excerpt, Cause: e}
}
