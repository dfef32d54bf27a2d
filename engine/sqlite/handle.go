package sqlite

import (
	"sync"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
	"zombiezen.com/go/sqlite"

	"sqlambda/engine"
)

// handle is a connection as the C API knows it: for the calls that package
// zombiezen.com/go/sqlite has no method for, and for those that must not copy.
type handle struct {
	tls *libc.TLS
	db  uintptr // sqlite3*
}

// openHandle opens a connection and returns it with its handle. SQLite tells
// the handle itself: an automatic extension is called with every connection
// that opens (https://sqlite.org/c3ref/auto_extension.html).
//
// SQLite is configured before anything else is asked of it, a VFS included.
func openHandle(d database, config *engine.Config) (*sqlite.Conn, handle, error) {
	opening.Lock()
	defer opening.Unlock()
	if err := configure(config.Memory); err != nil {
		return nil, handle{}, err
	}
	d, err := d.withClock(config.Now)
	if err != nil {
		return nil, handle{}, err
	}
	conn, err := sqlite.OpenConn(d.uri, d.flags)
	if err == nil {
		opening.handle.boundFunctions()
		opening.handle.boundFTS5()
	}
	return conn, opening.handle, err
}

// opening is locked while a connection opens or closes. Package zombiezen.com/go/sqlite
// knows what belongs to a connection by its address, and forgets it after SQLite has
// freed that: a connection that opened there in between would lose its own.
var opening struct {
	sync.Mutex
	configured bool
	handle     handle
}

// closeHandle closes a connection.
func closeHandle(conn *sqlite.Conn) error {
	opening.Lock()
	defer opening.Unlock()
	return conn.Close()
}

// keepHandle is the automatic extension; SQLite calls it with opening locked.
func keepHandle(tls *libc.TLS, db, _, _ uintptr) int32 {
	opening.handle = handle{tls, db}
	return lib.SQLITE_OK
}

// Lookaside memory serves the short-lived allocations of a connection. SQLite's
// default of 40 KiB is written to whole when a connection opens; what a
// handler's statements use of it fits in less.
const (
	lookasideSize  = 512 // bytes of a slot
	lookasideSlots = 24
)

// configure sets up SQLite for the whole process, once: it cannot be changed
// after the first connection. Heap is the limit of all its memory, in bytes; 0
// sets none. See https://sqlite.org/c3ref/c_config_covering_index_scan.html and
// https://sqlite.org/c3ref/hard_heap_limit64.html.
func configure(heap int64) error {
	if opening.configured {
		return nil
	}
	opening.configured = true
	tls := libc.NewTLS()
	defer tls.Close()
	if err := config(tls, lib.SQLITE_CONFIG_LOOKASIDE, int32(lookasideSize), int32(lookasideSlots)); err != nil {
		return err
	}
	if heap > 0 {
		if err := countMemory(tls); err != nil {
			return err
		}
		// Only counted memory can be limited.
		if err := config(tls, lib.SQLITE_CONFIG_MEMSTATUS, int32(1)); err != nil {
			return err
		}
	}
	if code := sqlite.ResultCode(lib.Xsqlite3_auto_extension(tls, functionPointer(keepHandle))); !code.IsSuccess() {
		return code.ToError()
	}
	if heap > 0 {
		lib.Xsqlite3_hard_heap_limit64(tls, heap)
	}
	return nil
}

func config(tls *libc.TLS, option int32, args ...any) error {
	list := libc.NewVaList(args...)
	defer libc.Xfree(tls, list)
	return sqlite.ResultCode(lib.Xsqlite3_config(tls, option, list)).ToError()
}

// setDefensive keeps SQL from writing to the database's file but by SQL:
// https://sqlite.org/c3ref/c_dbconfig_defensive.html#sqlitedbconfigdefensive.
func (h handle) setDefensive() error { return h.configure(lib.SQLITE_DBCONFIG_DEFENSIVE, 1) }

// distrustSchema keeps views, triggers, indexes and the like, which may be those of a
// database that is not the function's own, from calling functions and reading virtual
// tables that could do harm:
// https://sqlite.org/c3ref/c_dbconfig_defensive.html#sqlitedbconfigtrustedschema.
func (h handle) distrustSchema() error { return h.configure(lib.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0) }

