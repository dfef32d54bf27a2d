package sqlite3

import (
	"fmt"
	"strings"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// Code is an extended result code: https://sqlite.org/rescode.html.
type Code int32

// The codes that callers tell apart.
const (
	GenericError    Code = lib.SQLITE_ERROR
	Busy            Code = lib.SQLITE_BUSY
	NoMemory        Code = lib.SQLITE_NOMEM
	ReadOnly        Code = lib.SQLITE_READONLY
	ReadOnlyDBMoved Code = lib.SQLITE_READONLY_DBMOVED
	Interrupted     Code = lib.SQLITE_INTERRUPT
	Full            Code = lib.SQLITE_FULL
	CannotOpen      Code = lib.SQLITE_CANTOPEN
	TooBig          Code = lib.SQLITE_TOOBIG
	ForeignKey      Code = lib.SQLITE_CONSTRAINT_FOREIGNKEY
	NotAuthorized   Code = lib.SQLITE_AUTH
)

// Primary returns the code that an extended one is a case of.
func (c Code) Primary() Code { return c & 0xff }

// codeNames are the names of primary codes, from 0, each with those of its extended
// codes, from 1.
var codeNames = [...]string{
	"OK", "ERROR MISSING_COLLSEQ RETRY SNAPSHOT RESERVESIZE KEY UNABLE", "INTERNAL", "PERM", "ABORT - ROLLBACK",
	"BUSY RECOVERY SNAPSHOT TIMEOUT", "LOCKED SHAREDCACHE VTAB", "NOMEM",
	"READONLY RECOVERY CANTLOCK ROLLBACK DBMOVED CANTINIT DIRECTORY", "INTERRUPT",
	"IOERR READ SHORT_READ WRITE FSYNC DIR_FSYNC TRUNCATE FSTAT UNLOCK RDLOCK DELETE BLOCKED NOMEM ACCESS " +
		"CHECKRESERVEDLOCK LOCK CLOSE DIR_CLOSE SHMOPEN SHMSIZE SHMLOCK SHMMAP SEEK DELETE_NOENT MMAP GETTEMPPATH " +
		"CONVPATH VNODE AUTH BEGIN_ATOMIC COMMIT_ATOMIC ROLLBACK_ATOMIC DATA CORRUPTFS IN_PAGE BADKEY CODEC",
	"CORRUPT VTAB SEQUENCE INDEX", "NOTFOUND", "FULL",
	"CANTOPEN NOTEMPDIR ISDIR FULLPATH CONVPATH DIRTYWAL SYMLINK", "PROTOCOL", "EMPTY", "SCHEMA", "TOOBIG",
	"CONSTRAINT CHECK COMMITHOOK FOREIGNKEY FUNCTION NOTNULL PRIMARYKEY TRIGGER UNIQUE VTAB ROWID PINNED DATATYPE",
	"MISMATCH", "MISUSE", "NOLFS", "AUTH USER", "FORMAT", "RANGE", "NOTADB",
	"NOTICE RECOVER_WAL RECOVER_ROLLBACK RBU", "WARNING AUTOINDEX",
}

// String returns the name of the code: SQLITE_CONSTRAINT_UNIQUE.
func (c Code) String() string {
	if i := int(c.Primary()); i >= 0 && i < len(codeNames) {
		names := strings.Fields(codeNames[i])
		switch extended := int(c >> 8); {
		case extended == 0:
			return "SQLITE_" + names[0]
		case extended < len(names):
			return "SQLITE_" + names[0] + "_" + names[extended]
		}
	}
	return fmt.Sprintf("SQLITE_%d", int32(c))
}

// Error is the error of a call: https://sqlite.org/c3ref/errcode.html.
type Error struct {
	Code    Code
	Message string
	// Offset is the byte offset of what the error is about in the text of the statement,
	// or -1.
	Offset int
}

// Error returns the code and the message.
func (e *Error) Error() string { return e.Code.String() + ": " + e.Message }

// failure is the error of the last call on the connection, which returned code; nil where
// that is no error.
func (c *Conn) failure(code int32) error {
	if code == lib.SQLITE_OK {
		return nil
	}
	return &Error{
		Code:    Code(code),
		Message: libc.GoString(lib.Xsqlite3_errmsg(c.tls, c.db)),
		Offset:  int(lib.Xsqlite3_error_offset(c.tls, c.db)),
	}
}
