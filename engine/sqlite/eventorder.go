package sqlite

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"sqlambda/event"
)

// arrangement holds the rows of an event in the order of a column, for GROUP BY,
// ORDER BY and DISTINCT: https://sqlite.org/c3ref/vtab_distinct.html. SQLite would
// put them through its sorter, for more than the event takes to read.
//
// Batches have few groups: rows are put into groups by hashing, and only the groups
// are sorted. The rows are kept as the values that the statement reads, each column
// for itself, so that they are read but once.
type arrangement struct {
	by      int         // the column of the order
	columns []valueList // of the rows, but for column by
	keys    []event.Value
	groups  []int32 // for each row, its place in keys
	order   []int32 // the rows, in the order of their keys

	texts   map[string]int32 // the places of keys
	numbers map[uint64]int32
	null    int32 // the place of NULL among keys, or -1

	size int // about, of all that in bytes
}

// newArrangement is one without rows, of a table with that many columns.
func newArrangement(columns int) *arrangement {
	return &arrangement{columns: make([]valueList, columns), texts: map[string]int32{}, numbers: map[uint64]int32{}}
}

// mostSpare is the number of rows whose memory is kept for the next event.
const mostSpare = 10_000

// takeArrangement returns an arrangement without rows.
func (t *eventTable) takeArrangement() *arrangement {
	a := t.spare
	if t.spare = nil; a == nil {
		a = newArrangement(len(t.Columns))
	}
	return a
}

// putBack takes back an arrangement that is not needed any more.
func (t *eventTable) putBack(a *arrangement) {
	if cap(a.groups) <= mostSpare {
		a.reset()
		t.spare = a
	}
}

// reset drops the rows, and keeps the memory for the next.
func (a *arrangement) reset() {
	for i := range a.columns {
		l := &a.columns[i]
		clear(l.texts)
		l.kinds, l.numbers, l.texts = l.kinds[:0], l.numbers[:0], l.texts[:0]
	}
	clear(a.keys)
	clear(a.texts)
	clear(a.numbers)
	a.keys, a.groups, a.order, a.size = a.keys[:0], a.groups[:0], a.order[:0], 0
}

// What an arrangement takes, in bytes: a row in groups and order, a value in its column, a
// key in keys and the map, a text that is a copy.
const (
	rowSize   = 8
	valueSize = 17
	keySize   = 80
	cloneSize = 16
)

// arrange goes through the rows. Used is the mask of the columns to keep; of those
// from 63 on, all or none. It returns false if there is too little memory; size is what the
// rows have taken.
func (a *arrangement) arrange(rows *event.Rows, e event.Event, used uint64, by int, descending bool) bool {
	a.by, a.null = by, -1
	taken, memory := 0, e.Memory()
	for rows.Rewind(); rows.Next(); {
		a.groups = append(a.groups, a.group(rows.Value(by), e))
		a.size += rowSize
		for i := range a.columns {
			if i != by && used>>min(i, 63)&1 != 0 {
				a.columns[i].append(a.kept(rows.Value(i), e))
				a.size += valueSize
			}
		}
		if !memory.Take(a.size - taken) {
			a.size = taken
			return false
		}
		taken = a.size
	}
	a.sort(descending)
	return true
}

// kept is a value that outlives its row.
func (a *arrangement) kept(v event.Value, e event.Event) event.Value {
	if v.Text != "" && !e.Holds(v.Text) {
		v.Text = strings.Clone(v.Text)
		a.size += len(v.Text) + cloneSize
	}
	return v
}

// group returns the place of a key among those that were seen, and adds it where it
// is new.
func (a *arrangement) group(key event.Value, e event.Event) int32 {
	place := int32(len(a.keys))
	switch key.Kind {
	case event.Null:
		if a.null >= 0 {
			return a.null
		}
		a.null = place
	case event.Integer, event.Real:
		bits := bitsOf(key)
		if known, ok := a.numbers[bits]; ok {
			return known
		}
		a.numbers[bits] = place
	default: // a column has texts or blobs, not both
		if known, ok := a.texts[key.Text]; ok {
			return known
		}
		key = a.kept(key, e)
		a.texts[key.Text] = place
	}
	a.keys = append(a.keys, key)
	a.size += keySize
	return place
}

// bitsOf is the same for numbers that are equal. A column has integers or reals, not
// both.
func bitsOf(v event.Value) uint64 {
	if v.Kind == event.Integer {
		return uint64(v.Integer())
	}
	return math.Float64bits(v.Real() + 0) // -0 is 0
}

// sort orders the rows by their keys; those with the same key stay in the order of
// the event.
func (a *arrangement) sort(descending bool) {
	sorted := make([]int32, len(a.keys))
	for i := range sorted {
		sorted[i] = int32(i)
	}
	slices.SortFunc(sorted, func(i, j int32) int {
		c := compareKeys(a.keys[i], a.keys[j])
		if descending {
			return -c
		}
		return c
	})
	next := make([]int32, len(a.keys)) // for each key, where its next row goes
	for _, key := range a.groups {
		next[key]++
	}
	start := int32(0)
	for _, key := range sorted {
		start, next[key] = start+next[key], start
	}
	a.order = slices.Grow(a.order, len(a.groups))[:len(a.groups)]
	for row, key := range a.groups {
		a.order[next[key]] = int32(row)
		next[key]++
	}
}

// compareKeys is the order of https://sqlite.org/datatype3.html#sort_order: NULL is
// first, and texts and blobs are compared by their bytes.
func compareKeys(a, b event.Value) int {
	switch {
	case a.Kind != b.Kind:
		return cmp.Compare(a.Kind, b.Kind)
	case a.Kind == event.Integer:
		return cmp.Compare(a.Integer(), b.Integer())
	case a.Kind == event.Real:
		return cmp.Compare(a.Real(), b.Real())
	default:
		return strings.Compare(a.Text, b.Text)
	}
}

// value returns the value of column i in a row.
func (a *arrangement) value(row int32, i int) event.Value {
	if i == a.by {
		return a.keys[a.groups[row]]
	}
	return a.columns[i].at(row)
}

// valueList is the values of a column: all of one kind, or NULL.
type valueList struct {
	kinds   []event.Kind
	numbers []uint64
	texts   []string
}

func (l *valueList) append(v event.Value) {
	l.kinds = append(l.kinds, v.Kind)
	switch v.Kind {
	case event.Text, event.Blob:
		for len(l.texts) < len(l.kinds)-1 { // NULLs came first
			l.texts = append(l.texts, "")
		}
		l.texts = append(l.texts, v.Text)
	case event.Integer:
		l.appendNumber(uint64(v.Integer()))
	case event.Real:
		l.appendNumber(math.Float64bits(v.Real()))
	}
}

func (l *valueList) appendNumber(bits uint64) {
	for len(l.numbers) < len(l.kinds)-1 {
		l.numbers = append(l.numbers, 0)
	}
	l.numbers = append(l.numbers, bits)
}

// at returns the value of a row. A column that is not used is empty.
func (l *valueList) at(row int32) event.Value {
	if int(row) >= len(l.kinds) {
		return event.Value{}
	}
	switch kind := l.kinds[row]; kind {
	case event.Integer:
		return event.IntegerValue(int64(l.numbers[row]))
	case event.Real:
		return event.RealValue(math.Float64frombits(l.numbers[row]))
	case event.Text, event.Blob:
		return event.Value{Kind: kind, Text: l.texts[row]}
	default:
		return event.Value{}
	}
}
