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

// PeakBytes reads the most memory that the running process has had in RAM.
func (p *Process) PeakBytes() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Pid()))
	if err != nil {
		return 0, err
	}
	_, rest, _ := bytes.Cut(status, []byte("\nVmHWM:"))
	fields := bytes.Fields(rest[:min(len(rest), 64)])
	if len(fields) == 0 { // it has ended
		return 0, os.ErrProcessDone
	}
	kilobytes, err := strconv.ParseInt(string(fields[0]), 10, 64)
	return kilobytes << 10, err
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
