// Package suite runs the test cases of a function's folder.
//
// Find finds them (find.go): cases lie in folders events/ and tests/ beside the SQL that
// they are for, as files beside each other (sidecar.go) or as one txtar file each
// (archive.go). Their format is told in docs/testing.md.
//
// Run runs them in parallel (run.go), each with a handler (execute.go) and databases
// (storage.go) of its own, and compares what they give with what is expected (expect.go,
// compare.go, placeholder.go) or writes it (update.go, merge.go). It counts which
// statements ran (coverage.go).
//
// How that is printed is for others. Limits: the memory of a function is not limited, as
// SQLite has one limit for the whole process; what nothing in SQLite interrupts, such as
// one long call of a function, holds up its case; and files of a case's own stay where
// the process is killed.
package suite
