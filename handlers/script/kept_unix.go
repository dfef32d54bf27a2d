//go:build unix

package script

import (
	"bytes"
	"errors"
	"time"
)

// Kept is a process that answers each line of input with a line of output. One goroutine at a
// time uses it.
type Kept struct {
	Program *Program
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
			k.Program.Log("WARN it wrote a line that no input asked for: it is started anew")
		case r.stdout == closed || r.ended:
			k.Program.Log(endedIdle)
		default:
			return nil
		}
		k.Close()
	}
	process, err := k.Program.start(nil)
	if err == nil {
		k.process, k.taken = process, 0
	}
	return err
}

// endedIdle is what the log says of a process that ended between two lines.
const endedIdle = "WARN it ended while it was not needed: it is started anew"

// errUnread is the error of a process that has answered before, and takes no input any more:
// it has read nothing of the line.
var errUnread = errors.New("it ended before it read its input")

// Ask writes a line, which has its end, and returns the line that the process answers,
// without its end and valid until the next call. Start has to be called before. A process that
// ends after an answer, and has not read the line yet, is started anew for it. The errors
// are those of [Program.Run], and ErrClosed; each ends the process.
func (k *Kept) Ask(line []byte, deadline time.Time) ([]byte, error) {
	answer, err := k.ask(line, deadline)
	if err != errUnread {
		return answer, err
	}
	k.Program.Log(endedIdle)
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
	searched, end := 0, -1
	answered := func() bool {
		if end < 0 {
			end = bytes.IndexByte(r.output[searched:], '\n') + searched
			if end < searched {
				searched, end = len(r.output), -1
			}
		}
		return end >= 0 && len(r.input) == 0 || r.stdout == closed || r.unread == len(line) && k.taken > 0
	}
	err := r.send(line, false)
	inTime := false
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

// Close ends the process. It has a short time to end by itself when its input ends.
func (k *Kept) Close() {
	if r := k.process; r != nil {
		k.process = nil
		r.shut(&r.stdin)
		r.move(time.Now().Add(lingering), func() bool { return r.ended })
		r.end()
	}
}

// fail ends the process and returns why it did not answer a line of some length.
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
	case err != nil:
		return err
	case r.unread == length && k.taken > 0:
		return errUnread
	case ended:
		return r.failure()
	case inTime:
		return ErrClosed
	}
	return ErrDeadline
}
