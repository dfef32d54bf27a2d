package main

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// dropCache takes files out of the kernel's page cache. If all is set and the process may, it
// drops the whole cache, which holds the libraries of an interpreter too.
func dropCache(files []string, all bool) error {
	syscall.Sync() // what is not written yet stays
	if all {
		if err := os.WriteFile("/proc/sys/vm/drop_caches", []byte("1"), 0); err == nil {
			return nil
		}
	}
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		err = unix.Fadvise(int(file.Fd()), 0, 0, unix.FADV_DONTNEED)
		file.Close()
		if err != nil {
			return &os.PathError{Op: "fadvise", Path: name, Err: err}
		}
	}
	return nil
}
