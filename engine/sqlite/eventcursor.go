package sqlite

import (
	"strings"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"sqlambda/event"
)

// cursor goes through the rows of an event table.
type cursor struct {
	//lint:ignore U1000 SQLite reads and writes it
	base  lib.Sqlite3_vtab_cursor // what SQLite knows of it, at the same address
	table *eventTable

	event  event.Event // that is handled; at init, a missing one, which has no rows
	access access
	rows   *event.Rows // nil: they have not been gone through yet
	index  *rowIndex   // nil: it is not needed yet
	found  bool        // the rows are those that the index has found
	// sorted are the rows where they are gone through in the order of a column; place
	// is the one among them to be read next.
	sorted *arrangement
	place  int
	// row, from 0, is the next one of those that the index has found, -1 after the
	// last; of those that are sorted, the one that was read last.
	row    int32
	number int64 // of the row, from 1
	end    bool
}

// openCursor is xOpen.
func openCursor(_ *libc.TLS, table, address uintptr) int32 {
	t := objectAt[eventTable](table)
	var c *cursor
	if last := len(t.idle) - 1; last >= 0 {
		c, t.idle = t.idle[last], t.idle[:last]
	} else {
		c = &cursor{table: t}
	}
	c.event, _ = t.conn.config.Host.Event()
	t.open = append(t.open, c)
	*addressAt(address) = addressOfObject(c)
	return lib.SQLITE_OK
}

// closeCursor is xClose.
func closeCursor(_ *libc.TLS, address uintptr) int32 {
	c := objectAt[cursor](address)
	t := c.table
	for i, open := range t.open {
		if open == c {
			t.open = append(t.open[:i], t.open[i+1:]...)
			break
		}
	}
	c.release()
	*c = cursor{table: t}
	t.idle = append(t.idle, c)
	return lib.SQLITE_OK
}

// filterRows is xFilter: it begins to go through the rows, in the way that
// bestIndex has chosen.
func filterRows(tls *libc.TLS, address uintptr, index int32, _ uintptr, n int32, argv uintptr) int32 {
	c := objectAt[cursor](address)
	again := c.rows != nil && c.access == c.table.accesses[index]
	c.access = c.table.accesses[index]
	given := arguments{tls, argv, int(n)}
	ok := true
	switch {
	case c.access.given:
		ok = c.open(c.given(given.view(0)), again)
	case !again:
		ok = c.open(c.event, false)
	case c.access.lookUp == noColumn:
		c.rewind()
	default:
		c.lookUp(given.view(0))
	}
	if !ok {
		return lib.SQLITE_NOMEM
	}
	c.next()
	return lib.SQLITE_OK
}

// open begins with the first row of an event; again, if it did so before. It is false where
// the rows are to be in an order and there is no memory to keep them.
func (c *cursor) open(e event.Event, again bool) bool {
	if again {
		c.rows.Reset(e)
	} else {
		c.rows = c.table.Open(e, c.access.used)
		c.release()
		if by := c.access.orderBy; by != noColumn {
			sorted := c.table.takeArrangement()
			if !sorted.arrange(c.rows, e, c.access.used, by, c.access.descending, c.spareMemory()) {
				c.rows = nil
				return false
			}
			c.sorted = sorted
			c.table.conn.kept += sorted.size
		}
	}
	c.rewind()
	return true
}

// spareMemory is how many bytes of rows may be kept beside those that the connection's
// cursors keep: all of them together as many as a value may have.
func (c *cursor) spareMemory() int { return c.table.conn.longestValue() - c.table.conn.kept }

// release drops the rows that are kept.
func (c *cursor) release() {
	if c.sorted != nil {
		c.table.conn.kept -= c.sorted.size
		c.table.putBack(c.sorted)
	}
	if c.index != nil {
		c.table.conn.kept -= c.index.size()
	}
	c.index, c.sorted = nil, nil
}

// given is the JSON that the table is given as a function; what is none has no rows.
func (c *cursor) given(v event.Value) event.Event {
	if v.Kind == event.Null {
		return event.Event{}
	}
	text := v.Text
	if !c.event.Holds(text) {
		text = strings.Clone(text) // SQLite has other plans for its memory
	}
	e, _ := event.Parse(unsafe.Slice(unsafe.StringData(text), len(text)))
	return e
}

// rewind begins with the first row.
func (c *cursor) rewind() {
	c.rows.Rewind()
	c.number, c.found, c.place = 0, false, 0
}

// lookUp begins with the first row that may have the value that is looked up.
func (c *cursor) lookUp(v event.Value) {
	if c.index == nil {
		c.index = newRowIndex(c.rows, c.access.lookUp, c.spareMemory())
		c.table.conn.kept += c.index.size()
	}
	row, ok := c.index.find(v, c.access.lookUp)
	if !ok {
		c.rewind()
		return
	}
	c.found, c.row = true, row
}

func (c *cursor) next() {
	switch {
	case c.sorted != nil:
		c.nextSorted()
	case c.found:
		c.nextFound()
	default:
		c.end = !c.rows.Next()
		c.number++
	}
}

func (c *cursor) nextSorted() {
	if c.end = c.place == len(c.sorted.order); c.end {
		return
	}
	c.row = c.sorted.order[c.place]
	c.number = int64(c.row) + 1
	c.place++
}

func (c *cursor) nextFound() {
	if c.end = c.row < 0; c.end {
		return
	}
	c.rows.Seek(int(c.index.positions[c.row]))
	c.number = int64(c.row) + 1
	c.row = c.index.after(c.row)
}

// value returns the value of column i in the row that was read last.
func (c *cursor) value(i int) event.Value {
	if c.sorted != nil {
		return c.sorted.value(c.row, i)
	}
	return c.rows.Value(i)
}

// nextRow is xNext.
func nextRow(_ *libc.TLS, address uintptr) int32 {
	objectAt[cursor](address).next()
	return lib.SQLITE_OK
}

// isAtEnd is xEof.
func isAtEnd(_ *libc.TLS, address uintptr) int32 {
	if objectAt[cursor](address).end {
		return 1
	}
	return 0
}

// rowNumber is xRowid.
func rowNumber(_ *libc.TLS, address, number uintptr) int32 {
	*int64At(number) = objectAt[cursor](address).number
	return lib.SQLITE_OK
}

// columnValue is xColumn.
//
// A text that is part of the event is not copied (SQLITE_STATIC): the event stays
// where it is until the statement has been reset, and SQLite copies what it keeps
// for longer. What a modifier has made is gone with its row.
func columnValue(tls *libc.TLS, address, context uintptr, i int32) int32 {
	c := objectAt[cursor](address)
	if int(i) == len(c.table.Columns) {
		return lib.SQLITE_OK // what the table is given as a function reads as NULL
	}
	if c.sorted != nil && c.sorted.setReal(tls, context, c.row, int(i)) {
		return lib.SQLITE_OK
	}
	v := c.value(int(i))
	if v.Kind == event.Text && c.event.Holds(v.Text) {
		lib.Xsqlite3_result_text64(tls, context, addressOf(v.Text), uint64(len(v.Text)), 0, lib.SQLITE_UTF8)
		return lib.SQLITE_OK
	}
	setResult(tls, context, v)
	return lib.SQLITE_OK
}
