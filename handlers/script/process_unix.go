//go:build unix

package script

import (
	"os"
	"sync"
	"syscall"
	"time"
)

// lingering is how long what a process leaves behind may go on writing, as the tee of
// "exec > >(tee log)" does, before it is killed.
const lingering = 100 * time.Millisecond

// past is a time that has passed.
var past = time.Unix(1, 0)

// process is a running process, the leader of its group.
type process struct {
	pid    int
	stdin  *os.File
	input  int // stdin's descriptor
	stdout *output
	stderr *messages
	ended  chan struct{}    // closed when the process has ended
	state  *os.ProcessState // how, once it has

	mu    sync.Mutex
	until time.Time   // when reading its output ends; zero: never
	over  bool        // it has ended
	timer *time.Timer // that ends it
	rings time.Time   // when the timer does; zero: it is not set
}

// start starts a process, whose output can be read until a time.
func (p *Program) start(environment []string, until time.Time) (*process, error) {
	its, ours, err := pipes()
	defer closeAll(its)
	if err != nil {
		closeAll(ours)
		return nil, err
	}
	started, err := os.StartProcess(p.Command[0], p.Command, &os.ProcAttr{
		Dir:   p.Dir,
		Env:   append(p.Environment[:len(p.Environment):len(p.Environment)], environment...),
		Files: its,
		Sys:   &syscall.SysProcAttr{Setpgid: true},
	})
	if err != nil {
		closeAll(ours)
		return nil, err
	}
	r := &process{
		pid:    started.Pid,
		stdin:  ours[0],
		stdout: newOutput(ours[1], p.MaxOutput),
		stderr: newMessages(ours[2], p.Log),
		ended:  make(chan struct{}),
	}
	_, r.input = rawOf(r.stdin)
	r.readUntil(until)
	go r.stderr.follow()
	go r.await(started)
	return r, nil
}

// pipes makes standard input, output and error: the process's ends and the runtime's.
func pipes() (its, ours []*os.File, err error) {
	for range 3 {
		read, write, err := os.Pipe()
		if err != nil {
			return its, ours, err
		}
		if its == nil {
			its, ours = append(its, read), append(ours, write)
		} else {
			its, ours = append(its, write), append(ours, read)
		}
	}
	return its, ours, nil
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// await waits for the end of the process. From then on reading ends soon, even if another
// process holds the pipes open.
func (r *process) await(started *os.Process) {
	r.state, _ = started.Wait()
	close(r.ended)
	soon := time.Now().Add(lingering)
	r.stderr.file.SetReadDeadline(soon)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.until.IsZero() || soon.Before(r.until) {
		r.until = soon
		r.set(soon)
	}
}

// readUntil bounds the time until which output is read, once more for each answer. The timer
// goes on from one time to a later one, so that most answers neither start nor stop it.
func (r *process) readUntil(until time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.hasEnded() {
		return // await has set an end
	}
	if r.over {
		r.over = false
		r.stdout.file.SetReadDeadline(time.Time{})
	}
	r.until = until
	if !until.IsZero() && (r.rings.IsZero() || until.Before(r.rings)) {
		r.set(until)
	}
}

// set sets the timer. The caller holds mu.
func (r *process) set(at time.Time) {
	r.rings = at
	if r.timer == nil {
		r.timer = time.AfterFunc(time.Until(at), r.ring)
	} else {
		r.timer.Reset(time.Until(at))
	}
}

// ring is called by the timer.
func (r *process) ring() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rings = time.Time{}
	switch {
	case r.until.IsZero():
	case time.Now().Before(r.until):
		r.set(r.until)
	default:
		r.over = true
		r.stdout.file.SetReadDeadline(past)
	}
}

// hasEnded reports whether the process has ended.
func (r *process) hasEnded() bool {
	select {
	case <-r.ended:
		return true
	default:
		return false
	}
}

// before waits until a channel is closed, or until a time, and tells which it was.
func (r *process) before(closed <-chan struct{}, deadline time.Time) bool {
	select {
	case <-closed:
		return true
	default:
	}
	var over <-chan time.Time
	if !deadline.IsZero() {
		timer := time.NewTimer(time.Until(deadline))
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-closed:
		return true
	case <-over:
		return false
	}
}

// end kills the process and what is left of its group, and waits until all it wrote to
// standard error is logged.
func (r *process) end() {
	syscall.Kill(-r.pid, syscall.SIGKILL)
	<-r.ended
	<-r.stderr.done
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.until = (time.Time{}); r.timer != nil {
		r.timer.Stop()
	}
	closeAll([]*os.File{r.stdin, r.stdout.file, r.stderr.file})
}

// failure is the error of a process that has ended, once end was called.
func (r *process) failure(written []byte) error {
	status := "it ended in an unknown way"
	if r.state != nil {
		status = r.state.String()
	}
	return &ExitError{Status: status, Output: written, Stderr: r.stderr.last()}
}
