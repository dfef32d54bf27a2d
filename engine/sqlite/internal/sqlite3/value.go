package sqlite3

import (
	"runtime"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"sqlambda/event"
)

// Values are read and written where SQLite has them: a call of sqlite3_column_… or
// sqlite3_bind_… enters a mutex and checks for misuse each time, which takes longer than what
// it is for. Only what is to be converted goes through SQLite.

// valueOf reads a value. Its text is valid as long as the value is. One that is text and a
// number is a number: https://sqlite.org/c3ref/value_blob.html.
func valueOf(tls *libc.TLS, v *lib.Tsqlite3_value) event.Value {
	switch flags := v.Fflags; {
	case flags&lib.MEM_Null != 0:
		return event.Value{}
	case flags&lib.MEM_Int != 0:
		return event.IntegerValue(*integerIn(v))
	case flags&lib.MEM_Real != 0:
		return event.RealValue(v.Fu.Fr)
	case flags&lib.MEM_IntReal != 0:
		return event.RealValue(float64(*integerIn(v)))
	case flags&lib.MEM_Str != 0:
		return event.TextValue(Text(bytesOf(tls, v)))
	default:
		return event.BlobValue(Text(bytesOf(tls, v)))
	}
}

// integerIn is where the integer of a value that has one is.
func integerIn(v *lib.Tsqlite3_value) *int64 { return (*int64)(unsafe.Pointer(&v.Fu)) }

// bytesOf is a view of a blob, or of the text of any other value.
func bytesOf(tls *libc.TLS, v *lib.Tsqlite3_value) []byte {
	switch v.Fflags & (lib.MEM_Str | lib.MEM_Blob | lib.MEM_Zero) {
	case lib.MEM_Str:
		if v.Fenc == lib.SQLITE_UTF8 { // that of a database need not be
			return sliceAt[byte](v.Fz, v.Fn)
		}
	case lib.MEM_Blob:
		return sliceAt[byte](v.Fz, v.Fn)
	}
	p, read := uintptr(unsafe.Pointer(v)), lib.Xsqlite3_value_text
	if v.Fflags&lib.MEM_Blob != 0 {
		read = lib.Xsqlite3_value_blob
	}
	text := read(tls, p)
	return sliceAt[byte](text, lib.Xsqlite3_value_bytes(tls, p))
}

// mustBeReleased are the flags of a value with something to release before it is overwritten.
const mustBeReleased = lib.MEM_Agg | lib.MEM_Dyn

// overwrite puts a value in the place of one that has nothing to release. SQLite does not
// copy the text (SQLITE_STATIC). It returns false if SQLite has to see to a text, which is
// too long or is to be converted. NaN is NULL.
func overwrite(out *lib.Tsqlite3_value, v event.Value) bool {
	switch v.Kind {
	case event.Integer:
		*integerIn(out), out.Fflags = v.Integer(), lib.MEM_Int
	case event.Real:
		if out.Fu.Fr, out.Fflags = v.Real(), lib.MEM_Real; out.Fu.Fr != out.Fu.Fr {
			out.Fflags = lib.MEM_Null
		}
	case event.Text, event.Blob:
		db := objectAt[lib.Tsqlite3](out.Fdb)
		if len(v.Text) > int(db.FaLimit[lib.SQLITE_LIMIT_LENGTH]) || v.Kind == event.Text && db.Fenc != lib.SQLITE_UTF8 {
			return false
		}
		out.Fz, out.Fn, out.Fenc, out.Fflags = addressOf(v.Text), int32(len(v.Text)), db.Fenc, lib.MEM_Str|lib.MEM_Static
		if v.Kind == event.Blob {
			out.Fflags = lib.MEM_Blob | lib.MEM_Static
		}
	default:
		out.Fflags = lib.MEM_Null
	}
	return true
}

// Arguments are what a function is called with, counted from 0. They are valid until it
// returns: https://sqlite.org/c3ref/value_blob.html.
type Arguments struct {
	tls    *libc.TLS
	values []*lib.Tsqlite3_value
}

func argumentsAt(tls *libc.TLS, n int32, argv uintptr) Arguments {
	return Arguments{tls, sliceAt[*lib.Tsqlite3_value](argv, n)}
}

