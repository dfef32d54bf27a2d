package local

import "syscall"

// ownProcess keeps Ctrl-C on a terminal from the process, which is told to end in good
// order, and ends it with this one, however that ends.
func ownProcess() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
