package sqlite3

import (
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// Index is what BestIndex is asked: https://sqlite.org/c3ref/index_info.html.
type Index struct {
	tls     *libc.TLS
	address uintptr
	info    *lib.Sqlite3_index_info
}

// ConstraintOp is the operator of a constraint:
// https://sqlite.org/c3ref/c_index_constraint_eq.html.
type ConstraintOp uint8

// Equal is the operator that callers look for.
const Equal ConstraintOp = lib.SQLITE_INDEX_CONSTRAINT_EQ

// Constraint is a term of the statement's WHERE that compares a column.
type Constraint struct {
	Column int // -1 is the rowid
	Op     ConstraintOp
	// Usable says that the value compared with is known when Filter is called.
	Usable bool
}

// Constraints returns the constraints.
func (x *Index) Constraints() []Constraint {
	list := make([]Constraint, x.info.FnConstraint)
	for i, c := range sliceAt[lib.Tsqlite3_index_constraint](x.info.FaConstraint, x.info.FnConstraint) {
		list[i] = Constraint{int(c.FiColumn), ConstraintOp(c.Fop), c.Fusable != 0}
	}
	return list
}

// Collation is the name of the collation by which the i-th constraint compares.
func (x *Index) Collation(i int) string {
	return libc.GoString(lib.Xsqlite3_vtab_collation(x.tls, x.address, int32(i)))
}

// In reports whether the i-th constraint, an equality, is with the values of an IN, for each
// of which Filter is called: https://sqlite.org/c3ref/vtab_in.html.
func (x *Index) In(i int) bool { return lib.Xsqlite3_vtab_in(x.tls, x.address, int32(i), -1) != 0 }

// Use makes the value of the i-th constraint an argument of Filter, counted from 0. Omit
// tells SQLite that it need not check the rows.
func (x *Index) Use(i, argument int, omit bool) {
	use := &sliceAt[lib.Tsqlite3_index_constraint_usage](x.info.FaConstraintUsage, x.info.FnConstraint)[i]
	use.FargvIndex = int32(argument + 1)
	if omit {
		use.Fomit = 1
	}
}

// Order is a term of the order that the statement wants its rows in.
type Order struct {
	Column     int
	Descending bool
}

// OrderBy is the order that is wanted: that of ORDER BY, GROUP BY or DISTINCT.
func (x *Index) OrderBy() []Order {
	list := make([]Order, x.info.FnOrderBy)
	for i, o := range sliceAt[lib.Tsqlite3_index_orderby](x.info.FaOrderBy, x.info.FnOrderBy) {
		list[i] = Order{int(o.FiColumn), o.Fdesc != 0}
	}
	return list
}

// InOrder says that the rows come in the order of OrderBy.
func (x *Index) InOrder() { x.info.ForderByConsumed = 1 }

// Columns is the mask of the columns that the statement reads; the last bit stands for all
// from the 64th on.
func (x *Index) Columns() uint64 { return x.info.FcolUsed }

// Choose sets the number that Filter is called with, and what it is expected to find: so
// many rows, at such a cost.
func (x *Index) Choose(number int, rows int64, cost float64) {
	x.info.FidxNum, x.info.FestimatedRows, x.info.FestimatedCost = int32(number), rows, cost
}

// Unique says that one row is found at most.
func (x *Index) Unique() { x.info.FidxFlags = lib.SQLITE_INDEX_SCAN_UNIQUE }

// bestIndex is xBestIndex.
func bestIndex(tls *libc.TLS, address, information uintptr) int32 {
	x := Index{tls, information, objectAt[lib.Sqlite3_index_info](information)}
	if !objectAt[table](address).BestIndex(&x) {
		return lib.SQLITE_CONSTRAINT
	}
	return lib.SQLITE_OK
}
