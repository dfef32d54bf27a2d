// Package suite runs the test cases of a function's folder.
//
// Find finds them (find.go): cases lie in folders events/ and tests/ beside the SQL that
// they are for, as files beside each other (sidecar.go) or as one txtar file each
// (archive.go). Their format is told in docs/testing.md.
//
// It knows the cases and what comes of them; how that is printed is for others.
package suite
