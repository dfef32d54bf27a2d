//go:build unix && !linux

package local

import "syscall"

// ownProcess keeps Ctrl-C on a terminal from the process, which is told to end in good
// order. Where this one is killed, the Runtime API is gone, which ends it as well.
func ownProcess() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
