//go:build unix

package script

import (
	"errors"
	"os"
	"time"
)

// Kept is a process that answers each line of input with a line of output. It is started
// when it is needed, and anew after it has ended. One goroutine at a time uses it.
type Kept struct {
	Program *Program
	process *process // nil: there is none
}

// Start starts the process, unless it runs.
func (k *Kept) Start() error {
	if k.process != nil {
		return nil
	}
	process, err := k.Program.start(nil, time.Time{})
	if err != nil {
		return err
	}
	k.process = process
	return nil
}

// Ask writes a line, which has its end, and returns the line that the process answers,
// without its end and valid until the next call. Its errors are those of [Program.Run], and
// ErrClosed; each ends the process. A process that has written something since its last
// answer is ended before, so that no line answers another input.
func (k *Kept) Ask(line []byte, deadline time.Time) ([]byte, error) {
	k.renew()
	if err := k.Start(); err != nil {
		return nil, err
	}
	r := k.process
	r.stderr.forget()
	r.readUntil(deadline)
	written := r.write(line)
	answer, err := r.stdout.line()
	if err == nil && !r.before(written, deadline) {
		err = os.ErrDeadlineExceeded
	}
	if err != nil {
		return nil, k.fail(err, written)
	}
	r.readUntil(time.Time{})
	r.stderr.flush()
	return answer, nil
}

// Close ends the process. It has a short time to end by itself when its input ends.
func (k *Kept) Close() {
	if r := k.process; r != nil {
		k.process = nil
		r.stdin.Close()
		r.before(r.ended, time.Now().Add(lingering))
		r.end()
	}
}

// renew gives up a process that has ended, or that has written what was not asked for.
func (k *Kept) renew() {
	r := k.process
	if r == nil {
		return
	}
	switch unasked, open := r.stdout.unasked(); {
	case unasked:
		k.Program.Log("WARN it wrote a line that no input asked for: it is started anew")
	case !open || r.hasEnded():
		k.Program.Log("WARN it ended while it was not needed: it is started anew")
	default:
		return
	}
	k.Close()
}

// fail ends the process and returns why it did not answer.
func (k *Kept) fail(err error, written <-chan struct{}) error {
	r := k.process
	k.process = nil
	late := errors.Is(err, os.ErrDeadlineExceeded) && !r.hasEnded()
	ended := late || err == ErrTooLarge || r.before(r.ended, time.Now().Add(lingering))
	r.end()
	<-written // closing the pipe has ended it
	switch {
	case late:
		return ErrDeadline
	case err == ErrTooLarge:
		return err
	case !ended:
		return ErrClosed
	}
	return r.failure(r.stdout.buffer)
}

// done is a closed channel.
var done = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// write writes to the process. What the pipe does not take at once is written while the
// process answers, until the channel is closed.
func (r *process) write(line []byte) <-chan struct{} {
	n, _ := writeNow(r.input, line)
	if n == len(line) {
		return done
	}
	written := make(chan struct{})
	go func() {
		defer close(written)
		r.stdin.Write(line[max(n, 0):]) // an error is one of the answer as well
	}()
	return written
}
