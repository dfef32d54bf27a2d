//go:build !unix

package local

import "syscall"

// ownProcess has nothing to set here.
func ownProcess() *syscall.SysProcAttr { return nil }
