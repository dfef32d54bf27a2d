package sqlite3

import (
	"cmp"
	"math/bits"
	"sync"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// Lookaside memory serves the short-lived allocations of a connection. SQLite's default of
// 40 KiB is written to whole when a connection opens; what a handler's statements use of it
// fits in less.
const (
	lookasideSize  = 512 // bytes of a slot
	lookasideSlots = 24
)

// configured says that SQLite is set up, which is done once for the process.
var configured sync.Once

// configure sets up SQLite for the whole process, before its first connection:
// https://sqlite.org/c3ref/c_config_covering_index_scan.html. Heap limits all of its memory,
// in bytes; 0 sets no limit: https://sqlite.org/c3ref/hard_heap_limit64.html.
func configure(tls *libc.TLS, heap int64) (code int32) {
	configured.Do(func() {
		code = config(tls, lib.SQLITE_CONFIG_LOOKASIDE, int32(lookasideSize), int32(lookasideSlots))
		if heap > 0 { // only counted memory can be limited
			code = cmp.Or(code, countMemory(tls, heap), config(tls, lib.SQLITE_CONFIG_MEMSTATUS, int32(1)), lib.Xsqlite3_initialize(tls))
			lib.Xsqlite3_hard_heap_limit64(tls, heap)
		}
	})
	return code
}

func config(tls *libc.TLS, option int32, args ...any) int32 {
	list := libc.NewVaList(args...)
	defer libc.Xfree(tls, list)
	return lib.Xsqlite3_config(tls, option, list)
}

// countMemory has SQLite count the memory that its allocations take, and not that which
// it asks for: a page of 4 KiB and what SQLite keeps with it take 8 KiB of
// modernc.org/memory, whose sizes are powers of two. A limit of what is asked for would
// let it take twice as much: https://sqlite.org/c3ref/mem_methods.html.
func countMemory(tls *libc.TLS, heap int64) int32 {
	m := new(lib.Tsqlite3_mem_methods)
	code := config(tls, lib.SQLITE_CONFIG_GETMALLOC, addressOfObject(m))
	m.FxRoundup = functionPointer(roundUp)
	reallocate = *(*func(*libc.TLS, uintptr, int32) uintptr)(unsafe.Pointer(&struct{ uintptr }{m.FxRealloc}))
	mostReallocated = heap / 16 * 15
	m.FxRealloc = functionPointer(reallocWithin)
	return cmp.Or(code, config(tls, lib.SQLITE_CONFIG_MALLOC, addressOfObject(m)))
}

// reallocate is SQLite's own xRealloc; mostReallocated is how many bytes the old and the new
// allocation may have together. Both are set once, before the first connection.
var (
	reallocate      func(tls *libc.TLS, p uintptr, n int32) uintptr
	mostReallocated int64
)

// reallocWithin is xRealloc. While it copies there are two allocations, of which SQLite counts
// one.
func reallocWithin(tls *libc.TLS, p uintptr, n int32) uintptr {
	const header = 8 // in which SQLite keeps the size
	if *objectAt[int64](p - header)+int64(n) > mostReallocated {
		return 0
	}
	return reallocate(tls, p, n)
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
