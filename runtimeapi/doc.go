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
// # What goes wrong
//
// What the Runtime API does wrong has one of three outcomes; docs/reliability.md lists
// them for operators, and the tests of the faults for every request.
//
//   - The process goes on. A connection that ends while an event is waited for is opened
//     again, up to five times in a row. A POST is answered as soon as the head of its
//     answer is whole: a body that is cut off, too large or not HTTP costs the
//     connection.
//   - The process ends with a status other than 0 and one line in the log: a status that
//     should not be, an answer that is not HTTP/1.1 or too large, an event that is cut
//     off, a POST whose answer does not come. No request but that for the next event is
//     ever made again: Lambda may have seen it.
//   - The process waits. Nothing here has a time limit, as in aws-lambda-go: an event
//     may be hours away, and an answer that is late is the right one still. Lambda
//     freezes the process meanwhile, and ends it at the invocation's deadline. While
//     waiting, no CPU time is used.
//
// A handler that does not return keeps its worker. [Invocation.Abandon] is for what watches
// handlers: it reports the invocation and ends the process.
//
// It reads what it is sent after its own request is out: an answer that comes before is
// found where the connection then ends or takes the rest.
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
