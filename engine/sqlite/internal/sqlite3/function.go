package sqlite3

import (
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"sqlambda/event"
)

// FunctionFlags say who may call a function, and what SQLite may do with its result:
// https://sqlite.org/c3ref/c_deterministic.html.
type FunctionFlags int32

// The flags.
const (
	// Deterministic is a function that gives the same result for the same arguments: one
	// that an index or a generated column may call.
	Deterministic FunctionFlags = lib.SQLITE_DETERMINISTIC
	// DirectOnly is a function that views, triggers and the like cannot call.
	DirectOnly FunctionFlags = lib.SQLITE_DIRECTONLY
	// Innocuous is a function that those of a schema which is not trusted may call.
	Innocuous FunctionFlags = lib.SQLITE_INNOCUOUS
)

// CreateFunction registers an SQL function in Go, with a number of arguments:
// https://sqlite.org/c3ref/create_function.html.
func (c *Conn) CreateFunction(name string, arguments int, flags FunctionFlags, call func(Arguments) (event.Value, error)) error {
	c.registered = append(c.registered, &call)
	return c.failure(withCString(name, func(p uintptr) int32 {
		return lib.Xsqlite3_create_function_v2(c.tls, c.db, p, int32(arguments), lib.SQLITE_UTF8|int32(flags),
			addressOfObject(&call), functionPointer(callFunction), 0, 0, 0)
	}))
}

// callFunction is what SQLite calls for all functions in Go.
func callFunction(tls *libc.TLS, context uintptr, n int32, argv uintptr) {
	call := *objectAt[func(Arguments) (event.Value, error)](lib.Xsqlite3_user_data(tls, context))
	v, err := call(argumentsAt(tls, n, argv))
	if err != nil {
		Result{tls, context}.fail(err.Error())
		return
	}
	Result{tls, context}.Set(v, false)
}
