// Package sqlite3 is SQLite's C interface (https://sqlite.org/c3ref/intro.html) as Go
// types: connections (conn.go), statements (stmt.go), the values that they and functions
// exchange, with functions in Go (value.go), and virtual tables in Go (vtab.go).
//
// It calls modernc.org/sqlite/lib, which is SQLite translated to Go, and is the only package
// that deals in addresses: SQLite keeps what it allocates outside of Go's heap, and is given
// addresses of Go's objects. Go does not move what is on its heap. What SQLite keeps the
// address of stays reachable from the Conn or Stmt for as long as SQLite may follow it.
//
// Where a call would cost more than what it does, SQLite's structures are read and written in
// place: the values of a row, those that are bound, those that are returned.
//
// Limits: a Conn is used by one goroutine at a time, but for Interrupt. Texts are UTF-8.
package sqlite3

import (
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// Version is the version of SQLite: "3.54.1".
const Version = lib.SQLITE_VERSION

// objectAt returns the object at an address: SQLite's own, or one of Go's that SQLite was given.
func objectAt[T any](address uintptr) *T {
	return (*T)(*(*unsafe.Pointer)(unsafe.Pointer(&address)))
}

// sliceAt is a view of n elements of SQLite's memory.
func sliceAt[T any, N int | int32](address uintptr, n N) []T {
	if address == 0 || n <= 0 {
		return nil
	}
	return unsafe.Slice(objectAt[T](address), n)
}

// What an address is taken of must not be on a stack, which moves: an assignment that never
// happens has the compiler put it on the heap.
var (
	never bool
	//lint:ignore U1000 it is assigned, which is what it is for
	escaped any
)

// addressOfObject returns the address of an object. The caller keeps it reachable.
func addressOfObject[T any](object *T) uintptr {
	if never {
		escaped = object
	}
	return uintptr(unsafe.Pointer(object))
}

// addressOf returns the address of a string's bytes. The caller keeps s reachable for as
// long as SQLite may read them.
func addressOf(s string) uintptr {
	if never {
		escaped = s
	}
	if s == "" {
		s = "\x00" // as no address would stand for NULL
	}
	return uintptr(unsafe.Pointer(unsafe.StringData(s)))
}

// functionPointer returns the C function pointer of a function declaration, by the calling
// convention of modernc.org/libc: the address of the word that holds the function's code
// pointer. Closures have none.
func functionPointer[F any](f F) uintptr {
	return *(*uintptr)(unsafe.Pointer(&struct{ f F }{f}))
}

// newCString copies a text, with the NUL that ends it, into memory that SQLite can free.
// It returns 0 if there is no memory.
func newCString(tls *libc.TLS, text string) uintptr {
	p := lib.Xsqlite3_malloc(tls, int32(len(text)+1))
	if p != 0 {
		b := sliceAt[byte](p, len(text)+1)
		b[copy(b, text)] = 0
	}
	return p
}

// withCString calls use with the address of a C string, which is not on Go's heap: its end is
// looked for by reading beyond it.
func withCString(tls *libc.TLS, text string, use func(p uintptr) int32) int32 {
	p := newCString(tls, text)
	if p == 0 {
		return lib.SQLITE_NOMEM
	}
	defer lib.Xsqlite3_free(tls, p)
	return use(p)
}
