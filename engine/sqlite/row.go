package sqlite

import (
	"unsafe"

	lib "modernc.org/sqlite/lib"

	"sqlambda/event"
)

// The values of a row are read where SQLite has them: sqlite3_column_… enters a mutex,
// looks for the value and checks for a lack of memory each time, which takes longer than
// reading it (https://sqlite.org/c3ref/column_blob.html). Only what is to be converted
// goes through them.

// value is a value of the row, nil where there is no row or no such column.
func (s *stmt) value(column int) *lib.Tsqlite3_value {
	if s.row == 0 || uint(column) >= uint(len(s.columns)) {
		return nil
	}
	return objectAt[lib.Tsqlite3_value](s.row + uintptr(column)*unsafe.Sizeof(lib.Tsqlite3_value{}))
}

func (s *stmt) Kind(column int) event.Kind {
	if v := s.value(column); v != nil {
		return kindOf(lib.Xsqlite3_value_type(s.conn.tls, addressOfObject(v)))
	}
	return event.Null
}

func (s *stmt) Integer(column int) int64 {
	if v := s.value(column); v != nil && v.Fflags&lib.MEM_Int != 0 {
		return *(*int64)(unsafe.Pointer(&v.Fu))
	}
	return lib.Xsqlite3_column_int64(s.conn.tls, s.handle, int32(column))
}

func (s *stmt) Real(column int) float64 {
	if v := s.value(column); v != nil && v.Fflags&lib.MEM_Real != 0 {
		return v.Fu.Fr
	}
	return lib.Xsqlite3_column_double(s.conn.tls, s.handle, int32(column))
}

func (s *stmt) Bytes(column int) []byte {
	v := s.value(column)
	if v != nil && isWhole(v) {
		return bytesAt(v.Fz, int(v.Fn))
	}
	read := lib.Xsqlite3_column_blob
	if v != nil && v.Fflags&lib.MEM_Str != 0 {
		read = lib.Xsqlite3_column_text
	}
	p := read(s.conn.tls, s.handle, int32(column))
	return bytesAt(p, int(lib.Xsqlite3_column_bytes(s.conn.tls, s.handle, int32(column))))
}
