package sqlite3

import (
	"strconv"
	"sync"
	"time"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// clockVFS is the default VFS with a clock that stands still: SQLite asks its VFS for the
// time (https://sqlite.org/c3ref/vfs.html).
type clockVFS struct {
	vfs    lib.Tsqlite3_vfs
	julian int64 // milliseconds, as SQLite counts them
}

// julianUnix is the beginning of 1970 in SQLite's time.
const julianUnix = 210866760000000

var registering sync.Mutex

// clockAt returns the name, a C string, of the VFS whose clock stands at a time. It stays
// registered: each time has one.
func clockAt(tls *libc.TLS, at time.Time) uintptr {
	registering.Lock()
	defer registering.Unlock()
	name := newCString(tls, "clock-"+strconv.FormatInt(at.UnixMilli(), 10))
	if name == 0 || lib.Xsqlite3_vfs_find(tls, name) != 0 {
		return name
	}
	p := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(clockVFS{})))
	clock := objectAt[clockVFS](p)
	clock.vfs = *objectAt[lib.Tsqlite3_vfs](lib.Xsqlite3_vfs_find(tls, 0))
	clock.vfs.FpNext, clock.vfs.FzName = 0, newCString(tls, libc.GoString(name))
	clock.vfs.FxCurrentTime, clock.vfs.FxCurrentTimeInt64 = functionPointer(currentTime), functionPointer(currentTimeInt64)
	clock.julian = at.UnixMilli() + julianUnix
	lib.Xsqlite3_vfs_register(tls, p, 0)
	return name
}

func currentTimeInt64(_ *libc.TLS, vfs, result uintptr) int32 {
	*objectAt[int64](result) = objectAt[clockVFS](vfs).julian
	return lib.SQLITE_OK
}

func currentTime(_ *libc.TLS, vfs, result uintptr) int32 {
	const day = 24 * 60 * 60 * 1000 // milliseconds
	*objectAt[float64](result) = float64(objectAt[clockVFS](vfs).julian) / day
	return lib.SQLITE_OK
}
