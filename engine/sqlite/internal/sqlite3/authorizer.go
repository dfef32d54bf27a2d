package sqlite3

import (
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

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
