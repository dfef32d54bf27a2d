package event

import (
	"fmt"
	"strings"
)

// An InvalidError says that an event is not what it must be: not JSON, or against the
// declared parameters. It is what a caller gets as Function.InvalidEvent.
type InvalidError struct {
	Problems []string // at least one, each a sentence without its full stop
}

func invalid(problems ...string) error { return &InvalidError{Problems: problems} }

// Error returns all the problems.
func (e *InvalidError) Error() string { return strings.Join(e.Problems, "; ") }

// A PathError says what is wrong with a path, and where.
type PathError struct {
	Path    string
	Offset  int    // of the problem, in bytes from the path's beginning
	Message string // what is wrong and what to write instead
}

// Error returns the message with the path; the offset is left to the caller, who knows
// where in its text the path stands.
func (e *PathError) Error() string { return fmt.Sprintf("path %q: %s", e.Path, e.Message) }
