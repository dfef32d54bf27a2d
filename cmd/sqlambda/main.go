// Command sqlambda is for developers of functions: it makes, runs, tests, checks and
// packages handlers on their machine, with the same packages that the bootstrap runs in
// AWS Lambda. commandLine (command.go) has its commands, and docs/cli.md their help.
//
// Results go to standard output; log lines and errors go to standard error. The exit code
// is 0 if all is well, 1 if a function failed or problems were found, and 2 if the command
// was used wrongly, so that nothing ran.
//
// It is not an emulator of AWS: "sqlambda invoke" runs one invocation in this process, and
// package internal/local says what "sqlambda dev" leaves out of Lambda. No command reaches
// AWS.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], &process{
		stdin:     os.Stdin,
		stdout:    newOutput(os.Stdout, os.LookupEnv),
		stderr:    newOutput(os.Stderr, os.LookupEnv),
		lookupEnv: os.LookupEnv,
		environ:   os.Environ(),
	}))
}
