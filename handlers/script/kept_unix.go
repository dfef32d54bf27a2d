//go:build unix

package script

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"time"
)

// Kept is a process that answers each line of input with a line of output. One goroutine at a
// time uses it.
type Kept struct {
	Program *Program
	// Rapid is a process whose lines follow one another at once, so that Start alone cannot tell
	// what it wrote late. It has to read the first byte of a line before it gets the rest.
	Rapid bool

	process *process // nil: there is none
	taken   int      // bytes of its output that were the last answer
}

// Start starts the process, unless it runs. It starts one anew that has ended, or that has
// written something since its last answer, so that no line answers another input. It also
// logs what the process wrote to standard error since then.
func (k *Kept) Start() error {
	if r := k.process; r != nil {
		var err error
		for _, fd := range k.Program.poller.now() {
			err = r.turn(int(fd))
		}
		switch {
		case err != nil || len(r.output) > k.taken:
			k.warn(unasked(r.output[k.taken:]).Line)
		case r.stdout == closed || r.ended:
			k.warnIdle()
		default:
			return nil
		}
		k.end()
	}
	process, err := k.Program.start(nil)
	if err == nil {
		resize(process.stdin, os.Getpagesize())
		k.process, k.taken = process, 0
	}
	return err
}

// warn logs a line that no input asked for.
func (k *Kept) warn(line string) {
	when := "after its answer"
	if k.taken == 0 {
		when = "before it read its input"
	}
	k.Program.Log(fmt.Sprintf("WARN %s wrote %q %s, and is started anew: write it to standard error", k.Program.Name, line, when))
}

// warnIdle logs that the process has ended without need.
func (k *Kept) warnIdle() {
	k.Program.Log("WARN " + k.Program.Name + " ended after its answer, and is started anew: it should read the next line")
}

// unasked is the error of output that no input asked for.
func unasked(output []byte) *UnaskedError {
	line, _, _ := bytes.Cut(output, []byte("\n"))
	return &UnaskedError{Line: fmt.Sprintf("%.80s", line)}
}

// errUnread is the error of a process that ended before it read its input.
var errUnread = errors.New("it ended before it read its input")

// Ask writes a line, which has its end, and returns the line that the process answers,
// without its end and valid until the next call. Start has to be called before. A process that
// has answered before, and ends or writes another line before it reads this one, is started
// anew for it. The errors are those of [Program.Run], ErrClosed and an *UnaskedError; each ends the
// process.
func (k *Kept) Ask(line []byte, deadline time.Time) ([]byte, error) {
	answered := k.taken > 0
	answer, err := k.ask(line, deadline)
	early, isEarly := err.(*UnaskedError)
	switch {
	case isEarly && answered:
		k.warn(early.Line)
	case err == errUnread && answered:
		k.warnIdle()
	default:
		return answer, err
	}
	if err := k.Start(); err != nil {
		return nil, err
	}
	return k.ask(line, deadline)
}

func (k *Kept) ask(line []byte, deadline time.Time) ([]byte, error) {
	r := k.process
	if cap(r.output) > largestKept {
		r.output = nil
	}
	r.output, r.tail = r.output[:0], r.tail[:0]
	if k.Rapid || k.taken == 0 { // or it has not read yet, and may greet
		if inTime, err := k.begin(line[:1], deadline); err != nil || !inTime {
			return nil, k.fail(inTime, len(line), err)
		}
		if line = line[1:]; !k.Rapid {
			resize(r.stdin, pipeSize)
		}
	}
	searched, end := 0, -1
	answered := func() bool {
		if end < 0 {
			end = bytes.IndexByte(r.output[searched:], '\n') + searched
			if end < searched {
				searched, end = len(r.output), -1
			}
		}
		return end >= 0 && len(r.input) == 0 || r.stdout == closed || r.unread == len(line)
	}
	inTime := false
	err := r.send(line, false)
	if err == nil {
		inTime, err = r.move(deadline, answered)
	}
	if err == nil && end > k.Program.MaxOutput {
		err = ErrTooLarge
	}
	if err != nil || end < 0 || !inTime {
		return nil, k.fail(inTime, len(line), err)
	}
	k.taken = end + 1
	return r.output[:end], nil
}

// begin writes the first byte of a line and waits until the process has read it, which a pipe
// of one page tells. By then the process has written all that it writes before it reads on:
// none of that is an answer.
func (k *Kept) begin(first []byte, deadline time.Time) (inTime bool, err error) {
	r := k.process
	err = r.send(first, false)
	if err == nil && r.stdin != closed && !r.polled {
		err = r.poll()
	}
	if err != nil {
		return false, err
	}
	inTime, err = r.move(deadline, func() bool { return !r.polled || r.ended || r.stdout == closed })
	if err != nil || !inTime {
		return inTime, err
	}
	switch {
	case r.ended || r.stdin == closed || r.stdout == closed:
		return true, errUnread
	case bytes.IndexByte(r.output, '\n') >= 0: // cat writes each byte that it has read
		return true, unasked(r.output)
	}
	return true, nil
}

// Close ends the process, and logs what it wrote after its last answer.
func (k *Kept) Close() {
	r := k.process
	if k.end(); r != nil && k.taken > 0 && len(r.output) > k.taken {
		k.Program.Log(fmt.Sprintf("WARN %s wrote %q after its answer: write it to standard error", k.Program.Name, unasked(r.output[k.taken:]).Line))
	}
}

// end ends the process. It has a short time to end by itself when its input ends.
func (k *Kept) end() {
	if r := k.process; r != nil {
		k.process = nil
		r.shut(&r.stdin)
		r.move(time.Now().Add(lingering), func() bool { return r.ended })
		if r.stdout != closed {
			r.turn(r.stdout)
		}
		r.end()
	}
}

// fail ends the process and returns why it did not answer input of some length.
func (k *Kept) fail(inTime bool, length int, err error) error {
	r := k.process
	k.process = nil
	if inTime { // it has closed its output: it ends, or not
		r.move(time.Now().Add(lingering), func() bool { return r.ended })
	}
	ended := r.ended
	if ended && r.stdin != closed {
		r.unread = len(r.input) + waiting(r.stdin)
	}
	r.end()
	switch {
	case err != nil && err != errUnread:
		return err
	case k.taken > 0 && (err == errUnread || r.unread == length):
		return errUnread
	case ended:
		return r.failure()
	case inTime:
		return ErrClosed
	}
	return ErrDeadline
}