// Len is their number.
func (a Arguments) Len() int { return len(a.values) }

// Value is an argument. Its text is not copied: it is valid as long as the argument.
func (a Arguments) Value(i int) event.Value { return valueOf(a.tls, a.values[i]) }

// Bytes is a view of a blob, or of the text of any other value.
func (a Arguments) Bytes(i int) []byte { return bytesOf(a.tls, a.values[i]) }

// Text is Bytes as a string. It is valid as long as the argument.
func (a Arguments) Text(i int) string { return Text(a.Bytes(i)) }

// Integer is an argument as an integer.
func (a Arguments) Integer(i int) int64 {
	return lib.Xsqlite3_value_int64(a.tls, uintptr(unsafe.Pointer(a.values[i])))
}

// Real is an argument as a real number.
func (a Arguments) Real(i int) float64 {
	return lib.Xsqlite3_value_double(a.tls, uintptr(unsafe.Pointer(a.values[i])))
}

// Result is what a function returns, or a virtual table's column:
// https://sqlite.org/c3ref/result_blob.html. It is NULL until it is set.
type Result struct {
	tls     *libc.TLS
	context uintptr
}

// Set sets the result. SQLite copies a text, unless it stays where it is until the statement
// has been reset.
func (r Result) Set(v event.Value, stays bool) {
	const transient = ^uintptr(0) // SQLITE_TRANSIENT
	out := objectAt[lib.Tsqlite3_value](objectAt[lib.Tsqlite3_context](r.context).FpOut)
	switch isText := v.Kind == event.Text || v.Kind == event.Blob; {
	case out.Fflags&mustBeReleased == 0 && (stays || !isText) && overwrite(out, v):
	case v.Kind == event.Text:
		lib.Xsqlite3_result_text64(r.tls, r.context, addressOf(v.Text), uint64(len(v.Text)), transient, lib.SQLITE_UTF8)
	case v.Kind == event.Blob:
		lib.Xsqlite3_result_blob64(r.tls, r.context, addressOf(v.Text), uint64(len(v.Text)), transient)
	default:
		lib.Xsqlite3_result_null(r.tls, r.context) // which releases what is there
		overwrite(out, v)
	}
	runtime.KeepAlive(v.Text)
}

// What CreateFunction is told of a function: https://sqlite.org/c3ref/c_deterministic.html.
const (
	// Deterministic is a function that gives the same result for the same arguments: one
	// that an index or a generated column may call.
	Deterministic = lib.SQLITE_DETERMINISTIC
	// DirectOnly is a function that views, triggers and the like cannot call.
	DirectOnly = lib.SQLITE_DIRECTONLY
	// Innocuous is a function that those of a schema which is not trusted may call.
	Innocuous = lib.SQLITE_INNOCUOUS
)

// CreateFunction registers an SQL function in Go, with a number of arguments:
// https://sqlite.org/c3ref/create_function.html.
func (c *Conn) CreateFunction(name string, arguments, flags int, call func(Arguments) (event.Value, error)) error {
	c.registered = append(c.registered, &call)
	return c.failure(withCString(c.tls, name, func(p uintptr) int32 {
		return lib.Xsqlite3_create_function_v2(c.tls, c.db, p, int32(arguments), int32(lib.SQLITE_UTF8|flags),
			addressOfObject(&call), functionPointer(callFunction), 0, 0, 0)
	}))
}

// callFunction is what SQLite calls for all functions in Go.
func callFunction(tls *libc.TLS, context uintptr, n int32, argv uintptr) {
	call := *objectAt[func(Arguments) (event.Value, error)](lib.Xsqlite3_user_data(tls, context))
	v, err := call(argumentsAt(tls, n, argv))
	if err == nil {
		Result{tls, context}.Set(v, false)
		return
	}
	message := err.Error()
	lib.Xsqlite3_result_error(tls, context, addressOf(message), int32(len(message)))
	runtime.KeepAlive(message)
}

// Text is a string that takes bytes over: nobody may change them any more.
func Text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// View is a string's bytes, which may not be changed.
func View(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
