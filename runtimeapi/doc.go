// Package runtimeapi is the function's side of Lambda's Runtime API, version
// 2018-06-01: it asks for invocations, calls a handler with each and posts what the
// handler returns.
//
//	environment, err := runtimeapi.EnvironmentFrom(os.Getenv)
//	runtime := &runtimeapi.Runtime{Environment: environment, Log: environment.Logger(os.Stderr)}
//	if err := initialize(); err != nil {
//		runtime.ReportInitError(err)
//		os.Exit(1)
//	}
//	err = runtime.Serve([]runtimeapi.Handler{handler}, nil)
//
// It exists to cost little: a handler's answer is two requests over one kept-alive
// connection, written and read without net/http, in buffers that are used again. What
// it takes is bounded: heads of 64 KiB, bodies of [MaxPayload] bytes.
//
// It is not a general HTTP client: no TLS, no proxies, no redirects, no streamed
// responses. It knows nothing of what a handler does.
//
// The pages it follows:
//
//   - Runtime API: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
//   - Extensions API: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
//   - environment variables: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
//   - JSON logs: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
package runtimeapi
