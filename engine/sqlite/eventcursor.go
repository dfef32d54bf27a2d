package sqlite

import (
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"sqlambda/event"
)

// cursor goes through the rows of an event table.
type cursor struct {
	base  lib.Sqlite3_vtab_cursor // what SQLite knows of it, at the same address
	table *eventTable

	event  event.Event
	access *access
	rows   *event.Rows
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
	*c = cursor{table: t}
	t.idle = append(t.idle, c)
	return lib.SQLITE_OK
}

// filterRows is xFilter: it begins to go through the rows, for the index that
// bestIndex has chosen.
func filterRows(tls *libc.TLS, address uintptr, index int32, _ uintptr, n int32, argv uintptr) int32 {
	c := objectAt[cursor](address)
	c.access = &c.table.accesses[index]
	c.number, c.end = 0, false
	if c.rows == nil {
		e, ok := c.table.conn.config.Host.Event()
		if !ok {
			c.end = true
			return lib.SQLITE_OK
		}
		c.event = e
		c.rows = c.table.Open(e, c.access.used)
	} else {
		c.rows.Rewind()
	}
	c.next()
	return lib.SQLITE_OK
}

func (c *cursor) next() {
	c.end = !c.rows.Next()
	c.number++
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
	v := c.rows.Value(int(i))
	if v.Kind == event.Text && c.event.Holds(v.Text) {
		lib.Xsqlite3_result_text64(tls, context, addressOf(v.Text), uint64(len(v.Text)), 0, lib.SQLITE_UTF8)
		return lib.SQLITE_OK
	}
	setResult(tls, context, v)
	return lib.SQLITE_OK
}
