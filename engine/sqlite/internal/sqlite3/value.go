package sqlite3

import (
	"runtime"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"sqlambda/event"
)

// kindOf returns the kind of a value. A value may be text and a number; then it is what it
// was first: https://sqlite.org/c3ref/value_blob.html.
func kindOf(v *lib.Tsqlite3_value) event.Kind {
	switch lib.Xsqlite3_value_type(nil, uintptr(unsafe.Pointer(v))) {
	case lib.SQLITE_INTEGER:
		return event.Integer
	case lib.SQLITE_FLOAT:
		return event.Real
	case lib.SQLITE_TEXT:
		return event.Text
	case lib.SQLITE_BLOB:
		return event.Blob
	default:
		return event.Null
	}
}

// integerIn is the integer of a value that has one.
func integerIn(v *lib.Tsqlite3_value) int64 { return *(*int64)(unsafe.Pointer(&v.Fu)) }

// isWhole reports whether a value's bytes are there as they are to be read: a blob, or
// text that is UTF-8, which that of a database need not be.
func isWhole(v *lib.Tsqlite3_value) bool {
	switch v.Fflags & (lib.MEM_Str | lib.MEM_Blob | lib.MEM_Zero) {
	case lib.MEM_Str:
		return v.Fenc == lib.SQLITE_UTF8
	case lib.MEM_Blob:
		return true
	}
	return false
}

// Arguments are what a function is called with, counted from 0. They are valid until it
// returns: https://sqlite.org/c3ref/value_blob.html.
type Arguments struct {
	tls  *libc.TLS
	argv uintptr // sqlite3_value**
	n    int
}

// Len is their number.
func (a Arguments) Len() int { return a.n }

func (a Arguments) at(i int) uintptr { return *objectAt[uintptr](a.argv + uintptr(i)*wordSize) }

// Kind is the kind of an argument.
func (a Arguments) Kind(i int) event.Kind { return kindOf(objectAt[lib.Tsqlite3_value](a.at(i))) }

// IsNull reports whether an argument is NULL.
func (a Arguments) IsNull(i int) bool { return a.Kind(i) == event.Null }

// Integer is an argument as an integer.
func (a Arguments) Integer(i int) int64 { return lib.Xsqlite3_value_int64(a.tls, a.at(i)) }

// Real is an argument as a real number.
func (a Arguments) Real(i int) float64 { return lib.Xsqlite3_value_double(a.tls, a.at(i)) }

// Bytes is a view of a blob, or of the text of any other value.
func (a Arguments) Bytes(i int) []byte {
	p := a.at(i)
	v := objectAt[lib.Tsqlite3_value](p)
	if isWhole(v) {
		return sliceAt[byte](v.Fz, v.Fn)
	}
	read := lib.Xsqlite3_value_blob
	if v.Fflags&lib.MEM_Blob == 0 {
		read = lib.Xsqlite3_value_text
	}
	p = read(a.tls, p)
	return sliceAt[byte](p, lib.Xsqlite3_value_bytes(a.tls, a.at(i)))
}

// View is Bytes as a string. It is valid as long as the argument.
func (a Arguments) View(i int) string { return Text(a.Bytes(i)) }

// Text is a copy of Bytes.
func (a Arguments) Text(i int) string { return string(a.Bytes(i)) }

// Value is an argument. Its text is not copied: it is valid as long as the argument. Asking
// for the text of a number may change the kind of the argument, not that of the value.
func (a Arguments) Value(i int) event.Value {
	switch kind := a.Kind(i); kind {
	case event.Integer:
		return event.IntegerValue(a.Integer(i))
	case event.Real:
		return event.RealValue(a.Real(i))
	case event.Text, event.Blob:
		return event.Value{Kind: kind, Text: a.View(i)}
	default:
		return event.Value{}
	}
}

// transient has SQLite copy what it is given: SQLITE_TRANSIENT.
const transient = ^uintptr(0)

// Result is what a function returns, or a virtual table's column:
// https://sqlite.org/c3ref/result_blob.html. It is NULL until it is set.
type Result struct {
	tls     *libc.TLS
	context uintptr
}

// Set sets the result; SQLite copies a text.
func (r Result) Set(v event.Value) {
	switch v.Kind {
	case event.Integer:
		lib.Xsqlite3_result_int64(r.tls, r.context, v.Integer())
	case event.Real:
		r.SetReal(v.Real())
	case event.Text:
		lib.Xsqlite3_result_text64(r.tls, r.context, addressOf(v.Text), uint64(len(v.Text)), transient, lib.SQLITE_UTF8)
	case event.Blob:
		lib.Xsqlite3_result_blob64(r.tls, r.context, addressOf(v.Text), uint64(len(v.Text)), transient)
	default:
		lib.Xsqlite3_result_null(r.tls, r.context)
	}
	runtime.KeepAlive(v.Text)
}

// SetStatic sets the result to a text that stays where it is until the statement has been
// reset, so that SQLite does not copy it (SQLITE_STATIC) but for what it keeps for longer.
func (r Result) SetStatic(text string) {
	lib.Xsqlite3_result_text64(r.tls, r.context, addressOf(text), uint64(len(text)), 0, lib.SQLITE_UTF8)
}

// SetReal is sqlite3_result_double without its calls: if the result holds nothing to
// release, the number is written into it. NaN is NULL.
func (r Result) SetReal(x float64) {
	out := objectAt[lib.Tsqlite3_value](objectAt[lib.Tsqlite3_context](r.context).FpOut)
	if out.Fflags&(lib.MEM_Agg|lib.MEM_Dyn) != 0 || x != x {
		lib.Xsqlite3_result_double(r.tls, r.context, x)
		return
	}
	out.Fu.Fr, out.Fflags = x, lib.MEM_Real
}

// fail makes the function, and so the statement, fail.
func (r Result) fail(message string) {
	lib.Xsqlite3_result_error(r.tls, r.context, addressOf(message), int32(len(message)))
	runtime.KeepAlive(message)
}

// Text is a string that takes bytes over: nobody may change them any more.
func Text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// View is a string's bytes, which may not be changed.
func View(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
