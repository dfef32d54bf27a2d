package sqlite

import (
	"math/bits"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// countMemory has SQLite count the memory that its allocations take, and not that which
// it asks for: a page of 4 KiB and what SQLite keeps with it take 8 KiB of
// modernc.org/memory, whose sizes are powers of two. A limit of what is asked for would
// let it take twice as much.
// https://sqlite.org/c3ref/mem_methods.html
func countMemory(tls *libc.TLS) error {
	methods := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(lib.Tsqlite3_mem_methods{})))
	defer libc.Xfree(tls, methods)
	if err := config(tls, lib.SQLITE_CONFIG_GETMALLOC, methods); err != nil {
		return err
	}
	objectAt[lib.Tsqlite3_mem_methods](methods).FxRoundup = functionPointer(roundUp)
	return config(tls, lib.SQLITE_CONFIG_MALLOC, methods)
}

// roundUp is xRoundup: what an allocation of n bytes can hold.
func roundUp(_ *libc.TLS, n int32) int32 {
	const (
		header  = 8 // in which SQLite keeps the size
		largest = 16 << 10
		page    = 64 << 10
		ofPage  = 64 // that the allocator keeps of it, at most
	)
	switch size := uint32(n) + header; {
	case size <= 16:
		return 16 - header
	case size <= largest:
		return 1<<bits.Len32(size-1) - header
	case size <= page-ofPage:
		return page - ofPage - header
	}
	return (n + 7) &^ 7
}
