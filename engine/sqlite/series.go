package sqlite

import (
	"cmp"
	"errors"
	"math"

	"sqlambda/engine/sqlite/internal/sqlite3"
	"sqlambda/event"
)

// seriesName is SQLite's table-valued function generate_series(start, stop, step), an
// extension that its library leaves out: https://sqlite.org/series.html.
const seriesName = "generate_series"

// The columns of a series; those behind the first are its arguments.
const (
	seriesValue = iota
	seriesStart
	seriesStop
	seriesStep
)

// series is the virtual table.
type series struct{}

func (series) Declaration() string {
	return "CREATE TABLE x(value, start HIDDEN, stop HIDDEN, step HIDDEN)"
}

func (series) Open() sqlite3.Cursor { return &seriesCursor{} }

// What the number given to Filter says, beside a bit for each column that has an argument.
const (
	seriesAscends  = 1 << 8
	seriesDescends = 1 << 9
)

// BestIndex asks for the arguments, of which start is needed, and for the order of value.
func (series) BestIndex(x *sqlite3.Index) bool {
	var given [seriesStep + 1]*sqlite3.Constraint
	for i := range x.Constraints {
		c := &x.Constraints[i]
		if c.Column < seriesStart || !c.Equal {
			continue
		}
		if !c.Usable {
			return false // it is not known yet
		}
		given[c.Column] = c
	}
	arguments := 0
	for column, c := range given {
		if c != nil {
			arguments++
			c.Argument, c.Omit = arguments, true
			x.Number |= 1 << column
		}
	}
	x.Rows = 1000
	if given[seriesStop] == nil {
		x.Rows = math.MaxInt32
	}
	x.Cost = float64(x.Rows)
	if x.InOrder = len(x.OrderBy) == 1 && x.OrderBy[0].Column == seriesValue; x.InOrder {
		x.Number |= seriesAscends
		if x.OrderBy[0].Descending {
			x.Number ^= seriesAscends | seriesDescends
		}
	}
	return true
}

// seriesCursor goes through the values of a series.
type seriesCursor struct {
	columns [seriesStep + 1]int64 // of the row
	step    int64                 // to the next value
	row     int64                 // from 1
	left    uint64                // rows, but for the first
	isEmpty bool
}

func (c *seriesCursor) Close() {}

// Filter reads the arguments. A series with an argument that is NULL has no rows.
func (c *seriesCursor) Filter(number int, given sqlite3.Arguments) error {
	if number>>seriesStart&1 == 0 {
		return errors.New("generate_series(start, stop, step) needs a start")
	}
	*c = seriesCursor{columns: [...]int64{seriesStop: math.MaxUint32, seriesStep: 1}} // if none is given
	argument := 0
	for column := range c.columns {
		if number>>column&1 == 1 {
			c.isEmpty = c.isEmpty || given.Value(argument).Kind == event.Null
			c.columns[column] = given.Integer(argument)
			argument++
		}
	}
	c.step = cmp.Or(c.columns[seriesStep], 1)
	c.columns[seriesStep] = c.step
	c.arrange(number)
	return nil
}

// arrange counts the rows, and turns them round where they are wanted in the other order.
// Distances may be larger than the largest integer; what is too large comes round.
func (c *seriesCursor) arrange(number int) {
	start, stop := c.columns[seriesStart], c.columns[seriesStop]
	size, distance := uint64(c.step), uint64(stop)-uint64(start)
	if c.step < 0 {
		size, distance = -size, -distance
	}
	c.isEmpty = c.isEmpty || start != stop && (stop < start) != (c.step < 0)
	c.left = distance / size
	if number&seriesAscends != 0 && c.step < 0 || number&seriesDescends != 0 && c.step > 0 {
		start += int64(c.left) * c.step
		c.step = -c.step
	}
	c.columns[seriesValue] = start
}

// Next goes to the next value.
func (c *seriesCursor) Next() bool {
	c.row++
	if c.isEmpty || c.row == 1 {
		return !c.isEmpty
	}
	c.left--
	c.columns[seriesValue] += c.step
	return c.left != math.MaxUint64 // it was 0
}

// Column gives the value or an argument.
func (c *seriesCursor) Column(i int, result sqlite3.Result) {
	result.Set(event.IntegerValue(c.columns[i]), false)
}

// Rowid is the number of the row.
func (c *seriesCursor) Rowid() int64 { return c.row }
