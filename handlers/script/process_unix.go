//go:build unix

package script

import (
	"fmt"
	"os"
	"slices"
	"syscall"
	"time"
)

// lingering is how long what a process leaves behind may go on writing, as the tee of
// "exec > >(tee log)" does, before it is killed.
const lingering = 100 * time.Millisecond

// process is a running process, the leader of its group. Its files are descriptors that do
// not block.
type process struct {
	program               *Program
	pid                   int // 0: it was not started
	stdin, stdout, stderr int
	exit                  int           // ready once the process has ended
	waited                chan struct{} // closed once it was waited for; nil: exit is not a pipe of ours

	input  []byte // that stdin has not taken yet
	ends   bool   // no input comes after it
	polled bool   // the poller waits for stdin to take more
	unread int    // bytes of input that it cannot read any more
	output []byte // that was read of stdout
	stderrLines

	ended  bool
	status syscall.WaitStatus // once it has ended
	until  time.Time          // when what is left of it is given up, once it has ended
}

// pipeSize is what a pipe holds, in bytes.
const pipeSize = 64 << 10

// closed is the descriptor of a file that is closed.
const closed = -1

// start starts a process.
func (p *Program) start(environment []string) (*process, error) {
	r := &process{program: p, stdin: closed, stdout: closed, stderr: closed, exit: closed, stderrLines: stderrLines{log: p.Log}}
	its := []int{closed, closed, closed}
	err := r.open(its)
	if err == nil {
		err = r.fork(p, append(p.Environment[:len(p.Environment):len(p.Environment)], environment...), its)
	}
	for _, fd := range its {
		closeNow(fd)
	}
	for _, fd := range []int{r.stdout, r.stderr, r.exit} {
		if err == nil {
			err = r.program.poller.add(fd, false)
		}
	}
	if err != nil {
		r.end()
		return nil, err
	}
	return r, nil
}

// open makes the pipes.
func (r *process) open(its []int) error {
	for i, ours := range []*int{&r.stdin, &r.stdout, &r.stderr} {
		read, write, err := pipe()
		if err != nil {
			return os.NewSyscallError("pipe", err)
		}
		if its[i], *ours = write, read; i == 0 {
			its[i], *ours = read, write
		}
		if err := block(its[i], true); err != nil {
			return os.NewSyscallError("fcntl", err)
		}
	}
	return r.program.poller.open()
}

func (r *process) fork(p *Program, environment []string, files []int) (err error) {
	attributes := &syscall.ProcAttr{Dir: p.Dir, Env: environment, Sys: &syscall.SysProcAttr{Setpgid: true}}
	for _, fd := range files {
		attributes.Files = append(attributes.Files, uintptr(fd))
	}
	pidfd := pidfdOf(attributes.Sys)
	if r.pid, _, err = syscall.StartProcess(p.Command[0], p.Command, attributes); err != nil {
		r.pid = 0
		return &os.PathError{Op: "exec", Path: p.Command[0], Err: err}
	}
	if r.exit = *pidfd; r.exit == closed {
		r.exit, err = r.watched()
	}
	return err
}

// watched returns a file that ends with the process, for systems that have none by
// themselves.
func (r *process) watched() (int, error) {
	read, write, err := pipe()
	if err != nil {
		return closed, os.NewSyscallError("pipe", err)
	}
	r.waited = make(chan struct{})
	go func() {
		r.status = statusOf(r.pid)
		close(r.waited)
		closeNow(write)
	}()
	return read, nil
}

// send gives the process input. What its pipe does not take at once is written by move.
func (r *process) send(input []byte, ends bool) error {
	r.input, r.ends = input, ends
	if r.write(); len(r.input) > 0 {
		return r.poll()
	}
	return nil
}

// poll lets the poller wait for stdin to take more.
func (r *process) poll() error {
	r.polled = true
	return r.program.poller.add(r.stdin, true)
}

