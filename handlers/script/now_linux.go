package script

import (
	"syscall"
	"unsafe"
)

// rawCall limits the bytes that one system call moves, to some 10 µs of copying that the
// scheduler does not see.
const rawCall = 64 << 10

// readNow and writeNow read and write a file that does not block. Since they never wait,
// they need not tell Go's scheduler, whose watching costs more than a short answer.
func readNow(fd int, b []byte) (int, error)  { return transfer(syscall.SYS_READ, fd, b) }
func writeNow(fd int, b []byte) (int, error) { return transfer(syscall.SYS_WRITE, fd, b) }

func transfer(call uintptr, fd int, b []byte) (int, error) {
	b = b[:min(len(b), rawCall)]
	n, _, errno := syscall.RawSyscall(call, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}
