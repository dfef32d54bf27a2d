package sqlite

import (
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"sqlambda/event"
)

// kindOf returns the kind of value that one of SQLite's type codes is:
// https://sqlite.org/c3ref/c_blob.html.
func kindOf(code int32) event.Kind {
	switch code {
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

// arguments are what a function is called with, counted from 0. They are valid
// until it returns. https://sqlite.org/c3ref/value_blob.html
type arguments struct {
	tls  *libc.TLS
	argv uintptr // sqlite3_value**
	n    int
}

func (a arguments) at(i int) uintptr { return *addressAt(a.argv + uintptr(i)*wordSize) }

func (a arguments) kind(i int) event.Kind { return kindOf(lib.Xsqlite3_value_type(a.tls, a.at(i))) }

func (a arguments) isNull(i int) bool { return a.kind(i) == event.Null }

func (a arguments) real(i int) float64 { return lib.Xsqlite3_value_double(a.tls, a.at(i)) }

// bytes is a view of a blob, or of the text of any other value.
func (a arguments) bytes(i int) []byte {
	v := objectAt[lib.Tsqlite3_value](a.at(i))
	if isWhole(v) {
		return bytesAt(v.Fz, int(v.Fn))
	}
	read := lib.Xsqlite3_value_blob
	if v.Fflags&lib.MEM_Str != 0 {
		read = lib.Xsqlite3_value_text
	}
	p := read(a.tls, a.at(i))
	return bytesAt(p, int(lib.Xsqlite3_value_bytes(a.tls, a.at(i))))
}

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

func (a arguments) text(i int) string { return string(a.bytes(i)) }

// message is the text of an argument as far as a log or an error has use for it.
func (a arguments) message(i int) string {
	const most = 512 << 10
	b := a.bytes(i)
	return string(b[:min(len(b), most)])
}

// value is a copy of an argument. Asking for the text of a number may change the
// kind of the argument, not that of the copy.
func (a arguments) value(i int) event.Value {
	switch a.kind(i) {
	case event.Integer:
		return event.IntegerValue(lib.Xsqlite3_value_int64(a.tls, a.at(i)))
	case event.Real:
		return event.RealValue(a.real(i))
	case event.Text:
		return event.TextValue(a.text(i))
	case event.Blob:
		return event.BlobValue(a.text(i))
	default:
		return event.Value{}
	}
}

// view is an argument without a copy: its text is valid as long as the argument.
func (a arguments) view(i int) event.Value {
	kind := a.kind(i)
	if kind != event.Text && kind != event.Blob {
		return a.value(i)
	}
	b := a.bytes(i)
	return event.Value{Kind: kind, Text: unsafe.String(unsafe.SliceData(b), len(b))}
}

// transient has SQLite copy what it is given: SQLITE_TRANSIENT.
const transient = ^uintptr(0)

// setResult sets what a function returns: https://sqlite.org/c3ref/result_blob.html.
func setResult(tls *libc.TLS, context uintptr, v event.Value) {
	switch v.Kind {
	case event.Integer:
		lib.Xsqlite3_result_int64(tls, context, v.Integer())
	case event.Real:
		setReal(tls, context, v.Real())
	case event.Text:
		lib.Xsqlite3_result_text64(tls, context, addressOf(v.Text), uint64(len(v.Text)), transient, lib.SQLITE_UTF8)
	case event.Blob:
		lib.Xsqlite3_result_blob64(tls, context, addressOf(v.Text), uint64(len(v.Text)), transient)
	default:
		lib.Xsqlite3_result_null(tls, context)
	}
}

// setReal is sqlite3_result_double, for most values without its calls: where there is
// nothing to release, the number is put where the result goes. NaN is NULL.
func setReal(tls *libc.TLS, context uintptr, x float64) {
	out := objectAt[lib.Tsqlite3_value](objectAt[lib.Tsqlite3_context](context).FpOut)
	if out.Fflags&(lib.MEM_Agg|lib.MEM_Dyn) != 0 || x != x {
		lib.Xsqlite3_result_double(tls, context, x)
		return
	}
	out.Fu.Fr, out.Fflags = x, lib.MEM_Real
}
