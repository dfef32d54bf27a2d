package sqlite3

import (
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// Index is what BestIndex is asked, and its answer: https://sqlite.org/c3ref/index_info.html.
type Index struct {
	// Constraints are the terms of the statement's WHERE that compare a column.
	Constraints []Constraint
	// OrderBy is the order that is wanted: that of ORDER BY, GROUP BY or DISTINCT.
	OrderBy []Order
	// Columns is the mask of the columns that the statement reads; the last bit stands for all
	// from the 64th on.
	Columns uint64

	// Number is what Filter is called with; Rows and Cost are what it is expected to find.
	Number int
	Rows   int64
	Cost   float64
	// InOrder says that the rows come in the order of OrderBy, Unique that one is found at most.
	InOrder, Unique bool
}

// Constraint compares a column. Its value becomes an argument of Filter where that is asked for.
type Constraint struct {
	Column int  // -1 is the rowid
	Equal  bool // by = or IN
	// In says that it is an IN, for each of whose values Filter is called:
	// https://sqlite.org/c3ref/vtab_in.html.
	In bool
	// Usable says that the value compared with is known when Filter is called.
	Usable    bool
	Collation string

	Argument int  // counted from 1; 0 is none
	Omit     bool // SQLite need not check the rows
}

// Order is a term of an order.
type Order struct {
	Column     int
	Descending bool
}

// bestIndex is xBestIndex.
func bestIndex(tls *libc.TLS, address, information uintptr) int32 {
	info := objectAt[lib.Sqlite3_index_info](information)
	x := Index{Columns: info.FcolUsed}
	for i, c := range sliceAt[lib.Tsqlite3_index_constraint](info.FaConstraint, info.FnConstraint) {
		x.Constraints = append(x.Constraints, Constraint{
			Column: int(c.FiColumn), Equal: c.Fop == lib.SQLITE_INDEX_CONSTRAINT_EQ, Usable: c.Fusable != 0,
			In:        lib.Xsqlite3_vtab_in(tls, information, int32(i), -1) != 0,
			Collation: libc.GoString(lib.Xsqlite3_vtab_collation(tls, information, int32(i))),
		})
	}
	for _, o := range sliceAt[lib.Tsqlite3_index_orderby](info.FaOrderBy, info.FnOrderBy) {
		x.OrderBy = append(x.OrderBy, Order{int(o.FiColumn), o.Fdesc != 0})
	}
	if !objectAt[table](address).BestIndex(&x) {
		return lib.SQLITE_CONSTRAINT
	}
	usage := sliceAt[lib.Tsqlite3_index_constraint_usage](info.FaConstraintUsage, info.FnConstraint)
	for i, c := range x.Constraints {
		usage[i].FargvIndex, usage[i].Fomit = int32(c.Argument), libc.BoolUint8(c.Omit)
	}
	info.FidxNum, info.FestimatedRows, info.FestimatedCost = int32(x.Number), x.Rows, x.Cost
	info.ForderByConsumed = libc.BoolInt32(x.InOrder)
	if x.Unique {
		info.FidxFlags = lib.SQLITE_INDEX_SCAN_UNIQUE
	}
	return lib.SQLITE_OK
}
