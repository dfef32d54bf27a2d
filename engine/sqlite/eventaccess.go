package sqlite

import (
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// access is how a statement reads an event table: what bestIndex has chosen.
type access struct {
	used uint64 // the mask of the columns that it reads
	// lookUp is the column whose value the rows are looked up by, the rowid as -1;
	// noColumn: all rows are gone through.
	lookUp int
	// given: the rows are those of the JSON that the table is given as a function.
	given bool
	// orderBy is the column in whose order the rows are gone through, or noColumn:
	// that of the event, which is the order of the rowid.
	orderBy    int
	descending bool
}

const (
	rowid    = -1
	noColumn = -2
)

// How many rows an event has is not known when a statement is prepared. That they
// come out of a text makes them dearer than those of a table: in a join an event
// table is best gone through once, and other tables searched for each of its rows.
// Where it is itself searched, that is for few rows, by an index (eventindex.go).
const (
	estimatedRows  = 1000
	estimatedFound = 10
	costOfRow      = 10
)

// bestIndex is xBestIndex: https://sqlite.org/vtab.html#the_xbestindex_method.
// SQLite checks the rows that it is given again, so that a lookup may find too many.
func bestIndex(tls *libc.TLS, table, information uintptr) int32 {
	t := objectAt[eventTable](table)
	info := objectAt[lib.Sqlite3_index_info](information)
	a := access{used: info.FcolUsed, lookUp: noColumn, orderBy: noColumn}
	argument := -1 // the constraint whose value filterRows gets
	for i, c := range sliceAt[lib.Tsqlite3_index_constraint](info.FaConstraint, info.FnConstraint) {
		switch column := int(c.FiColumn); {
		case column == len(t.Columns) && c.Fop == lib.SQLITE_INDEX_CONSTRAINT_EQ:
			if c.Fusable == 0 {
				return lib.SQLITE_CONSTRAINT // what it is given is not known yet
			}
			argument, a.lookUp, a.given = i, noColumn, true
		case !a.given && (a.lookUp == noColumn || column == rowid) && canLookUp(tls, information, int32(i), c):
			argument, a.lookUp = i, column
		}
	}
	info.FestimatedRows, info.FestimatedCost = estimatedRows, costOfRow*estimatedRows
	if argument >= 0 {
		info.FestimatedRows, info.FestimatedCost = estimatedFound, costOfRow*estimatedFound
		use := &sliceAt[lib.Tsqlite3_index_constraint_usage](info.FaConstraintUsage, info.FnConstraint)[argument]
		use.FargvIndex = 1
		if a.given {
			use.Fomit = 1
		}
	}
	if a.lookUp == rowid {
		info.FestimatedRows, info.FidxFlags = 1, lib.SQLITE_INDEX_SCAN_UNIQUE
	}
	if order := sliceAt[lib.Tsqlite3_index_orderby](info.FaOrderBy, info.FnOrderBy); len(order) == 1 && a.inOrder(order[0]) {
		info.ForderByConsumed = 1
	}
	info.FidxNum = t.access(a)
	return lib.SQLITE_OK
}

// inOrder says whether the rows come in the order of a term; where they would not
// come so by themselves, they are arranged (eventorder.go).
func (a *access) inOrder(term lib.Tsqlite3_index_orderby) bool {
	column, descending := int(term.FiColumn), term.Fdesc != 0
	switch {
	case column == rowid:
		return !descending
	case a.lookUp != noColumn || a.given || a.used>>min(column, 63)&1 == 0:
		return false
	}
	a.orderBy, a.descending = column, descending
	return true
}

// canLookUp says whether rows can be looked up by a constraint: an equality of texts
// as they are. That with the values of an IN is none: it is checked for each row as
// fast, and of values that are equal and not the same, each would find the row.
func canLookUp(tls *libc.TLS, information uintptr, i int32, c lib.Tsqlite3_index_constraint) bool {
	return c.Fusable != 0 && c.Fop == lib.SQLITE_INDEX_CONSTRAINT_EQ &&
		lib.Xsqlite3_vtab_in(tls, information, i, -1) == 0 &&
		(c.FiColumn == rowid || libc.GoString(lib.Xsqlite3_vtab_collation(tls, information, i)) == "BINARY")
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

// sliceAt is a view of n elements of SQLite's memory.
func sliceAt[T any](address uintptr, n int32) []T {
	if n == 0 {
		return nil
	}
	return unsafe.Slice(objectAt[T](address), n)
}
