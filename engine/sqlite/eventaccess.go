package sqlite

import (
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// access is how a statement reads an event table: what bestIndex has chosen.
type access struct {
	used uint64 // the mask of the columns that it reads
}

// How many rows an event has is not known when a statement is prepared. That they
// come out of a text makes them dearer than those of a table: in a join an event
// table is gone through once, and other tables are searched for each of its rows.
const (
	estimatedRows = 1000
	scanCost      = 10 * estimatedRows
)

// bestIndex is xBestIndex: https://sqlite.org/vtab.html#the_xbestindex_method.
func bestIndex(_ *libc.TLS, table, information uintptr) int32 {
	t := objectAt[eventTable](table)
	info := objectAt[lib.Sqlite3_index_info](information)
	info.FestimatedRows = estimatedRows
	info.FestimatedCost = scanCost
	info.FidxNum = t.access(access{used: info.FcolUsed})
	return lib.SQLITE_OK
}

// access returns the number of a way to read the table. There are few.
func (t *eventTable) access(a access) int32 {
	for i := range t.accesses {
		if t.accesses[i] == a {
			return int32(i)
		}
	}
	t.accesses = append(t.accesses, a)
	return int32(len(t.accesses) - 1)
}
