package sqlite

import (
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

// lastOfSeries is where a series without a stop ends.
const lastOfSeries = math.MaxUint32

// series is the virtual table.
type series struct{}

func connectSeries([]string) (sqlite3.Table, error) { return series{}, nil }

func (series) Declaration() string {
	return "CREATE TABLE x(value, start HIDDEN, stop HIDDEN, step HIDDEN)"
}

func (series) NewCursor() sqlite3.Cursor { return &seriesCursor{} }

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
	start, stop, step int64
	first             int64  // the value of the first row
	descends          bool   // values become smaller
	size              uint64 // of a step
	last, row         uint64 // of the rows, from 0
	begun, isEmpty    bool
}

func (c *seriesCursor) Open() {}

func (c *seriesCursor) Close() {}

// Filter reads the arguments. A series with an argument that is NULL has no rows.
func (c *seriesCursor) Filter(number int, given sqlite3.Arguments) error {
	*c = seriesCursor{stop: lastOfSeries, step: 1}
	if number>>seriesStart&1 == 0 {
		return errors.New("generate_series(start, stop, step) needs a start")
	}
	argument := 0
	for column, to := range [...]*int64{seriesStart: &c.start, seriesStop: &c.stop, seriesStep: &c.step} {
		if to == nil || number>>column&1 == 0 {
			continue
		}
		c.isEmpty = c.isEmpty || given.Value(argument).Kind == event.Null
		*to = given.Integer(argument)
		argument++
	}
	c.arrange(number)
	return nil
}

// arrange counts the rows, and turns them round where they are wanted in the other order.
func (c *seriesCursor) arrange(number int) {
	if c.step == 0 {
		c.step = 1
	}
	c.descends = c.step < 0
	c.size = uint64(c.step)
	distance := uint64(c.stop) - uint64(c.start)
	if c.descends {
		c.size, distance = -c.size, -distance
	}
	c.isEmpty = c.isEmpty || c.start != c.stop && (c.stop < c.start) != c.descends
	c.last, c.first = distance/c.size, c.start
	if number&seriesAscends != 0 && c.descends || number&seriesDescends != 0 && !c.descends {
		c.first, c.descends = c.at(c.last), !c.descends
	}
}

// at is the value of a row.
func (c *seriesCursor) at(row uint64) int64 {
	distance := row * c.size
	if c.descends {
		distance = -distance
	}
	return int64(uint64(c.first) + distance)
}

// Next goes to the next value.
func (c *seriesCursor) Next() (bool, error) {
	if c.isEmpty || c.begun && c.row == c.last {
		return false, nil
	}
	if c.begun {
		c.row++
	}
	c.begun = true
	return true, nil
}

// Column gives the value or an argument.
func (c *seriesCursor) Column(i int, result sqlite3.Result) {
	v := c.at(c.row)
	switch i {
	case seriesStart:
		v = c.start
	case seriesStop:
		v = c.stop
	case seriesStep:
		v = c.step
	}
	result.Set(event.IntegerValue(v), false)
}

// Rowid is the number of the row.
func (c *seriesCursor) Rowid() int64 { return int64(c.row) + 1 }
