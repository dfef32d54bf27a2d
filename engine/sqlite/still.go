package sqlite

import (
	"encoding/binary"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"github.com/google/uuid"
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
	"zombiezen.com/go/sqlite"

	"sqlambda/event"
)

// stillVFS is a VFS whose clock stands still: SQLite asks its VFS for the time
// (https://sqlite.org/c3ref/vfs.html). It is the default one in all else.
type stillVFS struct {
	vfs    lib.Tsqlite3_vfs
	julian int64 // milliseconds, as SQLite counts them
}

// julianUnix is the beginning of 1970 in SQLite's time.
const julianUnix = 210866760000000

// stillAt returns the name of a VFS whose clock stands at a time. It stays registered:
// there is one for each time.
func stillAt(tls *libc.TLS, at time.Time) (string, error) {
	name := "still-" + strconv.FormatInt(at.UnixMilli(), 10)
	text, err := libc.CString(name)
	if err != nil {
		return "", err
	}
	if lib.Xsqlite3_vfs_find(tls, text) != 0 {
		libc.Xfree(tls, text)
		return name, nil
	}
	p := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(stillVFS{})))
	still := stillVFSAt(p)
	usual := lib.Xsqlite3_vfs_find(tls, 0)
	still.vfs = stillVFSAt(usual).vfs
	still.vfs.FpNext, still.vfs.FzName = 0, text
	still.vfs.FxCurrentTime, still.vfs.FxCurrentTimeInt64 = functionPointer(currentTime), functionPointer(currentTimeInt64)
	still.julian = at.UnixMilli() + julianUnix
	lib.Xsqlite3_vfs_register(tls, p, 0)
	return name, nil
}

// stillVFSAt is a VFS in SQLite's memory; of the usual one, only its first field is
// there.
func stillVFSAt(p uintptr) *stillVFS { return (*stillVFS)(*(*unsafe.Pointer)(unsafe.Pointer(&p))) }

func currentTimeInt64(_ *libc.TLS, vfs, result uintptr) int32 {
	*int64At(result) = stillVFSAt(vfs).julian
	return lib.SQLITE_OK
}

func currentTime(_ *libc.TLS, vfs, result uintptr) int32 {
	const day = 24 * 60 * 60 * 1000 // milliseconds
	*(*float64)(unsafe.Pointer(int64At(result))) = float64(stillVFSAt(vfs).julian) / day
	return lib.SQLITE_OK
}

// still makes the connection's clock and its randomness repeat, as the configuration
// says. The clock is that of a VFS, so it is asked for before the database is opened.
func (c *Conn) still() {
	if c.config.Random == nil {
		return
	}
	c.provideFunction("random") // in the place of SQLite's own
	c.provideFunction("randomblob")
}

// withClock adds the VFS of a clock that stands still to the URI of a database.
func (d database) withClock(at time.Time) (database, error) {
	if at.IsZero() {
		return d, nil
	}
	tls := libc.NewTLS()
	defer tls.Close()
	name, err := stillAt(tls, at)
	if err != nil {
		return d, err
	}
	if !strings.HasPrefix(d.uri, "file:") {
		d.uri = "file:" + d.uri
	}
	separator := "?"
	if strings.Contains(d.uri, "?") {
		separator = "&"
	}
	d.uri += separator + "vfs=" + name
	return d, nil
}

// randomFunction returns the function of that name among those that give a result by
// chance, or nil. SQLite's own random and randomblob serve where the configuration has
// no randomness of its own.
func randomFunction(name string) *function {
	switch name {
	case "random":
		return &function{call: func(c *Conn, _ arguments) (event.Value, error) {
			return event.IntegerValue(int64(c.config.Random.Uint64())), nil
		}}
	case "randomblob":
		return &function{least: 1, most: 1, call: func(c *Conn, args arguments) (event.Value, error) {
			most := float64(c.conn.Limit(sqlite.LimitLength, -1))
			blob := make([]byte, int(min(max(args.real(0), 1), most)))
			c.config.Random.Read(blob)
			return event.BlobValue(string(blob)), nil
		}}
	case "uuid":
		return &function{call: func(c *Conn, _ arguments) (event.Value, error) {
			id, err := c.uuid()
			return event.TextValue(id.String()), err
		}}
	case "uuidv7":
		return &function{call: func(c *Conn, _ arguments) (event.Value, error) {
			id, err := c.uuidv7()
			return event.TextValue(id.String()), err
		}}
	}
	return nil
}

func (c *Conn) uuid() (uuid.UUID, error) {
	if c.config.Random == nil {
		return uuid.NewRandom()
	}
	return uuid.NewRandomFromReader(c.config.Random)
}

// uuidv7 is the connection's time with chance after it:
// https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7.
func (c *Conn) uuidv7() (uuid.UUID, error) {
	if c.config.Random == nil && c.config.Now.IsZero() {
		return uuid.NewV7()
	}
	id, err := c.uuid()
	now := c.config.Now
	if now.IsZero() {
		now = time.Now()
	}
	var milliseconds [8]byte
	binary.BigEndian.PutUint64(milliseconds[:], uint64(now.UnixMilli()))
	copy(id[:6], milliseconds[2:])
	id[6] = 0x70 | id[6]&0x0f
	return id, err
}
