package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"
)

// usage is what a process has used since it started.
type usage struct {
	cpu      time.Duration
	children time.Duration // CPU time of those that it has started, where that is asked for
	faults   int64         // page faults, minor and major
	major    int64         // those that wait for a disk
	peak     int64         // bytes of memory in RAM at most: VmHWM
	resident int64         // and now: VmRSS
}

// usageOf reads the usage of a process once all of its threads sleep.
func usageOf(pid int) (usage, error) {
	if err := settle(pid); err != nil {
		return usage{}, err
	}
	var u usage
	var err error
	if u.cpu, err = cpuTime(pid); err != nil {
		return u, err
	}
	fields, err := statFields(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return u, err
	}
	const minor, major = 10, 12
	u.major = number(fields[major])
	u.faults = number(fields[minor]) + u.major
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return u, err
	}
	u.peak, u.resident = kilobytes(status, "VmHWM:"), kilobytes(status, "VmRSS:")
	return u, nil
}

// childrenOf returns the CPU time of the processes that a process has started: of those that
// run, and of those that it has waited for, to a hundredth of a second.
func childrenOf(pid int) (time.Duration, error) {
	fields, err := statFields(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	const user, system, ticks = 16, 17, 100
	all := time.Duration(number(fields[user])+number(fields[system])) * time.Second / ticks
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue // a thread that has ended
		}
		for _, child := range bytes.Fields(text) {
			if cpu, err := cpuTime(int(number(string(child)))); err == nil {
				all += cpu
			}
		}
	}
	return all, err
}

// settle waits until every thread of a process sleeps. A request arrives before the thread
// that sent it waits for the answer.
func settle(pid int) error {
	for {
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
		if err != nil || len(threads) == 0 {
			return fmt.Errorf("process %d has ended", pid)
		}
		running := false
		for _, thread := range threads {
			const state = 3
			fields, err := statFields(thread)
			running = running || err == nil && fields[state] == "R"
		}
		if !running {
			return nil
		}
		runtime.Gosched()
	}
}

// statFields returns the fields of proc(5)'s stat, counted from 1 as there. It leaves out the
// second, the command's name in parentheses, which may hold blanks.
func statFields(path string) ([]string, error) {
	stat, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	fields := make([]string, 3) // the third is the first after the name
	for _, field := range bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:]) {
		fields = append(fields, string(field))
	}
	if len(fields) < 25 {
		return nil, fmt.Errorf("%s has %d fields", path, len(fields))
	}
	return fields, nil
}

func number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}

// kilobytes returns the number on a line of /proc/PID/status, in bytes.
func kilobytes(status []byte, name string) int64 {
	_, rest, _ := bytes.Cut(status, []byte(name))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	return number(string(fields[0])) << 10
}
