//go:build unix && !linux

package script

import (
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// poller tells which of some files are ready, by poll(2).
type poller struct {
	files []unix.PollFd
	ready []int32
}

func (p *poller) open() error { return nil }

func (p *poller) close() {}

// add adds a file, which is ready when it can be read, or written.
func (p *poller) add(fd int, write bool) error {
	file := unix.PollFd{Fd: int32(fd), Events: unix.POLLIN}
	if write {
		file.Events = unix.POLLOUT
	}
	p.files = append(p.files, file)
	return nil
}

// shut removes a file and closes it.
func (p *poller) shut(fd int) {
	p.remove(fd)
	closeNow(fd)
}

// remove removes a file.
func (p *poller) remove(fd int) {
	p.files = slices.DeleteFunc(p.files, func(f unix.PollFd) bool { return f.Fd == int32(fd) })
}

// wait waits until files are ready, or until a time: then it returns none. A zero time is
// never.
func (p *poller) wait(until time.Time) ([]int32, error) {
	for {
		timeout := -1
		if !until.IsZero() {
			timeout = int(max(0, time.Until(until).Milliseconds()))
		}
		if _, err := unix.Poll(p.files, timeout); err != unix.EINTR {
			return p.list(), err
		}
	}
}

// now returns what is ready now.
func (p *poller) now() []int32 {
	ready, _ := p.wait(time.Now())
	return ready
}

func (p *poller) list() []int32 {
	p.ready = p.ready[:0]
	for _, f := range p.files {
		if f.Revents != 0 {
			p.ready = append(p.ready, f.Fd)
		}
	}
	return p.ready
}

func readNow(fd int, b []byte) (int, error)  { return syscall.Read(fd, b) }
func writeNow(fd int, b []byte) (int, error) { return syscall.Write(fd, b) }
func closeNow(fd int)                        { syscall.Close(fd) }

// block says that a file blocks, or that it does not.
func block(fd int, blocks bool) error { return syscall.SetNonblock(fd, !blocks) }

// pipe makes a pipe that does not block.
func pipe() (read, write int, err error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	var ends [2]int
	if err = syscall.Pipe(ends[:]); err == nil {
		for _, fd := range ends {
			syscall.CloseOnExec(fd)
			syscall.SetNonblock(fd, true)
		}
	}
	return ends[0], ends[1], err
}

// statusOf waits for the end of a process.
func statusOf(pid int) (status syscall.WaitStatus) {
	for {
		if _, err := syscall.Wait4(pid, &status, 0, nil); err != syscall.EINTR {
			return status
		}
	}
}

// resize does nothing, and waiting is 0: what nobody has read yet of a pipe is not known here at
// its other end.
func resize(int, int) {}
func waiting(int) int { return 0 }

// pidfdOf returns a closed file: there is none that tells of the end of a process.
func pidfdOf(*syscall.SysProcAttr) *int {
	pidfd := closed
	return &pidfd
}
