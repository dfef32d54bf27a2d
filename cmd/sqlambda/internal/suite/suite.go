// Package suite runs the test cases of a function's folder.
//
// Find finds them (find.go): cases stand in folders events/ and tests/ beside the SQL that
// they test, as several files or as one txtar file each, whose parts are listed
// in parts.go. docs/testing.md documents the format.
//
// Run runs them in parallel (run.go). Each has a handler (execute.go) and databases
// (storage.go) of its own. What a case gives is compared with what it expects (expect.go,
// compare.go), or written into its files. The statements that ran are counted
// (coverage.go).
//
// Printing the results is up to the caller. Limits: SQLite has one memory limit for the
// whole process, so the memory of a function is not limited, and the files that a case
// writes remain if the process is killed.
package suite
