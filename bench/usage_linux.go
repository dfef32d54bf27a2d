package main

import (
	"os"
	"syscall"
	"time"
	"unsafe"
)

// cpuTime returns the user and system time of all threads of a process, to the nanosecond. It
// reads the process's CPU clock, clock_getcpuclockid(3); getrusage knows only of processes that
// have ended.
func cpuTime(pid int) (time.Duration, error) {
	const cpuclockSched = 2
	clock := ^uintptr(pid)<<3 | cpuclockSched
	var t syscall.Timespec
	_, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clock, uintptr(unsafe.Pointer(&t)), 0)
	if errno != 0 {
		return 0, os.NewSyscallError("clock_gettime", errno)
	}
	return time.Duration(t.Nano()), nil
}
