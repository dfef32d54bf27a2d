// Package runtimeapi is the function's side of Lambda's Runtime API, version 2018-06-01: it asks
// for invocations, calls a handler with each and posts what the handler returns.
//
//	environment, err := runtimeapi.EnvironmentFrom(os.Getenv)
//	runtime := &runtimeapi.Runtime{Environment: environment, Log: environment.Logger(os.Stderr)}
//	if err == nil {
//		err = initialize()
//	}
//	if err != nil {
//		runtime.ReportInitError(err)
//		os.Exit(1)
//	}
//	err = runtime.Serve([]runtimeapi.Handler{handler}, nil)
//
// It is made to cost little: an invocation takes two requests over one kept-alive connection,
// written and read without net/http, in buffers that are used again. It accepts heads of at
// most 64 KiB and bodies of at most [MaxPayload] bytes.
//
// A handler whose response is large, or should leave while it is made, streams it:
// [Invocation.Stream], [Invocation.StreamHTTP].
//
// # What goes wrong
//
// A fault of the Runtime API has one of three outcomes. docs/reliability.md lists them for
// operators, and the tests produce each fault for every request.
//
//   - The process goes on. If the connection ends while the runtime waits for an event, it
//     opens another one, up to five times in a row. A POST is answered as soon as the head of
//     the answer is complete: a body that is cut off, too large or not HTTP only closes the
//     connection.
//   - The process ends with a status other than 0 and one line in the log: after an
//     unexpected status, an answer that is not HTTP/1.1 or too large, an event that is cut
//     off, a POST without an answer. No request but that for the next event is ever made
//     again: Lambda may have seen it.
//   - The process waits. As in aws-lambda-go, nothing has a time limit: an event may be hours
//     away, and a late answer is still the right one. Lambda freezes the process meanwhile,
//     and ends it at the invocation's deadline. Waiting takes no CPU time.
//
// The runtime reads only after it has sent a request. It notices an answer that came before
// when the connection then ends, or delivers the rest. While it sends a stream, it reads: an
// answer that refuses the response, or the end of the connection, ends the writing.
//
// The package is not a general HTTP client: it has no TLS, proxies or redirects, and it reads
// no stream. It knows nothing of what a handler does.
//
// The pages it follows:
//
//   - Runtime API: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
//   - streamed responses: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
//   - Extensions API: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
//   - environment variables: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
//   - JSON logs: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
package runtimeapi
