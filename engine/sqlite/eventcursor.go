package sqlite

import (
	"math"
	"strconv"
	"strings"

	"sqlambda/engine/sqlite/internal/sqlite3"
	"sqlambda/event"
)

// cursor goes through the rows of an event table.
type cursor struct {
	table *eventTable

	event  event.Event // the one being handled; at init a missing one, which has no rows
	access access
	rows   *event.Rows // nil until they are read
	kept   *arrangement
	// arranged is kept if its rows are read, from place on and before end. Otherwise it is nil,
	// and the rows are read in the order of the event, of which place have been.
	arranged   *arrangement
	place, end int
	useless    bool // the rows cannot be arranged
}

// Filter begins to go through the rows, in the way that BestIndex has chosen.
func (c *cursor) Filter(number int, given sqlite3.Arguments) error {
	again := c.rows != nil && c.access == c.table.accesses[number]
	c.access = c.table.accesses[number]
	from := c.event
	if c.access.way == called {
		from = c.given(given.Value(0))
	}
	if !again {
		c.Close()
		c.rows = c.table.Table.Open(from, c.access.used)
	} else if c.access.way == called {
		c.rows.Reset(from)
	}
	c.arranged, c.place = nil, 0
	switch c.access.way {
	case lookingUp:
		// Without an arrangement, a join that looks rows up for each row of another table
		// would read the event each time. The first time nobody knows that.
		if again && c.arrange() {
			if from, to, ok := c.kept.find(given.Value(0)); ok {
				c.arranged, c.place, c.end = c.kept, from, to
			}
		}
	case ascending, descending:
		if !c.arrange() {
			return &sqlite3.Error{Code: sqlite3.NoMemory}
		}
		c.arranged, c.end = c.kept, len(c.kept.order)
	}
	if c.arranged == nil {
		c.rows.Rewind()
	}
	return nil
}

// arrange keeps the rows in the order of a column, if they are not yet. It returns false if
// there is too little memory, or a value that cannot be looked up.
func (c *cursor) arrange() bool {
	if c.kept == nil && !c.useless {
		c.kept = c.table.takeArrangement()
		if c.useless = !c.kept.arrange(c.rows, c.event, &c.access); c.useless {
			c.drop()
		}
	}
	return !c.useless
}

// drop drops the arrangement.
func (c *cursor) drop() {
	c.event.Memory().Release(c.kept.size)
	c.table.putBack(c.kept)
	c.kept = nil
}

// Close drops what the cursor has read.
func (c *cursor) Close() {
	if c.kept != nil {
		c.drop()
	}
	if c.rows != nil {
		c.rows.Close()
	}
	c.rows, c.useless = nil, false
}

// given is the argument of the table as a function. Values that are not JSON yield no rows.
func (c *cursor) given(v event.Value) event.Event {
	if v.Kind == event.Null {
		return event.Event{}
	}
	if !c.event.Holds(v.Text) {
		v.Text = strings.Clone(v.Text) // SQLite has other plans for its memory
	}
	e, _ := event.Parse(sqlite3.View(v.Text))
	return e.In(c.event.Memory())
}

// Next goes to the next row.
func (c *cursor) Next() bool {
	c.place++
	if c.arranged != nil {
		return c.place <= c.end
	}
	return c.rows.Next()
}

// Rowid is the number of the row.
func (c *cursor) Rowid() int64 {
	if c.arranged != nil {
		return int64(c.arranged.order[c.place-1]) + 1
	}
	return int64(c.place)
}

// Column gives the value of a column.
//
// A text that is part of the event is not copied: the event stays where it is until the
// statement has been reset. What a modifier has made is gone with its row.
func (c *cursor) Column(i int, result sqlite3.Result) {
	if i == len(c.table.Columns) {
		return // what the table is given as a function reads as NULL
	}
	var v event.Value
	if c.arranged != nil {
		v = c.arranged.value(c.arranged.order[c.place-1], i)
	} else {
		v = c.rows.Value(i)
	}
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
