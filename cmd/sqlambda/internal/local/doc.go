// Package local is Lambda on a developer's machine: the functions of a folder behind the
// Invoke API and function URLs, as "sqlambda dev" serves them.
//
// A [Lambda] finds the functions anew where a file was saved (catalog.go, snapshot.go). A
// function has execution environments (environment.go): each is a process that runs the
// bootstrap against a Runtime API of its own, answers one invocation at a time, and is
// kept for the next. Requests become invocations in api.go and url.go.
//
// What Lambda does is done here as well: time limits, concurrency, the sizes of events,
// init errors, processes that end or take too much memory, and the log with its START,
// END and REPORT lines. It differs from Lambda in this:
//
//   - Memory is not limited by the operating system. A process that has more in RAM than
//     the function's memory is found while it runs, every 50 ms, and after each invocation, and
//     ended as Lambda would; on systems other than Linux it is not found. CPU is not limited.
//   - The processes share the machine's file system, and so /tmp.
//   - An asynchronous invocation that fails is logged and not repeated, and what sends
//     results to destinations or dead-letter queues is not there.
//   - No request is authenticated: who reaches the port may invoke. So it listens on
//     loopback addresses unless it is told otherwise, and refuses what a page of a web site
//     could send (guard.go).
package local
