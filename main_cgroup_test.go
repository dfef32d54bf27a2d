package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// limited is a command that becomes the bootstrap in a cgroup of so many bytes, page cache
// included: the kernel kills what needs more, as Lambda's does. Where this machine does not
// let a test make a cgroup, the bootstrap runs without one.
// https://docs.kernel.org/admin-guide/cgroup-v2.html#memory
func limited(t *testing.T, bytes int) *exec.Cmd {
	t.Helper()
	group, err := newCgroup(t, map[string]string{
		"memory.max": strconv.Itoa(bytes), "memory.swap.max": "0", // of version 2
		"memory.limit_in_bytes": strconv.Itoa(bytes), "memory.swappiness": "0", // of version 1
	})
	if err != nil {
		t.Log("no cgroup limits the memory, only what the process takes is checked: ", err)
		return exec.Command(bootstrap)
	}
	return exec.Command("/bin/sh", "-c", `echo $$ >"$0/cgroup.procs" && exec "$1"`, group, bootstrap)
}

// newCgroup makes a cgroup for the test, with settings of which it has one half.
func newCgroup(t *testing.T, settings map[string]string) (folder string, err error) {
	parent := "/sys/fs/cgroup/memory" // version 1
	if controllers, err := os.ReadFile("/sys/fs/cgroup/cgroup.controllers"); err == nil {
		if parent = "/sys/fs/cgroup"; !strings.Contains(string(controllers), "memory") {
			return "", fmt.Errorf("%s has no memory controller", parent)
		}
		if err := os.WriteFile(parent+"/cgroup.subtree_control", []byte("+memory"), 0o644); err != nil {
			return "", err
		}
	}
	if _, err := os.Stat(parent + "/cgroup.procs"); err != nil {
		return "", err
	}
	if folder, err = os.MkdirTemp(parent, "sqlambda"); err != nil {
		return "", err
	}
	t.Cleanup(func() { removeCgroup(t, folder) })
	made := 0
	for name, value := range settings {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			continue
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(value), 0o644); err != nil {
			return "", err
		}
		made++
	}
	if made != len(settings)/2 {
		return "", fmt.Errorf("%s has no limit of memory", folder)
	}
	return folder, exec.Command("/bin/sh", "-c", `echo $$ >"$0/cgroup.procs"`, folder).Run() // a container may forbid it
}

// removeCgroup removes a cgroup once the kernel has seen its last process end.
func removeCgroup(t *testing.T, folder string) {
	var err error
	for range 500 {
		if err = os.Remove(folder); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error(err)
}
