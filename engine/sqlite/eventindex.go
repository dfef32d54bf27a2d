package sqlite

import (
	"hash/maphash"
	"math"
	"strconv"
	"strings"

	"sqlambda/event"
)

// rowIndex finds the rows of an event by the value of a column, or by their number.
// It is made when rows are looked up a second time: a join that looks them up for
// each row of another table would else read the event as often.
//
// It may find rows whose value is not the one that was asked for, as SQLite checks
// them, but none may be missing that SQLite takes for equal: 1, 1.0 and the texts
// '1' and '1.0' can be, so that all of them have one key.
type rowIndex struct {
	positions []int32          // where the rows are
	first     map[uint64]int32 // the first row with a key
	next      []int32          // the next row with the same key, or -1
	useless   bool             // there is a value without a key
}

// newRowIndex goes through the rows, whose column to look up by is i, or the rowid.
func newRowIndex(rows *event.Rows, i int) *rowIndex {
	x := &rowIndex{}
	var keys []key
	for rows.Rewind(); rows.Next(); {
		x.positions = append(x.positions, int32(rows.Position()))
		if i == rowid {
			continue
		}
		k := keyOf(rows.Value(i))
		x.useless = x.useless || k.unknown
		keys = append(keys, k)
	}
	x.first = make(map[uint64]int32, len(keys))
	x.next = make([]int32, len(keys))
	for row := len(keys) - 1; row >= 0; row-- { // so that they are found in their order
		k := keys[row]
		if k.null {
			continue
		}
		x.next[row] = -1
		if later, ok := x.first[k.hash]; ok {
			x.next[row] = later
		}
		x.first[k.hash] = int32(row)
	}
	return x
}

// find returns the first row, from 0, that may have the value; -1 where none has. It is
// not ok where the index cannot tell.
func (x *rowIndex) find(v event.Value, i int) (row int32, ok bool) {
	if i == rowid {
		return x.numbered(v)
	}
	k := keyOf(v)
	if k.unknown || x.useless {
		return 0, false
	}
	if row, ok := x.first[k.hash]; ok && !k.null {
		return row, true
	}
	return -1, true
}

func (x *rowIndex) numbered(v event.Value) (row int32, ok bool) {
	switch {
	case v.Kind != event.Integer && v.Kind != event.Null:
		return 0, false
	case v.Integer < 1 || v.Integer > int64(len(x.positions)):
		return -1, true
	}
	return int32(v.Integer) - 1, true
}

// after returns the row after one that was found, or -1.
func (x *rowIndex) after(row int32) int32 {
	if len(x.next) == 0 {
		return -1
	}
	return x.next[row]
}

// key is what values have in common that SQLite may take for equal.
type key struct {
	hash    uint64
	null    bool // equals nothing
	unknown bool // may equal anything
}

var seed = maphash.MakeSeed()

// keyOf returns the key of a value: https://sqlite.org/datatype3.html#comparisons.
func keyOf(v event.Value) key {
	switch v.Kind {
	case event.Null:
		return key{null: true}
	case event.Integer:
		return keyOfInteger(v.Integer)
	case event.Real:
		return keyOfReal(v.Real)
	case event.Text:
		return keyOfText(v.Text)
	default:
		return key{hash: maphash.String(seed, v.Text)}
	}
}

func keyOfInteger(n int64) key { return key{hash: uint64(n) * 0x9e3779b97f4a7c15} }

func keyOfReal(x float64) key {
	if x == math.Trunc(x) && math.Abs(x) < 1<<63 {
		return keyOfInteger(int64(x))
	}
	return key{hash: math.Float64bits(x)}
}

// keyOfText returns the key of a text, which is that of a number where it looks like
// one. SQLite and Go may read a number of more than 15 digits differently.
func keyOfText(text string) key {
	number := strings.TrimPrefix(strings.Trim(text, " \t\n\v\f\r"), "+")
	if number == "" || strings.Trim(number, "0123456789+-.eE") != "" {
		return key{hash: maphash.String(seed, text)}
	}
	if n, err := strconv.ParseInt(number, 10, 64); err == nil {
		return keyOfInteger(n)
	}
	if x, err := strconv.ParseFloat(number, 64); err == nil && len(number) <= 15 {
		return keyOfReal(x)
	}
	return key{unknown: true}
}
