package sqlite

import (
	"strconv"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// longestQuery is the number of bytes of a query of FTS5, what MATCH is given: one of
// megabytes takes seconds in which nothing interrupts it, and three times the memory that
// SQLite may use.
const longestQuery = 10_000

// fts5 is FTS5's module with filterFTS5 in the place of its own xFilter. It is the same for
// all connections, and changes under the lock of opening.
var fts5 struct {
	module *lib.Tsqlite3_module
	filter func(tls *libc.TLS, cursor uintptr, index int32, name uintptr, n int32, argv uintptr) int32
}

// boundFTS5 bounds the queries of FTS5, which every connection has a module of.
func (h handle) boundFTS5() {
	for element := connectionAt(h.db).FaModule.Ffirst; element != 0; {
		e := objectAt[lib.THashElem](element)
		m := objectAt[lib.TModule](e.Fdata)
		if libc.GoString(m.FzName) == "fts5" {
			if fts5.module == nil {
				bounded := *objectAt[lib.Tsqlite3_module](m.FpModule)
				fts5.filter = *(*func(*libc.TLS, uintptr, int32, uintptr, int32, uintptr) int32)(unsafe.Pointer(&struct{ uintptr }{bounded.FxFilter}))
				bounded.FxFilter = functionPointer(filterFTS5)
				fts5.module = &bounded
			}
			m.FpModule = addressOfObject(fts5.module)
			return
		}
		element = e.Fnext
	}
}

// filterFTS5 is xFilter: https://sqlite.org/vtab.html#the_xfilter_method.
func filterFTS5(tls *libc.TLS, cursor uintptr, index int32, name uintptr, n int32, argv uintptr) int32 {
	given := arguments{tls, argv, int(n)}
	for i := range given.n {
		if size := lib.Xsqlite3_value_bytes(tls, given.at(i)); size > longestQuery {
			table := objectAt[lib.Sqlite3_vtab](objectAt[lib.Sqlite3_vtab_cursor](cursor).FpVtab)
			lib.Xsqlite3_free(tls, table.FzErrMsg)
			table.FzErrMsg = newCString(tls, "fts5: a query of "+strconv.Itoa(int(size))+" bytes: it may have "+strconv.Itoa(longestQuery))
			return lib.SQLITE_ERROR
		}
	}
	return fts5.filter(tls, cursor, index, name, n, argv)
}