// move reads and writes until done, or until a time, and then returns false. Once the
// process has ended, it does not wait longer for what others hold open.
func (r *process) move(deadline time.Time, done func() bool) (bool, error) {
	for !done() {
		until := deadline
		if r.ended && (until.IsZero() || r.until.Before(until)) {
			until = r.until
		}
		ready, err := r.program.poller.wait(until)
		if err != nil || len(ready) == 0 || r.floods(ready, until) {
			return false, err
		}
		for _, fd := range ready {
			if err := r.turn(int(fd)); err != nil {
				return false, err
			}
		}
	}
	return true, nil
}

// floods reports whether a time is over, and all there is left is standard error, which may
// never end. Of everything else there is an end.
func (r *process) floods(ready []int32, until time.Time) bool {
	return len(ready) == 1 && int(ready[0]) == r.stderr && !until.IsZero() && time.Now().After(until)
}

// turn does what a file is ready for.
func (r *process) turn(fd int) error {
	switch fd {
	case r.stdin:
		r.write()
	case r.stdout:
		if len(r.output) > r.program.MaxOutput {
			return ErrTooLarge
		}
		r.output = slices.Grow(r.output, 4096)
		r.output = r.output[:len(r.output)+r.read(&r.stdout, r.output[len(r.output):cap(r.output)])]
	case r.stderr:
		if r.program.space == nil {
			r.program.space = make([]byte, pipeSize)
		}
		r.stderrLines.write(r.program.space[:r.read(&r.stderr, r.program.space)])
	case r.exit:
		r.shut(&r.exit)
		r.reap()
	}
	return nil
}

// read reads once. It closes a file that has come to its end.
func (r *process) read(fd *int, into []byte) int {
	n, err := readNow(*fd, into)
	if n <= 0 && err != syscall.EAGAIN && err != syscall.EINTR {
		r.shut(fd)
	}
	return max(n, 0)
}

// write writes what the pipe takes. A process need not read its input.
func (r *process) write() {
	for len(r.input) > 0 && r.stdin != closed {
		n, err := writeNow(r.stdin, r.input)
		if err == syscall.EAGAIN {
			return
		}
		if r.input = r.input[max(n, 0):]; err != nil && err != syscall.EINTR {
			r.ends, r.unread = true, len(r.input)+waiting(r.stdin)
			break
		}
	}
	if r.input = nil; r.ends {
		r.shut(&r.stdin)
	} else if r.polled {
		r.program.poller.remove(r.stdin)
	}
	r.polled = false
}

// shut closes a file.
func (r *process) shut(fd *int) {
	if *fd != closed {
		r.program.poller.shut(*fd)
		*fd = closed
	}
}

// reap takes the status of a process that has ended, or ends now.
func (r *process) reap() {
	if r.ended || r.pid == 0 {
		return
	}
	if r.waited != nil {
		<-r.waited
	} else {
		r.status = statusOf(r.pid)
	}
	r.ended, r.until = true, time.Now().Add(lingering)
}

// end kills the process and what is left of its group, waits for its end, logs what it wrote to
// standard error, and closes the files.
func (r *process) end() {
	if r.pid != 0 {
		syscall.Kill(-r.pid, syscall.SIGKILL)
	}
	r.reap()
	r.reapOrphans()
	if r.stderr != closed {
		r.turn(r.stderr)
	}
	r.stderrLines.end()
	for _, fd := range []*int{&r.stdin, &r.stdout, &r.stderr, &r.exit} {
		r.shut(fd)
	}
}

// reapOrphans waits for what was left of the group, if it has become this process's own: that of
// the first process of a container.
func (r *process) reapOrphans() {
	var err error
	for os.Getpid() == 1 && r.pid != 0 && (err == nil || err == syscall.EINTR) {
		_, err = syscall.Wait4(-r.pid, nil, 0, nil)
	}
}

// failure is the error of a process that has ended.
func (r *process) failure() error {
	status := fmt.Sprintf("exit status %d", r.status.ExitStatus())
	if r.status.Signaled() {
		status = "signal: " + r.status.Signal().String()
	}
	return &ExitError{Status: status, Output: r.output, Stderr: r.last()}
}
