package sqlite3

import (
	"time"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

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
