package lambdatest

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

// Usage reads what the running process has used so far.
func (p *Process) Usage() (Usage, error) {
	pid := p.Pid()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return Usage{}, err
	}
	// The second field is the command's name in parentheses and may hold blanks.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 22 {
		return Usage{}, fmt.Errorf("lambdatest: /proc/%d/stat has %d fields", pid, len(fields))
	}
	number := func(i int) int64 { // i counts as proc(5) does, from 1
		n, _ := strconv.ParseInt(string(fields[i-3]), 10, 64)
		return n
	}
	usage := Usage{
		MinorFaults:   number(10),
		MajorFaults:   number(12),
		ResidentBytes: number(24) * int64(os.Getpagesize()),
	}
	usage.CPU, err = cpuTime(pid)
	return usage, err
}

// cpuTime reads the CPU clock of a process: clock_getcpuclockid(3) without libc.
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
