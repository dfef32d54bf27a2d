//go:build unix

package script

import (
	"errors"
	"os"
	"time"
)

// Run starts a process, writes the input to it and returns its output once it has ended with
// status 0. The environment comes after the program's. Its error is ErrDeadline, ErrTooLarge,
// an *ExitError, or why the process could not be started. A zero deadline is none.
func (p *Program) Run(input []byte, environment []string, deadline time.Time) ([]byte, error) {
	r, err := p.start(environment, deadline)
	if err != nil {
		return nil, err
	}
	written := make(chan struct{})
	go func() {
		defer close(written)
		r.stdin.Write(input) // a program need not read it
		r.stdin.Close()
	}()
	err = r.finish(deadline)
	r.end()
	<-written // closing the pipe has ended it
	switch {
	case err != nil:
		return nil, err
	case r.state == nil || !r.state.Success():
		return nil, r.failure(r.stdout.buffer)
	}
	return r.stdout.buffer, nil
}

// finish reads output until its end and waits for that of the process.
func (r *process) finish(deadline time.Time) error {
	var err error
	for err == nil {
		err = r.stdout.read()
	}
	if errors.Is(err, os.ErrDeadlineExceeded) && !r.hasEnded() {
		return ErrDeadline
	}
	if err == ErrTooLarge {
		return err
	}
	if !r.before(r.ended, deadline) {
		return ErrDeadline
	}
	return nil
}