// configure sets an option of the connection. The second argument of SQLite's call is where
// it writes what is set; zombiezen.com/go/sqlite v1.4.2 leaves it out, and SQLite then writes
// to wherever the memory behind the first one points.
func (h handle) configure(option, value int32) error {
	list := libc.NewVaList(value, uintptr(0))
	defer libc.Xfree(h.tls, list)
	return sqlite.ResultCode(lib.Xsqlite3_db_config(h.tls, h.db, option, list)).ToError()
}

// functionPointer returns the C function pointer of a function declaration, by
// the calling convention of modernc.org/libc: the address of the word that
// holds the function's code pointer. Closures have none.
func functionPointer[F any](f F) uintptr {
	return *(*uintptr)(unsafe.Pointer(&struct{ f F }{f}))
}

// lastStatement returns the handle of the statement that was prepared last: a
// connection's list of statements begins with it.
func (h handle) lastStatement() uintptr { return h.olderStatement(0) }

// olderStatement goes on in the list: https://sqlite.org/c3ref/next_stmt.html.
func (h handle) olderStatement(s uintptr) uintptr { return lib.Xsqlite3_next_stmt(h.tls, h.db, s) }

// preparedFrom returns the handle of the statement that text has become, since
// before was the last one; 0 where it holds none. It need not be the last: a table
// of R*Tree that it names first prepares statements of its own.
func (h handle) preparedFrom(text string, before uintptr) uintptr {
	for s := h.lastStatement(); s != before; s = h.olderStatement(s) {
		if libc.GoString(lib.Xsqlite3_sql(h.tls, s)) == text {
			return s
		}
	}
	return 0
}

// forgetChanges makes last_insert_rowid() and changes() 0, as on a connection that
// is new. For changes() SQLite has no call.
func (h handle) forgetChanges() {
	lib.Xsqlite3_set_last_insert_rowid(h.tls, h.db, 0)
	connectionAt(h.db).FnChange = 0
}

// inTransaction reports whether a transaction is open.
func (h handle) inTransaction() bool { return lib.Xsqlite3_get_autocommit(h.tls, h.db) == 0 }

// hasMoved reports whether the file of the database is no longer where it was opened:
// https://sqlite.org/c3ref/c_fcntl_begin_atomic_write.html#sqlitefcntlhasmoved. SQLite
// itself looks when it opens a rollback journal, but not in WAL mode, where it goes on
// writing to a file that nobody will find.
func (h handle) hasMoved() bool {
	answer := libc.Xcalloc(h.tls, 1, 8)
	defer libc.Xfree(h.tls, answer)
	code := lib.Xsqlite3_file_control(h.tls, h.db, 0, lib.SQLITE_FCNTL_HAS_MOVED, answer)
	return code == lib.SQLITE_OK && *int64At(answer) != 0
}

// bytesAt is a view of n bytes of SQLite's memory.
func bytesAt(p uintptr, n int) []byte {
	if p == 0 || n == 0 {
		return nil
	}
	// SQLite's memory is outside of Go's heap: its addresses do not move.
	return unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&p))), n)
}

// int64At is a number in SQLite's memory.
func int64At(p uintptr) *int64 { return (*int64)(*(*unsafe.Pointer)(unsafe.Pointer(&p))) }

const wordSize = unsafe.Sizeof(uintptr(0))

// addressAt is an address in SQLite's memory.
func addressAt(p uintptr) *uintptr { return (*uintptr)(*(*unsafe.Pointer)(unsafe.Pointer(&p))) }

// empty is what an empty text points to; a nil pointer would bind NULL.
var empty = [1]byte{}

// addressOf returns the address of a string's bytes. The caller keeps s
// reachable for as long as SQLite may read them.
func addressOf(s string) uintptr {
	if s == "" {
		return uintptr(unsafe.Pointer(&empty[0]))
	}
	return uintptr(unsafe.Pointer(unsafe.StringData(s)))
}
