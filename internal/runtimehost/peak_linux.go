package runtimehost

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
)

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
