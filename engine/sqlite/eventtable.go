package sqlite

import (
	"strings"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"sqlambda/event"
)

// eventTables are the event tables of a connection, as virtual tables
// (https://sqlite.org/vtab.html). They are registered with SQLite itself, by the
// functions of this file and of eventcursor.go: what package
// zombiezen.com/go/sqlite puts between takes two locks for every value.
//
// SQLite keeps the addresses of modules, tables and cursors. All are on Go's
// heap, which does not move them; they are reachable from here for as long as
// SQLite knows them.
type eventTables struct {
	modules []*module
	tables  map[*eventTable]bool
}

// module is a module as it was registered: the one that CREATE VIRTUAL TABLE
// names, or a table that exists without a declaration.
type module struct {
	methods lib.Sqlite3_module
	conn    *Conn
	name    string
	table   *event.Table // nil: declared by the arguments
}

// eventTable is a table as SQLite has connected it.
type eventTable struct {
	//lint:ignore U1000 SQLite reads and writes it
	base lib.Sqlite3_vtab // what SQLite knows of it, at the same address
	conn *Conn
	name string // empty for a table that is not declared in SQL
	*event.Table
	accesses []access
	idle     []*cursor // closed, to be opened again
	open     []*cursor
	spare    *arrangement // memory for the next statement that needs one, or nil
}

// provideEventModule registers the module; it reports whether it was not before.
func (c *Conn) provideEventModule() bool { return c.register(event.Module, nil) }

// provideTable registers a table that a statement misses: one that exists
// without a declaration, or one that was declared in temp, for a view or a trigger
// of another database, in which SQLite does not look there.
func (c *Conn) provideTable(name string) bool {
	name = strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
	for t := range c.events.tables {
		if t.name == name {
			return c.register(name, t.Table)
		}
	}
	t, ok := event.ReadyMade(name)
	return ok && c.register(name, t)
}

// register registers a module that is not registered yet: with a table, one under
// whose own name that table exists (https://sqlite.org/vtab.html#epovtab).
func (c *Conn) register(name string, table *event.Table) bool {
	for _, m := range c.events.modules {
		if m.name == name {
			return false
		}
	}
	m := &module{conn: c, name: name, table: table, methods: lib.Sqlite3_module{
		FxConnect:    functionPointer(connectTable),
		FxBestIndex:  functionPointer(bestIndex),
		FxDisconnect: functionPointer(disconnectTable),
		FxDestroy:    functionPointer(disconnectTable),
		FxOpen:       functionPointer(openCursor),
		FxClose:      functionPointer(closeCursor),
		FxFilter:     functionPointer(filterRows),
		FxNext:       functionPointer(nextRow),
		FxEof:        functionPointer(isAtEnd),
		FxColumn:     functionPointer(columnValue),
		FxRowid:      functionPointer(rowNumber),
	}}
	if table == nil {
		m.methods.FxCreate = functionPointer(createTable)
		m.methods.FxRename = functionPointer(renameTable)
	}
	text, err := libc.CString(name)
	if err != nil {
		return false
	}
	defer libc.Xfree(c.tls, text)
	c.events.modules = append(c.events.modules, m)
	return lib.Xsqlite3_create_module_v2(c.tls, c.db, text, addressOfObject(&m.methods), addressOfObject(m), 0) == lib.SQLITE_OK
}

// createTable is xCreate: https://sqlite.org/vtab.html#the_xcreate_method. It is not
// connectTable, as then event would be a table, too.
func createTable(tls *libc.TLS, db, aux uintptr, argc int32, argv, table, message uintptr) int32 {
	return connectTable(tls, db, aux, argc, argv, table, message)
}

// connectTable is xConnect: https://sqlite.org/vtab.html#the_xconnect_method. The
// arguments are the names of the module, the database and the table, and then what
// stands between the parentheses.
func connectTable(tls *libc.TLS, db, aux uintptr, argc int32, argv, table, message uintptr) int32 {
	m := objectAt[module](aux)
	t := &eventTable{conn: m.conn, Table: m.table}
	if t.Table == nil {
		args := make([]string, argc)
		for i := range args {
			args[i] = libc.GoString(*addressAt(argv + uintptr(i)*wordSize))
		}
		var problems []event.DeclarationProblem
		if t.Table, problems = event.ParseTable(strings.Join(args[3:], ",")); len(problems) > 0 {
			*addressAt(message) = newCString(tls, misdeclared(problems).Message)
			return lib.SQLITE_ERROR
		}
		t.name = strings.ToLower(args[2])
	}
	declaration := newCString(tls, declare(t.Table))
	defer lib.Xsqlite3_free(tls, declaration)
	if code := lib.Xsqlite3_declare_vtab(tls, db, declaration); code != lib.SQLITE_OK {
		return code
	}
	// Views and triggers may use it: reading an event does no harm.
	lib.Xsqlite3_vtab_config(tls, db, lib.SQLITE_VTAB_INNOCUOUS, 0)
	m.conn.events.keep(t)
	*addressAt(table) = addressOfObject(t)
	return lib.SQLITE_OK
}

func (e *eventTables) keep(t *eventTable) {
	if e.tables == nil {
		e.tables = map[*eventTable]bool{}
	}
	e.tables[t] = true
}

// declare returns the CREATE TABLE statement that tells SQLite the columns:
// https://sqlite.org/c3ref/declare_vtab.html. The last, a hidden one, is what makes
// the table a function, of the JSON to read instead of the event:
// https://sqlite.org/vtab.html#tabfunc2.
func declare(t *event.Table) string {
	var b strings.Builder
	separator := "CREATE TABLE t("
	for _, c := range t.Columns {
		b.WriteString(separator)
		b.WriteString(quote(c.Name))
		b.WriteByte(' ')
		b.WriteString(c.Type.String())
		separator = ","
	}
	b.WriteString(`,"(json)" HIDDEN)`)
	return b.String()
}

// disconnectTable is xDisconnect and xDestroy.
func disconnectTable(_ *libc.TLS, table uintptr) int32 {
	t := objectAt[eventTable](table)
	delete(t.conn.events.tables, t)
	return lib.SQLITE_OK
}

// renameTable is xRename: ALTER TABLE … RENAME TO.
func renameTable(_ *libc.TLS, table, name uintptr) int32 {
	objectAt[eventTable](table).name = strings.ToLower(libc.GoString(name))
	return lib.SQLITE_OK
}

// newCString copies a text into memory that SQLite can free, with the NUL that ends
// it.
func newCString(tls *libc.TLS, text string) uintptr {
	p := lib.Xsqlite3_malloc(tls, int32(len(text)+1))
	if p != 0 {
		b := bytesAt(p, len(text)+1)
		b[copy(b, text)] = 0
	}
	return p
}

// objectAt returns the object whose address SQLite was given.
func objectAt[T any](address uintptr) *T {
	return (*T)(*(*unsafe.Pointer)(unsafe.Pointer(&address)))
}

// addressOfObject returns the address of an object on Go's heap. The caller keeps
// it reachable.
func addressOfObject[T any](object *T) uintptr { return uintptr(unsafe.Pointer(object)) }
