package sqlite

import (
	"errors"
	"slices"
	"strings"

	"sqlambda/engine/sqlite/internal/sqlite3"
	"sqlambda/event"
)

// eventTable is an event table as a virtual table: https://sqlite.org/vtab.html.
type eventTable struct {
	conn *Conn
	*event.Table
	accesses []access
	spare    *arrangement // memory for the next statement that needs one, or nil
}

// provideModule registers a module that is not registered yet.
func (c *Conn) provideModule(m sqlite3.Module) bool {
	return c.provides("table "+m.Name) && c.db.CreateModule(m) == nil
}

// provides reports whether something is not registered yet, and notes that it is now.
func (c *Conn) provides(what string) bool {
	known := c.provided[what]
	c.provided[what] = true
	return !known
}

// provideEventModule registers the module of the tables that SQL declares.
func (c *Conn) provideEventModule() bool {
	return c.provideModule(sqlite3.Module{Name: event.Module, Declared: true, Connect: func(arguments []string) (sqlite3.Table, error) {
		t, problems := event.ParseTable(strings.Join(arguments, ","))
		if len(problems) > 0 {
			return nil, errors.New(misdeclared(problems).Message)
		}
		return &eventTable{conn: c, Table: t}, nil
	}})
}

// provideTable registers a table that a statement misses: one that exists
// without a declaration, or one that was declared in temp, for a view or a trigger
// of another database, in which SQLite does not look there.
func (c *Conn) provideTable(name string) bool {
	name = strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
	if name == seriesName {
		return c.provideModule(sqlite3.Module{Name: name, Connect: func([]string) (sqlite3.Table, error) { return series{}, nil }})
	}
	t, ok := event.ReadyMade(name)
	if declared, isDeclared := c.db.Table(name); isDeclared {
		t, ok = declared.(*eventTable).Table, true
	}
	return ok && c.provideModule(sqlite3.Module{Name: name, Connect: func([]string) (sqlite3.Table, error) {
		return &eventTable{conn: c, Table: t}, nil
	}})
}

// Declaration tells SQLite the columns. The last, a hidden one, is what makes the table a
// function, of the JSON to read instead of the event: https://sqlite.org/vtab.html#tabfunc2.
func (t *eventTable) Declaration() string {
	declaration := "CREATE TABLE t("
	for _, c := range t.Columns {
		declaration += Quote(c.Name) + " " + c.Type.String() + ","
	}
	return declaration + `"(json)" HIDDEN)`
}

// Open returns a cursor for the event that is handled.
func (t *eventTable) Open() sqlite3.Cursor {
	e, _ := t.conn.config.Host.Event()
	return &cursor{table: t, event: e}
}

// access is how a statement reads an event table: what BestIndex has chosen.
type access struct {
	used uint64 // the mask of the columns that it reads
	way  way
	by   int // the column of the way, rowid for the row's number
}

// way is how rows are found.
type way int

const rowid = -1 // the number of a row, as a column

const (
	scanning   way = iota // all, in the order of the event
	called                // those of the JSON that the table is given as a function
	lookingUp             // those with a value in a column
	ascending             // all, in the order of a column
	descending            // all, in the reverse order
)

// When a statement is prepared, nobody knows how many rows the event will have. A row costs
// more than a table's, because it is read from text: a join should read the event once and
// search the other table for each of its rows. If the event table itself is searched, an
// index finds a few rows (eventorder.go).
const (
	estimatedRows  = 1000
	estimatedFound = 10
	costOfRow      = 10
)

// BestIndex chooses how the rows are read. They are looked up by texts as they are; SQLite
// checks the rows again, so that too many may be found. The values of an IN are not looked up:
// checking every row is as fast, and a row would be found twice by two values that are equal
// but not the same, such as 1 and 1.0.
func (t *eventTable) BestIndex(x *sqlite3.Index) bool {
	a := access{used: x.Columns}
	var argument *sqlite3.Constraint // whose value Filter gets
	for i := range x.Constraints {
		switch c := &x.Constraints[i]; {
		case c.Column == len(t.Columns) && c.Equal:
			if !c.Usable {
				return false // what it is given is not known yet
			}
			argument, a.way, a.by = c, called, c.Column
		case (a.way == scanning || a.way == lookingUp && c.Column == rowid) &&
			c.Usable && c.Equal && !c.In && (c.Column == rowid || c.Collation == "BINARY"):
			argument, a.way, a.by = c, lookingUp, c.Column
		}
	}
	x.Rows = estimatedRows
	if argument != nil {
		x.Rows = estimatedFound
		argument.Argument, argument.Omit = 1, a.way == called
	}
	x.Cost = float64(costOfRow * x.Rows)
	if a.way == lookingUp && a.by == rowid {
		x.Rows, x.Unique = 1, true
	}
	x.InOrder = len(x.OrderBy) == 1 && t.inOrder(&a, x.OrderBy[0])
	if x.Number = slices.Index(t.accesses, a); x.Number < 0 { // there are few
		x.Number = len(t.accesses)
		t.accesses = append(t.accesses, a)
	}
	return true
}

// inOrder reports whether the rows come in the order of a term, sorted if need be
// (eventorder.go).
func (t *eventTable) inOrder(a *access, term sqlite3.Order) bool {
	switch {
	case term.Column == rowid:
		return !term.Descending
	case a.way != scanning || a.used>>min(term.Column, 63)&1 == 0:
		return false
	case term.Column < len(t.Columns) && t.Columns[term.Column].Type == event.JSONType:
		return false // texts and numbers
	}
	a.way, a.by = ascending, term.Column
	if term.Descending {
		a.way = descending
	}
	return true
}
