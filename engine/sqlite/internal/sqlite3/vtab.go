package sqlite3

import (
	"errors"
	"strings"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// Module makes virtual tables: https://sqlite.org/vtab.html.
type Module struct {
	Name string
	// Declared modules are named by CREATE VIRTUAL TABLE … USING. Any other is itself a
	// table, of the module's name: https://sqlite.org/vtab.html#epovtab.
	Declared bool
	// Connect returns a table; the arguments are what stands between the parentheses after
	// USING. The error of a mistake in them may be any.
	Connect func(arguments []string) (Table, error)
}

// Table is a virtual table.
type Table interface {
	// Declaration is a CREATE TABLE statement that tells the columns:
	// https://sqlite.org/c3ref/declare_vtab.html.
	Declaration() string
	// BestIndex decides how a statement's rows are found. It is false where that cannot be
	// done with what is usable, so that SQLite tries others.
	// https://sqlite.org/vtab.html#the_xbestindex_method
	BestIndex(*Index) bool
	// Open returns a cursor, which is used until it is closed.
	Open() Cursor
}

// Cursor goes through the rows of a table.
type Cursor interface {
	// Filter begins before the first row, in the way that BestIndex chose by Index.Number.
	// Arguments are the values that it asked for.
	Filter(number int, arguments Arguments) error
	// Next goes to the next row, and reports whether there is one.
	Next() bool
	// Column sets the result to the value in a column of the row, counted from 0.
	Column(i int, result Result)
	// Rowid is the number of the row.
	Rowid() int64
	Close()
}

// module, table and cursor are what SQLite is given the address of. What it knows of them
// stands first.
type module struct {
	methods lib.Sqlite3_module
	conn    *Conn
	Module
}

type table struct {
	base lib.Sqlite3_vtab
	conn *Conn
	name string
	Table
	cursors map[*cursor]struct{}
}

type cursor struct {
	//lint:ignore U1000 SQLite reads and writes it
	base lib.Sqlite3_vtab_cursor
	Cursor
	table *table
	end   bool
}

// CreateModule registers a module: https://sqlite.org/c3ref/create_module.html.
func (c *Conn) CreateModule(m Module) error {
	registered := &module{conn: c, Module: m, methods: lib.Sqlite3_module{
		FxConnect:    functionPointer(connectTable),
		FxBestIndex:  functionPointer(bestIndex),
		FxDisconnect: functionPointer(disconnectTable),
		FxDestroy:    functionPointer(disconnectTable),
		FxOpen:       functionPointer(openCursor),
		FxClose:      functionPointer(closeCursor),
		FxFilter:     functionPointer(filter),
		FxNext:       functionPointer(next),
		FxEof:        functionPointer(isAtEnd),
		FxColumn:     functionPointer(column),
		FxRowid:      functionPointer(rowid),
	}}
	if m.Declared {
		registered.methods.FxCreate = functionPointer(createTable)
		registered.methods.FxRename = functionPointer(renameTable)
	}
	c.registered = append(c.registered, registered)
	return c.failure(withCString(c.tls, m.Name, func(name uintptr) int32 {
		return lib.Xsqlite3_create_module_v2(c.tls, c.db, name,
			addressOfObject(&registered.methods), addressOfObject(registered), 0)
	}))
}

// Table returns the table of that name that CREATE VIRTUAL TABLE has declared in Go.
func (c *Conn) Table(name string) (Table, bool) {
	for t := range c.tables {
		if strings.EqualFold(t.name, name) {
			return t.Table, true
		}
	}
	return nil, false
}

// createTable is xCreate. It is not connectTable, as the module would then be a table, too.
func createTable(tls *libc.TLS, db, aux uintptr, argc int32, argv, out, message uintptr) int32 {
	return connectTable(tls, db, aux, argc, argv, out, message)
}

// connectTable is xConnect: https://sqlite.org/vtab.html#the_xconnect_method. The strings
// are the names of the module, the database and the table, and then the arguments.
func connectTable(tls *libc.TLS, db, aux uintptr, argc int32, argv, out, message uintptr) int32 {
	m := objectAt[module](aux)
	texts := make([]string, argc)
	for i, p := range sliceAt[uintptr](argv, argc) {
		texts[i] = libc.GoString(p)
	}
	connected, err := m.Connect(texts[3:])
	if err != nil {
		*objectAt[uintptr](message) = newCString(tls, err.Error())
		return lib.SQLITE_ERROR
	}
	code := withCString(tls, connected.Declaration(), func(p uintptr) int32 {
		return lib.Xsqlite3_declare_vtab(tls, db, p)
	})
	if code != lib.SQLITE_OK {
		return code
	}
	// Views and triggers may use it.
	lib.Xsqlite3_vtab_config(tls, db, lib.SQLITE_VTAB_INNOCUOUS, 0)
	t := &table{conn: m.conn, name: texts[2], Table: connected, cursors: map[*cursor]struct{}{}}
	m.conn.tables[t] = struct{}{}
	*objectAt[uintptr](out) = addressOfObject(t)
	return lib.SQLITE_OK
}

// disconnectTable is xDisconnect and xDestroy.
func disconnectTable(_ *libc.TLS, address uintptr) int32 {
	t := objectAt[table](address)
	delete(t.conn.tables, t)
	return lib.SQLITE_OK
}

// renameTable is xRename, without which a table cannot be renamed. SQLite connects it anew.
func renameTable(_ *libc.TLS, _, _ uintptr) int32 { return lib.SQLITE_OK }

// openCursor is xOpen.
func openCursor(_ *libc.TLS, address, out uintptr) int32 {
	t := objectAt[table](address)
	c := &cursor{table: t, Cursor: t.Open()}
	t.cursors[c] = struct{}{}
	*objectAt[uintptr](out) = addressOfObject(c)
	return lib.SQLITE_OK
}

// closeCursor is xClose.
func closeCursor(_ *libc.TLS, address uintptr) int32 {
	c := objectAt[cursor](address)
	c.Close()
	delete(c.table.cursors, c)
	return lib.SQLITE_OK
}

// filter is xFilter, which also goes to the first row.
func filter(tls *libc.TLS, address uintptr, number int32, _ uintptr, n int32, argv uintptr) int32 {
	c := objectAt[cursor](address)
	err := c.Filter(int(number), argumentsAt(tls, n, argv))
	if err == nil {
		return next(tls, address)
	}
	var known *Error
	if errors.As(err, &known) {
		return int32(known.Code)
	}
	lib.Xsqlite3_free(tls, c.table.base.FzErrMsg)
	c.table.base.FzErrMsg = newCString(tls, err.Error())
	return lib.SQLITE_ERROR
}

// next is xNext.
func next(_ *libc.TLS, address uintptr) int32 {
	c := objectAt[cursor](address)
	c.end = !c.Next()
	return lib.SQLITE_OK
}

// isAtEnd is xEof.
func isAtEnd(_ *libc.TLS, address uintptr) int32 {
	return libc.BoolInt32(objectAt[cursor](address).end)
}

// column is xColumn.
func column(tls *libc.TLS, address, context uintptr, i int32) int32 {
	objectAt[cursor](address).Column(int(i), Result{tls, context})
	return lib.SQLITE_OK
}

// rowid is xRowid.
func rowid(_ *libc.TLS, address, out uintptr) int32 {
	*objectAt[int64](out) = objectAt[cursor](address).Rowid()
	return lib.SQLITE_OK
}

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
