package script

import (
	"os"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// poller tells which of some files are ready. It is an epoll instance, for which Go's own
// poller waits as it does for a socket: https://man7.org/linux/man-pages/man7/epoll.7.html.
// System calls that never wait go past Go's scheduler, whose watching costs more than a short
// answer does.
type poller struct {
	file   *os.File
	raw    syscall.RawConn
	fd     int
	step   func(uintptr) bool // p.look, made once
	until  time.Time          // the deadline of file
	events [4]syscall.EpollEvent
	n      int
	ready  [4]int32
}

// open makes the poller ready for use, once.
func (p *poller) open() (err error) {
	if p.file != nil {
		return nil
	}
	if p.fd, err = syscall.EpollCreate1(syscall.EPOLL_CLOEXEC); err != nil {
		return os.NewSyscallError("epoll_create1", err)
	}
	block(p.fd, false) // for os.NewFile, which then gives it to Go's poller
	p.file = os.NewFile(uintptr(p.fd), "epoll")
	p.step = p.look
	p.raw, err = p.file.SyscallConn()
	return err
}

func (p *poller) close() {
	if p.file != nil {
		p.file.Close()
		p.file = nil
	}
}

// add adds a file, which is ready when it can be read, or written.
func (p *poller) add(fd int, write bool) error {
	event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)}
	if write {
		event.Events = syscall.EPOLLOUT
	}
	return os.NewSyscallError("epoll_ctl", syscall.EpollCtl(p.fd, syscall.EPOLL_CTL_ADD, fd, &event))
}

// shut removes a file and closes it. Closing alone removes it only once no process has it
// open: another worker may be starting one.
func (p *poller) shut(fd int) {
	p.remove(fd)
	closeNow(fd)
}

// remove removes a file.
func (p *poller) remove(fd int) { syscall.EpollCtl(p.fd, syscall.EPOLL_CTL_DEL, fd, nil) }

// wait waits until files are ready, or until a time: then it returns none. A zero time is
// never.
func (p *poller) wait(until time.Time) ([]int32, error) {
	if until != p.until {
		if err := p.file.SetReadDeadline(until); err != nil {
			return nil, err
		}
		p.until = until
	}
	err := p.raw.Read(p.step)
	if err != nil && !p.look(0) {
		return nil, nil // the time is over
	}
	return p.list(), nil
}

// now returns what is ready now.
func (p *poller) now() []int32 {
	p.look(0)
	return p.list()
}

func (p *poller) list() []int32 {
	for i, event := range p.events[:p.n] {
		p.ready[i] = event.Fd
	}
	return p.ready[:p.n]
}

// look asks which files are ready, and reports whether any is.
func (p *poller) look(uintptr) bool {
	n, _, errno := syscall.RawSyscall6(syscall.SYS_EPOLL_PWAIT, uintptr(p.fd), uintptr(unsafe.Pointer(&p.events)), uintptr(len(p.events)), 0, 0, 0)
	if p.n = int(n); errno != 0 {
		p.n = 0
	}
	return p.n > 0
}

// rawCall limits the bytes that one system call moves, to some 10 µs of copying that the
// scheduler does not see.
const rawCall = 64 << 10

func readNow(fd int, b []byte) (int, error)  { return transfer(syscall.SYS_READ, fd, b) }
func writeNow(fd int, b []byte) (int, error) { return transfer(syscall.SYS_WRITE, fd, b) }

// transfer reads or writes a file that does not block.
func transfer(call uintptr, fd int, b []byte) (int, error) {
	b = b[:min(len(b), rawCall)]
	n, _, errno := syscall.RawSyscall(call, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

func closeNow(fd int) { syscall.RawSyscall(syscall.SYS_CLOSE, uintptr(fd), 0, 0) }

// block says that a file blocks, or that it does not.
func block(fd int, blocks bool) error {
	flags, _, errno := syscall.RawSyscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_GETFL, 0)
	if errno == 0 {
		flags &^= syscall.O_NONBLOCK
		if !blocks {
			flags |= syscall.O_NONBLOCK
		}
		_, _, errno = syscall.RawSyscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_SETFL, flags)
	}
	if errno != 0 {
		return errno
	}
	return nil
}

// pipe makes a pipe that does not block.
func pipe() (read, write int, err error) {
	var ends [2]int
	err = syscall.Pipe2(ends[:], syscall.O_CLOEXEC|syscall.O_NONBLOCK)
	return ends[0], ends[1], err
}

// resize sets how much a pipe holds. One of a page can be written to, as the poller sees it,
// only once all of it has been read.
func resize(fd, bytes int) {
	syscall.RawSyscall(syscall.SYS_FCNTL, uintptr(fd), unix.F_SETPIPE_SZ, uintptr(bytes))
}

// waiting is how many bytes of a pipe nobody has read yet.
func waiting(fd int) int {
	var n int32
	syscall.RawSyscall(syscall.SYS_IOCTL, uintptr(fd), unix.TIOCINQ, uintptr(unsafe.Pointer(&n))) // FIONREAD
	return int(n)
}

// statusOf takes the status of a process that has ended.
func statusOf(pid int) (status syscall.WaitStatus) {
	var word int32
	syscall.RawSyscall6(syscall.SYS_WAIT4, uintptr(pid), uintptr(unsafe.Pointer(&word)), 0, 0, 0, 0)
	return syscall.WaitStatus(word)
}

// pidfdOf asks for a descriptor that can be read once the process has ended; it stays closed
// on kernels that have none: https://man7.org/linux/man-pages/man2/pidfd_open.2.html.
func pidfdOf(attributes *syscall.SysProcAttr) *int {
	pidfd := closed
	attributes.PidFD = &pidfd
	attributes.Pdeathsig = syscall.SIGKILL // it ends with the runtime, however that ends
	return &pidfd
}
