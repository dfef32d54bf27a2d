package main_test

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"
)

// usage is what a process has used so far.
type usage struct {
	cpu      time.Duration // user and system time of all threads
	resident int64         // bytes in RAM now
}

// usageOf reads the usage of a process that runs, on Linux:
// https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html.
func usageOf(pid int) (usage, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return usage{}, err
	}
	// The second field is the command's name in parentheses and may hold blanks.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	number := func(i int) int64 { // i counts as the manual does, from 1
		n, _ := strconv.ParseInt(string(fields[i-3]), 10, 64)
		return n
	}
	const tick = 10 * time.Millisecond
	return usage{time.Duration(number(14)+number(15)) * tick, number(24) * int64(os.Getpagesize())}, nil
}
