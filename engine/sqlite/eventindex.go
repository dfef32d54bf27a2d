package sqlite

import (
	"hash/maphash"
	"math"
	"math/bits"
	"strconv"
	"strings"

	"sqlambda/event"
)

// rowIndex finds the rows of an event by the value of a column, or by their number.
// It is made when rows are looked up a second time. Without it, a join that looks rows up
// for each row of another table would read the event each time.
//
// It may find rows whose value is not the one that was asked for, as SQLite checks
// them, but none may be missing that SQLite takes for equal: 1, 1.0 and the texts
// '1' and '1.0' can be, so that all of them have one key.
type rowIndex struct {
	seed      maphash.Seed
	positions []int32  // where the rows are
	keys      []uint32 // of their values; none of an index by the rowid
	first     []int32  // the first row with the key, by the key's last bits, or -1
	next      []int32  // the next row with the same last bits, or -1
	useless   bool     // there is a value without a key, or there are too many rows
}

// indexedSize is what an index takes for a row, in bytes.
const indexedSize = 28

// newRowIndex goes through the rows, whose column to look up by is i, or the rowid. An
// index for which there is no memory is useless.
func newRowIndex(rows *event.Rows, i int, memory *event.Memory) *rowIndex {
	x := &rowIndex{seed: maphash.MakeSeed()}
	for rows.Rewind(); rows.Next(); {
		if !memory.Take(indexedSize) {
			memory.Release(x.size())
			return &rowIndex{useless: true}
		}
		x.positions = append(x.positions, int32(rows.Position()))
		if i == rowid {
			continue
		}
		key, ok := x.keyOf(rows.Value(i))
		x.useless = x.useless || !ok
		x.keys = append(x.keys, key)
	}
	if i == rowid || x.useless {
		return x
	}
	x.first = make([]int32, 1<<bits.Len(uint(len(x.keys))))
	for slot := range x.first {
		x.first[slot] = -1
	}
	x.next = make([]int32, len(x.keys))
	for row := len(x.keys) - 1; row >= 0; row-- { // so that they are found in their order
		slot := &x.first[int(x.keys[row])&(len(x.first)-1)]
		x.next[row], *slot = *slot, int32(row)
	}
	return x
}

// size is what the index takes, in bytes.
func (x *rowIndex) size() int { return len(x.positions) * indexedSize }

// find returns the first row, from 0, that may have the value; -1 where none has. It is
// not ok where the index cannot tell.
func (x *rowIndex) find(v event.Value, i int) (row int32, ok bool) {
	if x.useless {
		return 0, false
	}
	if i == rowid {
		return x.numbered(v)
	}
	key, ok := x.keyOf(v)
	switch {
	case !ok:
		return 0, false
	case key == noKey:
		return -1, true
	}
	return x.withKey(x.first[int(key)&(len(x.first)-1)], key), true
}

// withKey returns a row, or the first one after it with the same last bits, that has the
// key, or -1.
func (x *rowIndex) withKey(row int32, key uint32) int32 {
	for row >= 0 && x.keys[row] != key {
		row = x.next[row]
	}
	return row
}

// after returns the row after one that was found, or -1.
func (x *rowIndex) after(row int32) int32 {
	if len(x.next) == 0 {
		return -1
	}
	return x.withKey(x.next[row], x.keys[row])
}

func (x *rowIndex) numbered(v event.Value) (row int32, ok bool) {
	switch {
	case v.Kind != event.Integer && v.Kind != event.Null:
		return 0, false
	case v.Integer() < 1 || v.Integer() > int64(len(x.positions)):
		return -1, true
	}
	return int32(v.Integer()) - 1, true
}

// noKey is the key of NULL, which equals nothing.
const noKey = 0

// keyOf returns what a value has in common with those that SQLite may take for equal:
// https://sqlite.org/datatype3.html#comparisons. It is not ok where that cannot be told.
func (x *rowIndex) keyOf(v event.Value) (key uint32, ok bool) {
	switch v.Kind {
	case event.Null:
		return noKey, true
	case event.Integer:
		return keyOfInteger(v.Integer()), true
	case event.Real:
		return keyOfReal(v.Real()), true
	case event.Text:
		return x.keyOfText(v.Text)
	default:
		return mixed(maphash.String(x.seed, v.Text)), true
	}
}

// mixed folds a hash, or a number, to a key.
func mixed(hash uint64) uint32 { return max(uint32(hash*0x9e3779b97f4a7c15>>32), noKey+1) }

func keyOfInteger(n int64) uint32 { return mixed(uint64(n)) }

func keyOfReal(x float64) uint32 {
	if x == math.Trunc(x) && x >= -1<<63 && x < 1<<63 {
		return keyOfInteger(int64(x))
	}
	return mixed(math.Float64bits(x))
}

// keyOfText returns the key of a text, which is that of a number where it looks like
// one. SQLite and Go may read a number of more than 15 digits differently.
func (x *rowIndex) keyOfText(text string) (key uint32, ok bool) {
	number := strings.TrimPrefix(strings.Trim(text, " \t\n\v\f\r"), "+")
	if number == "" || strings.Trim(number, "0123456789+-.eE") != "" {
		return mixed(maphash.String(x.seed, text)), true
	}
	if n, err := strconv.ParseInt(number, 10, 64); err == nil {
		return keyOfInteger(n), true
	}
	if r, err := strconv.ParseFloat(number, 64); err == nil && len(number) <= 15 {
		return keyOfReal(r), true
	}
	return noKey, false
}
