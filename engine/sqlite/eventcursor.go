package sqlite

import (
	"math"
	"strconv"

	"sqlambda/engine/sqlite/internal/sqlite3"
	"sqlambda/event"
)

// cursor goes through the rows of an event table.
type cursor struct {
	table *eventTable

	event  event.Event // the one being handled; at init a missing one, which has no rows
	access access
	rows   *event.Rows // nil until they are read
	index  *rowIndex   // nil until rows are looked up a second time
	found  bool        // only the rows that the index found are read
	// sorted holds the rows if they are read in the order of a column; place is the one
	// to read next.
	sorted *arrangement
	place  int
	// row, from 0, is the next one that the index found, -1 after the last; of sorted rows
	// it is the one read last.
	row    int32
	number int64 // of the row, from 1
}

// Open readies the cursor for the event that is handled.
func (c *cursor) Open() { c.event, _ = c.table.conn.config.Host.Event() }

// Close drops what the cursor has read.
func (c *cursor) Close() {
	c.release()
	*c = cursor{table: c.table}
}

// Filter begins to go through the rows, in the way that BestIndex has chosen.
func (c *cursor) Filter(number int, given sqlite3.Arguments) error {
	again := c.rows != nil && c.access == c.table.accesses[number]
	c.access = c.table.accesses[number]
	ok := true
	switch {
	case c.access.given:
		ok = c.open(c.given(given.Value(0)), again)
	case !again:
		ok = c.open(c.event, false)
	case c.access.lookUp == noColumn:
		c.rewind()
	default:
		c.lookUp(given.Value(0))
	}
	if !ok {
		return &sqlite3.Error{Code: sqlite3.NoMemory}
	}
	return nil
}

// open begins with the first row of an event; again, if it did so before. It returns false
// if sorting the rows needs more memory than there is.
func (c *cursor) open(e event.Event, again bool) bool {
	if again {
		c.rows.Reset(e)
	} else {
		c.release()
		c.rows = c.table.Open(e, c.access.used)
		if by := c.access.orderBy; by != noColumn {
			c.sorted = c.table.takeArrangement()
			if !c.sorted.arrange(c.rows, e, c.access.used, by, c.access.descending) {
				c.release()
				return false
			}
		}
	}
	c.rewind()
	return true
}

// release drops the rows that are kept.
func (c *cursor) release() {
	memory := c.event.Memory()
	if c.sorted != nil {
		memory.Release(c.sorted.size)
		c.table.putBack(c.sorted)
	}
	if c.index != nil {
		memory.Release(c.index.size())
	}
	if c.rows != nil {
		c.rows.Close()
	}
	c.index, c.sorted, c.rows = nil, nil, nil
}

// given is the argument of the table as a function. Values that are not JSON yield no rows.
func (c *cursor) given(v event.Value) event.Event {
	if v.Kind == event.Null {
		return event.Event{}
	}
	text := []byte(nil)
	if c.event.Holds(v.Text) {
		text = sqlite3.View(v.Text)
	} else {
		text = []byte(v.Text) // SQLite has other plans for its memory
	}
	e, _ := event.Parse(text)
	return e.In(c.event.Memory())
}

// rewind begins with the first row.
func (c *cursor) rewind() {
	c.rows.Rewind()
	c.number, c.found, c.place = 0, false, 0
}

// lookUp begins with the first row that may have the value that is looked up.
func (c *cursor) lookUp(v event.Value) {
	if c.index == nil {
		c.index = newRowIndex(c.rows, c.access.lookUp, c.event.Memory())
	}
	row, ok := c.index.find(v, c.access.lookUp)
	if !ok {
		c.rewind()
		return
	}
	c.found, c.row = true, row
}

// Next goes to the next row.
func (c *cursor) Next() (bool, error) {
	switch {
	case c.sorted != nil:
		return c.nextSorted(), nil
	case c.found:
		return c.nextFound(), nil
	}
	c.number++
	return c.rows.Next(), nil
}

func (c *cursor) nextSorted() bool {
	if c.place == len(c.sorted.order) {
		return false
	}
	c.row = c.sorted.order[c.place]
	c.number = int64(c.row) + 1
	c.place++
	return true
}

func (c *cursor) nextFound() bool {
	if c.row < 0 {
		return false
	}
	c.rows.Seek(int(c.index.positions[c.row]))
	c.number = int64(c.row) + 1
	c.row = c.index.after(c.row)
	return true
}

// value returns the value of column i in the row that was read last.
func (c *cursor) value(i int) event.Value {
	if c.sorted != nil {
		return c.sorted.value(c.row, i)
	}
	return c.rows.Value(i)
}

// Rowid is the number of the row.
func (c *cursor) Rowid() int64 { return c.number }

// Column gives the value of a column.
//
// A text that is part of the event is not copied: the event stays where it is until the
// statement has been reset. What a modifier has made is gone with its row.
func (c *cursor) Column(i int, result sqlite3.Result) {
	if i == len(c.table.Columns) {
		return // what the table is given as a function reads as NULL
	}
	v := c.value(i)
	if c.table.Columns[i].Type == event.JSONType {
		v = numeric(v)
	}
	result.Set(v, c.event.Holds(v.Text))
}

// numeric is a JSON text as a column that is declared JSON has it: a number where SQL writes
// it as the text does. The affinity of JSON is NUMERIC, and SQLite takes it for granted that
// a column's values have it (https://sqlite.org/datatype3.html#type_affinity).
func numeric(v event.Value) event.Value {
	const digits = 15 // that a real number keeps
	if v.Text == "" || v.Text[0] > '9' || v.Text == "-0" {
		return v
	}
	if n, err := strconv.ParseInt(v.Text, 10, 64); err == nil {
		return event.IntegerValue(n)
	}
	x, err := strconv.ParseFloat(v.Text, 64)
	if err != nil || len(v.Text) > digits || math.Abs(x) < 1e-4 {
		return v
	}
	written := strconv.FormatFloat(x, 'f', -1, 64)
	if written == v.Text || written+".0" == v.Text {
		return event.RealValue(x)
	}
	return v
}
