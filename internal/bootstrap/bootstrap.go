// Package bootstrap is the runtime of a Lambda layer: it loads the handler that _HANDLER
// names from LAMBDA_TASK_ROOT and answers the invocations that the Runtime API gives it.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
//
// It owns the process: it reads the process's environment, logs to standard error, and sets the
// limits of the garbage collector by the function's memory.
package bootstrap

import (
	"errors"
	"os"

	"sqlambda/engine"
	"sqlambda/runtimeapi"
)

// Run loads the handler and serves invocations until Lambda ends the process. If it returns an
// error, which it has logged and reported, the process has to end with a status other than 0.
func Run() error {
	environment, err := runtimeapi.EnvironmentFrom(os.Getenv)
	lambda := &runtimeapi.Runtime{Environment: environment, Log: environment.Logger(os.Stderr), Name: "sqlambda"}
	config, invalid := Config(os.LookupEnv)
	if err := errors.Join(err, invalid); err != nil {
		return errors.Join(err, lambda.ReportInitError(err))
	}
	limitHeap(config.Memory)
	config.Environ = os.Environ
	config.Log = func(requestID string, level engine.Level, message, fields string) {
		severity, _ := runtimeapi.ParseLevel(string(level)) // the names are the same
		lambda.Log.Log(severity, requestID, message, []byte(fields))
	}
	workers, err := load(config, environment.Workers())
	if err != nil {
		return errors.Join(err, lambda.ReportInitError(reported(err)))
	}
	var serve []runtimeapi.Handler
	for _, w := range workers {
		serve = append(serve, w.invoke)
	}
	if workers[0].handler.Writable() {
		return lambda.Serve(serve, workers.close)
	}
	return lambda.Serve(serve, nil) // there is nothing to close
}
