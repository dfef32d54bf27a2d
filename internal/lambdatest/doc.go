// Package lambdatest is Lambda's Runtime API as a local server of real HTTP: for
// tests, for benchmarks, and for running a function on a developer's machine.
//
// A [Server] answers GET /runtime/invocation/next with the events given to
// [Server.Invoke], takes the function's response or error, and records every request.
// A [Process] is a runtime started against a server: its address is in the
// environment, its page faults and CPU time can be read while it runs.
//
//	server, err := lambdatest.NewServer()
//	process, err := server.Start(exec.Command("./bootstrap"))
//	err = server.WaitReady(ctx)                    // the first GET /next: init is over
//	outcome, err := server.Invoke(ctx, lambdatest.Invocation{Payload: []byte(`{}`)})
//
// A server can also misbehave, for tests of a client: [Server.Script] lists how the
// next requests to an endpoint are answered (any status, header names in any case,
// chunks) and what goes wrong on the way: any bytes, endless ones, answers cut off or
// held back, connections closed and reset.
//
// Nothing here waits by sleeping: every wait ends by what the runtime does, by the end
// of its process, or by the caller's context.
//
// It is not an emulator of Lambda: it does not enforce time limits, memory or the order
// of calls, and knows neither layers nor extensions beyond registering one.
package lambdatest
