// Package lambdatest is Lambda's Runtime API for tests of runtimes: the server of package
// runtimehost, which here records every request and can misbehave.
//
//	server, err := lambdatest.NewServer()
//	process, err := server.Start(exec.Command("./bootstrap"))
//	outcome, err := server.Invoke(ctx, lambdatest.Invocation{Payload: []byte(`{}`)})
//	requests := server.Requests(lambdatest.Response)
//
// [Server.Script] lists how the next requests to an endpoint are answered (any status,
// header names in any case, chunks) and what goes wrong on the way: any bytes, endless
// ones, answers that are cut off or held back, connections that are closed or reset.
package lambdatest

import "sqlambda/internal/runtimehost"

// What the server shares with package runtimehost.
type (
	// Invocation is an event and what Lambda sends with it.
	Invocation = runtimehost.Invocation
	// Outcome is what a runtime posted for an invocation.
	Outcome = runtimehost.Outcome
	// InitError says that the runtime reported a failed init.
	InitError = runtimehost.InitError
	// Process is a runtime started against a server.
	Process = runtimehost.Process
	// Request is one request as the server read it.
	Request = runtimehost.Request
	// Endpoint is an operation of the Runtime API or the Extensions API.
	Endpoint = runtimehost.Endpoint
)

// The endpoints a runtime calls.
const (
	Next          = runtimehost.Next
	Response      = runtimehost.Response
	Error         = runtimehost.Error
	InitFailure   = runtimehost.InitFailure
	Register      = runtimehost.Register
	ExtensionNext = runtimehost.ExtensionNext
)
