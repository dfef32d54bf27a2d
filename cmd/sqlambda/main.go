// Command sqlambda is for developers of functions: it makes, runs, tests, checks and
// packages handlers on their machine, with the same packages that the bootstrap runs in
// AWS Lambda. commandLine (command.go) has its commands, and docs/cli.md their help.
//
// Results go to standard output; log lines and errors go to standard error. The exit code
// is 0 where all is well, 1 where what was run failed or problems were found, and 2 where
// the command was used wrongly, so that nothing ran.
//
// It is not an emulator of AWS: "sqlambda invoke" is one invocation in this process, and
// what "sqlambda dev" leaves out of Lambda is told by its package, internal/local. No
// command reaches AWS.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], &process{
		stdin:     os.Stdin,
		stdout:    newOutput(os.Stdout, os.LookupEnv),
		stderr:    newOutput(os.Stderr, os.LookupEnv),
		lookupEnv: os.LookupEnv,
	}))
}
