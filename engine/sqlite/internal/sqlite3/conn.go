package sqlite3

import (
	"sync"
	"time"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// Conn is a connection to a database: https://sqlite.org/c3ref/sqlite3.html.
type Conn struct {
	tls *libc.TLS
	db  uintptr

	authorize  func(*Action) bool
	wait       func(tries int) bool
	clock      *clock
	registered []any // the functions and modules
	tables     map[*table]struct{}
	statements map[*Stmt]struct{}

	interrupting    sync.Mutex
	uninterruptible bool // also: it is closed
}

// Options say what Open opens.
type Options struct {
	// Name is that of a file, ":memory:", or a "file:" URI: https://sqlite.org/uri.html.
	Name string
	// Clock is the time at which the clock of SQL stands still; zero is the system's clock.
	Clock time.Time
	// Heap limits the memory of all connections of the process, in bytes; 0 sets no limit.
	// What the first connection says stands.
	Heap int64
}

// Open opens a database for reading and writing, and creates it where it is missing; a URI
// may say otherwise: https://sqlite.org/c3ref/open.html. SQL writes to the database's file by
// SQL alone, and its views, triggers and indexes call no function and read no virtual table
// that could do harm, as it may be another's (https://sqlite.org/security.html). A text in
// double quotes is a name, never a string.
func Open(o Options) (*Conn, error) {
	tls := libc.NewTLS()
	if code := configure(tls, o.Heap); code != lib.SQLITE_OK {
		defer tls.Close()
		return nil, &Error{Code(code), libc.GoString(lib.Xsqlite3_errstr(tls, code)), -1}
	}
	c := &Conn{tls: tls, tables: map[*table]struct{}{}, statements: map[*Stmt]struct{}{}}
	const flags = lib.SQLITE_OPEN_READWRITE | lib.SQLITE_OPEN_CREATE | lib.SQLITE_OPEN_URI |
		lib.SQLITE_OPEN_NOMUTEX | lib.SQLITE_OPEN_EXRESCODE
	code := withCString(tls, o.Name, func(name uintptr) int32 {
		return lib.Xsqlite3_open_v2(tls, name, addressOfObject(&c.db), flags, 0)
	})
	if code != lib.SQLITE_OK {
		err := c.failure(code)
		c.Close()
		return nil, err
	}
	if !o.Clock.IsZero() {
		c.stopClock(o.Clock)
	}
	db := objectAt[lib.Tsqlite3](c.db) // https://sqlite.org/c3ref/c_dbconfig_defensive.html
	db.Fflags = db.Fflags&^(lib.SQLITE_TrustedSchema|lib.SQLITE_DqsDDL|lib.SQLITE_DqsDML) | lib.SQLITE_Defensive
	return c, nil
}

// Close closes the connection and its statements: https://sqlite.org/c3ref/close.html.
// Virtual tables such as FTS5 have statements of their own, which they finalize themselves.
func (c *Conn) Close() error {
	c.HoldInterrupts(true)
	for s := range c.statements {
		s.Close()
	}
	code := lib.Xsqlite3_close(c.tls, c.db)
	if code != lib.SQLITE_OK {
		return c.failure(code)
	}
	c.tls.Close()
	return nil
}

// Interrupt ends the statement that is running, if one is:
// https://sqlite.org/c3ref/interrupt.html. Any goroutine may call it, also after Close.
func (c *Conn) Interrupt() {
	c.interrupting.Lock()
	defer c.interrupting.Unlock()
	if !c.uninterruptible {
		lib.Xsqlite3_interrupt(nil, c.db)
	}
}

// HoldInterrupts makes Interrupt do nothing while it is on.
func (c *Conn) HoldInterrupts(on bool) {
	c.interrupting.Lock()
	defer c.interrupting.Unlock()
	c.uninterruptible = on
}

// Limit is what a connection limits: https://sqlite.org/c3ref/c_limit_attached.html.
type Limit int32

// The limits.
const (
	ValueLength   Limit = lib.SQLITE_LIMIT_LENGTH
	SQLLength     Limit = lib.SQLITE_LIMIT_SQL_LENGTH
	PatternLength Limit = lib.SQLITE_LIMIT_LIKE_PATTERN_LENGTH
	TriggerDepth  Limit = lib.SQLITE_LIMIT_TRIGGER_DEPTH
	Instructions  Limit = lib.SQLITE_LIMIT_VDBE_OP
)

// Limit sets a limit; one below 0 leaves it. It returns the one before.
func (c *Conn) Limit(l Limit, value int) int {
	return int(lib.Xsqlite3_limit(c.tls, c.db, int32(l), int32(value)))
}

// OnBusy sets what is called where another connection has the lock that is needed, and how
// often it was before: it returns whether to try again.
// https://sqlite.org/c3ref/busy_handler.html
func (c *Conn) OnBusy(wait func(tries int) bool) {
	c.wait = wait
	lib.Xsqlite3_busy_handler(c.tls, c.db, functionPointer(callBusy), addressOfObject(c))
}

func callBusy(_ *libc.TLS, conn uintptr, tries int32) int32 {
	return libc.BoolInt32(objectAt[Conn](conn).wait(int(tries)))
}

// InTransaction reports whether a transaction is open.
func (c *Conn) InTransaction() bool { return lib.Xsqlite3_get_autocommit(c.tls, c.db) == 0 }

// TotalChanges is the number of rows that were inserted, updated or deleted on the
// connection: https://sqlite.org/c3ref/total_changes.html.
func (c *Conn) TotalChanges() int64 { return objectAt[lib.Tsqlite3](c.db).FnTotalChange }

// Changes is the number of rows that the last statement inserted, updated or deleted, of
// those that can: https://sqlite.org/c3ref/changes.html.
func (c *Conn) Changes() int64 { return objectAt[lib.Tsqlite3](c.db).FnChange }

// ForgetChanges makes last_insert_rowid() and changes() 0, as on a connection that is new.
// SQLite has no call for changes().
func (c *Conn) ForgetChanges() {
	db := objectAt[lib.Tsqlite3](c.db)
	db.FlastRowid, db.FnChange = 0, 0
}

// ForeignKeysViolated reports whether a deferred foreign key is violated, so that a COMMIT
// would fail: https://sqlite.org/foreignkeys.html#fk_deferred.
func (c *Conn) ForeignKeysViolated() bool {
	db := objectAt[lib.Tsqlite3](c.db)
	return db.FnDeferredCons+db.FnDeferredImmCons > 0
}

// HasMoved reports whether the file of the main database is no longer where it was opened:
// https://sqlite.org/c3ref/c_fcntl_begin_atomic_write.html#sqlitefcntlhasmoved. SQLite
// itself looks when it opens a rollback journal, but not in WAL mode, where it goes on
// writing to a file that nobody will find.
func (c *Conn) HasMoved() bool {
	answer := new(int32)
	code := lib.Xsqlite3_file_control(c.tls, c.db, 0, lib.SQLITE_FCNTL_HAS_MOVED, addressOfObject(answer))
	return code == lib.SQLITE_OK && *answer != 0
}

// schema is a number that changes with the schema of any database of the connection, as far
// as the connection has noticed.
func (c *Conn) schema() int {
	const prime = 1_000_003
	stamp := 0
	db := objectAt[lib.Tsqlite3](c.db)
	for _, d := range sliceAt[lib.TDb](db.FaDb, db.FnDb) {
		if d.FpSchema != 0 {
			s := objectAt[lib.TSchema](d.FpSchema)
			stamp = (stamp*prime+int(s.FiGeneration))*prime + int(s.Fschema_cookie)
		}
	}
	return stamp
}

// Statements is the number of statements that SQLite keeps for the connection, those of its
// virtual tables included: for tests that look for what is never closed.
func (c *Conn) Statements() int {
	n := 0
	for s := lib.Xsqlite3_next_stmt(c.tls, c.db, 0); s != 0; s = lib.Xsqlite3_next_stmt(c.tls, c.db, s) {
		n++
	}
	return n
}

// Cursors is the number of cursors of virtual tables in Go that are open: for tests that look
// for what is never closed.
func (c *Conn) Cursors() (open int) {
	for t := range c.tables {
		open += len(t.cursors)
	}
	return open
}

// clock is a VFS whose clock stands still: SQLite asks that of the connection for the time
// (https://sqlite.org/c3ref/vfs.html).
type clock struct {
	lib.Tsqlite3_vfs
	julian int64 // milliseconds, as SQLite counts them
}

// julianUnix is the beginning of 1970 in SQLite's time.
const julianUnix = 210866760000000

// stopClock has the connection's clock show a time. No VFS is registered for that: one stays
// for as long as the process, and each time would have its own.
func (c *Conn) stopClock(at time.Time) {
	db := objectAt[lib.Tsqlite3](c.db)
	c.clock = &clock{*objectAt[lib.Tsqlite3_vfs](db.FpVfs), at.UnixMilli() + julianUnix}
	c.clock.FxCurrentTimeInt64 = functionPointer(currentTime)
	db.FpVfs = addressOfObject(c.clock)
}

func currentTime(_ *libc.TLS, vfs, result uintptr) int32 {
	*objectAt[int64](result) = objectAt[clock](vfs).julian
	return lib.SQLITE_OK
}

// Op is what a statement would do: https://sqlite.org/c3ref/c_alter_table.html.
type Op int32

// The operations that callers tell apart.
const (
	OpRead        Op = lib.SQLITE_READ
	OpInsert      Op = lib.SQLITE_INSERT
	OpUpdate      Op = lib.SQLITE_UPDATE
	OpDelete      Op = lib.SQLITE_DELETE
	OpPragma      Op = lib.SQLITE_PRAGMA
	OpTransaction Op = lib.SQLITE_TRANSACTION
	OpSavepoint   Op = lib.SQLITE_SAVEPOINT
	OpAttach      Op = lib.SQLITE_ATTACH
	OpDetach      Op = lib.SQLITE_DETACH
)

// Action is something that a statement would do. It is valid while the authorizer is asked.
type Action struct {
	Op                      Op
	first, second, database uintptr
}

// First is what the operation is about: the table of a read or write, the name of a pragma,
// the file of an ATTACH, BEGIN and its like of a transaction or savepoint.
func (a *Action) First() string { return libc.GoString(a.first) }

// Second is the column of a read or update, the value of a pragma, the name of a savepoint.
func (a *Action) Second() string { return libc.GoString(a.second) }

// Database is the name of the database, or empty.
func (a *Action) Database() string { return libc.GoString(a.database) }

// Authorize has SQLite ask about all that statements would do, while they are prepared:
// allowed returns false to refuse it. https://sqlite.org/c3ref/set_authorizer.html
func (c *Conn) Authorize(allowed func(*Action) bool) {
	c.authorize = allowed
	lib.Xsqlite3_set_authorizer(c.tls, c.db, functionPointer(callAuthorizer), addressOfObject(c))
}

func callAuthorizer(_ *libc.TLS, conn uintptr, op int32, first, second, database, _ uintptr) int32 {
	if objectAt[Conn](conn).authorize(&Action{Op(op), first, second, database}) {
		return lib.SQLITE_OK
	}
	return lib.SQLITE_DENY
}
