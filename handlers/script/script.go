// Package script runs programs that answer over standard input and output: one process for
// each input ([Program.Run]), or a kept process that answers a line with a line ([Kept]).
//
// A process leads a process group of its own. When it ends, or takes too long, whatever is
// left of its group is killed, so nothing of one answer outlives it. One loop moves input,
// output and standard error as each of them can be moved: no order in which a program reads
// and writes leads to a deadlock.
//
// The package knows nothing of events, JSON or handlers. Processes run on Unix only.
package script

import (
	"errors"
	"fmt"
)

// Program is an executable file, and how its processes run. One goroutine at a time uses it.
type Program struct {
	// Command is the file that is run, by its absolute name, and its arguments.
	Command []string
	// Name is what the log calls the program.
	Name string
	// Dir is the working directory.
	Dir string
	// Environment is that of every process, as "NAME=value".
	Environment []string
	// MaxOutput is the limit of an answer, in bytes.
	MaxOutput int
	// Log takes a line of standard error, without its end. A line of more than 64 KiB comes in
	// parts.
	Log func(line string)

	poller poller
	output []byte // the memory of the last answer
	space  []byte // to read standard error into
}

// Errors of a process that was killed because of them.
var (
	ErrDeadline = errors.New("it did not end before its deadline")
	ErrTooLarge = errors.New("its output is too large")
	ErrClosed   = errors.New("it closed its input or output without an answer")
)

// UnaskedError is a kept process that wrote a line before it read its input.
type UnaskedError struct {
	Line string // its beginning
}

// Error returns the line, and what to do.
func (e *UnaskedError) Error() string {
	return fmt.Sprintf("it wrote %q before it read its input: write it to standard error", e.Line)
}

// ExitError is a process that ended without success, or, if it is kept, that ended before it
// answered.
type ExitError struct {
	// Status is how it ended: "exit status 3", "signal: killed".
	Status string
	// Output is what it had written that is not an answer yet.
	Output []byte
	// Stderr is the last lines that it wrote to standard error, at most 4 KiB.
	Stderr string
}

// Error returns the status, and the last lines of standard error.
func (e *ExitError) Error() string {
	if e.Stderr == "" {
		return e.Status
	}
	return fmt.Sprintf("%s: %s", e.Status, e.Stderr)
}
