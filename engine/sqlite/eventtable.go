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
	name string // in lower case; empty for a table that is not declared in SQL
	*event.Table
	accesses []access
	spare    *arrangement // memory for the next statement that needs one, or nil
}

// provideEventModule registers the module; it reports whether it was not before.
func (c *Conn) provideEventModule() bool {
	return c.provideModule(sqlite3.Module{Name: event.Module, Declared: true, Connect: c.connectEventTable})
}

// provideModule registers a module that is not registered yet.
func (c *Conn) provideModule(m sqlite3.Module) bool {
	if c.modules[m.Name] {
		return false
	}
	c.modules[m.Name] = true
	return c.db.CreateModule(m) == nil
}

// provideTable registers a table that a statement misses: one that exists
// without a declaration, or one that was declared in temp, for a view or a trigger
// of another database, in which SQLite does not look there.
func (c *Conn) provideTable(name string) bool {
	name = strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
	if name == seriesName {
		return c.provideModule(sqlite3.Module{Name: name, Connect: connectSeries})
	}
	for t := range c.events {
		if t.name == name {
			return c.provideUndeclared(name, t.Table)
		}
	}
	t, ok := event.ReadyMade(name)
	return ok && c.provideUndeclared(name, t)
}

// provideUndeclared registers an event table that exists without a declaration.
func (c *Conn) provideUndeclared(name string, t *event.Table) bool {
	return c.provideModule(sqlite3.Module{Name: name, Connect: func(string, []string) (sqlite3.Table, error) {
		return c.keep(&eventTable{Table: t}), nil
	}})
}

// connectEventTable is the table that a CREATE VIRTUAL TABLE … USING event(…) declares.
func (c *Conn) connectEventTable(name string, arguments []string) (sqlite3.Table, error) {
	t, problems := event.ParseTable(strings.Join(arguments, ","))
	if len(problems) > 0 {
		return nil, errors.New(misdeclared(problems).Message)
	}
	return c.keep(&eventTable{name: strings.ToLower(name), Table: t}), nil
}

func (c *Conn) keep(t *eventTable) *eventTable {
	t.conn = c
	c.events[t] = true
	return t
}

// Declaration tells SQLite the columns. The last, a hidden one, is what makes the table a
// function, of the JSON to read instead of the event: https://sqlite.org/vtab.html#tabfunc2.
func (t *eventTable) Declaration() string {
	var b strings.Builder
	separator := "CREATE TABLE t("
	for _, c := range t.Columns {
		b.WriteString(separator)
		b.WriteString(Quote(c.Name))
		b.WriteByte(' ')
		b.WriteString(c.Type.String())
		separator = ","
	}
	b.WriteString(`,"(json)" HIDDEN)`)
	return b.String()
}

// Rename is ALTER TABLE … RENAME TO.
func (t *eventTable) Rename(name string) { t.name = strings.ToLower(name) }

// Disconnect forgets the table.
func (t *eventTable) Disconnect() { delete(t.conn.events, t) }

// NewCursor returns a cursor.
func (t *eventTable) NewCursor() sqlite3.Cursor { return &cursor{table: t} }

// access is how a statement reads an event table: what BestIndex has chosen.
type access struct {
	used uint64 // the mask of the columns that it reads
	way  way
	by   int // the column of the way, or rowid
}

// way is how rows are found.
type way int

const (
	scan       way = iota // all, in the order of the event
	call                  // those of the JSON that the table is given as a function
	lookUp                // those with a value in a column
	ascending             // all, in the order of a column
	descending            // all, in the reverse order
)

const rowid = -1

// When a statement is prepared, nobody knows how many rows the event will have. A row costs
// more than a table's, because it is read from text: a join should read the event once and
// search the other table for each of its rows. If the event table itself is searched, an
// index finds a few rows (eventorder.go).
const (
	estimatedRows  = 1000
	estimatedFound = 10
	costOfRow      = 10
)

// BestIndex chooses how the rows are read. SQLite checks the rows that it is given again, so
// that a lookup may find too many.
func (t *eventTable) BestIndex(x *sqlite3.Index) bool {
	a := access{used: x.Columns()}
	argument := 0 // the constraint whose value Filter gets
	for i, c := range x.Constraints() {
		switch {
		case c.Column == len(t.Columns) && c.Op == sqlite3.Equal:
			if !c.Usable {
				return false // what it is given is not known yet
			}
			argument, a.way, a.by = i, call, c.Column
		case (a.way == scan || a.way == lookUp && c.Column == rowid) && canLookUp(x, i, c):
			argument, a.way, a.by = i, lookUp, c.Column
		}
	}
	rows := int64(estimatedRows)
	if a.way != scan {
		rows = estimatedFound
		x.Use(argument, 0, a.way == call)
	}
	cost := float64(costOfRow * rows)
	if a.way == lookUp && a.by == rowid {
		rows = 1
		x.Unique()
	}
	if order := x.OrderBy(); len(order) == 1 && t.inOrder(&a, order[0]) {
		x.InOrder()
	}
	x.Choose(t.access(a), rows, cost)
	return true
}

// inOrder reports whether the rows come in the order of a term, sorted if need be
// (eventorder.go).
func (t *eventTable) inOrder(a *access, term sqlite3.Order) bool {
	switch {
	case term.Column == rowid:
		return !term.Descending
	case a.way != scan || a.used>>min(term.Column, 63)&1 == 0:
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

// canLookUp says whether rows can be looked up by a constraint: an equality of texts
// as they are. The values of an IN are not looked up: checking every row is as fast, and a
// row would be found twice by two values that are equal but not the same, such as 1 and 1.0.
func canLookUp(x *sqlite3.Index, i int, c sqlite3.Constraint) bool {
	return c.Usable && c.Op == sqlite3.Equal && !x.In(i) && (c.Column == rowid || x.Collation(i) == "BINARY")
}

// access returns the number of a way to read the table. There are few.
func (t *eventTable) access(a access) int {
	i := slices.Index(t.accesses, a)
	if i < 0 {
		i = len(t.accesses)
		t.accesses = append(t.accesses, a)
	}
	return i
}
