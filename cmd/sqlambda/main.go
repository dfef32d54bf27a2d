// Command sqlambda runs handlers on a developer's machine: the same files, through
// the same packages, as the bootstrap runs in AWS Lambda, in one process and with
// no Runtime API.
//
// The response goes to standard output; log lines and errors go to standard error.
// The exit code is 0 where the invocation gave a response, 1 where the handler
// could not be loaded or failed, and 2 where the command was used wrongly, so that
// no handler ran.
//
// It is not an emulator of Lambda: there is one invocation, no time limit on init,
// and the file system is the machine's own. What it tells a handler of its function
// is in environment.go.
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
