// Package local is Lambda on a developer's machine: the functions of a folder behind the
// Invoke API and function URLs, as "sqlambda dev" serves them.
//
// A [Lambda] finds the functions anew after a file was saved (catalog.go, snapshot.go). A
// function has execution environments (environment.go): each is a process that runs the
// bootstrap against a Runtime API of its own, answers one invocation at a time, and is
// kept for the next. Requests become invocations in api.go and url.go.
//
// The package does what Lambda does: time limits, concurrency, the sizes of events, init
// errors, processes that end or take too much memory, and the log with its START, END and
// REPORT lines. It differs from Lambda in this:
//
//   - The operating system does not limit memory. On Linux, a process whose RAM exceeds
//     the function's memory is found at the next look, every 50 ms and after each
//     invocation, and ended as Lambda would; elsewhere it is not found. CPU is not limited.
//   - The processes share the machine's file system, and so /tmp.
//   - An asynchronous invocation that fails is logged and not repeated. There are no
//     destinations and no dead-letter queues.
//   - No request is authenticated: whoever reaches the port may invoke. So it listens on
//     loopback addresses unless it is told otherwise, and refuses requests that a page of
//     a web site could send (guard.go).
package local
