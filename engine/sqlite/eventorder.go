package sqlite

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"sqlambda/event"
)

// arrangement holds the rows of an event in the order of a column, for GROUP BY, ORDER BY
// and DISTINCT (https://sqlite.org/c3ref/vtab_distinct.html), which SQLite would put through
// its sorter, for more than the event takes to read; or by the values of a column, for those
// who look rows up.
//
// Batches have few groups: rows are put into groups by hashing, and only the groups
// are sorted. The rows are kept as the values that the statement reads, each column
// for itself, so that they are read but once.
type arrangement struct {
	by      int         // the column, or rowid
	looksUp bool        // rows are looked up: the keys are not the values but what equal ones have in common
	columns []valueList // of the rows, but for column by if its values are the keys
	keys    []event.Value
	groups  []int32 // for each row, its place in keys
	order   []int32 // the rows, by their keys
	ends    []int32 // for each key, where its rows end in order

	texts   map[string]int32 // the places of keys; one map for all would take longer
	numbers map[uint64]int32
	null    int32 // the place of NULL among keys, or -1

	size int // about, of all that in bytes
}

// mostSpare is the number of rows whose memory is kept for the next event.
const mostSpare = 10_000

// takeArrangement returns an arrangement without rows.
func (t *eventTable) takeArrangement() *arrangement {
	a := t.spare
	if t.spare = nil; a != nil {
		return a
	}
	return &arrangement{columns: make([]valueList, len(t.Columns)), texts: map[string]int32{}, numbers: map[uint64]int32{}}
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
	for i, l := range a.columns {
		a.columns[i] = valueList{emptied(l.kinds), emptied(l.numbers), emptied(l.texts)}
	}
	clear(a.texts)
	clear(a.numbers)
	a.keys, a.groups, a.order, a.size = emptied(a.keys), emptied(a.groups), emptied(a.order), 0
}

func emptied[T any](list []T) []T {
	clear(list)
	return list[:0]
}

// What an arrangement takes, in bytes: a row in groups and order, a value in its column, a
// key in keys, ends and the map, a text that is a copy.
const (
	rowSize   = 8
	valueSize = 17
	keySize   = 84
	cloneSize = 16
)

// arrange goes through the rows. Of columns from 63 on it keeps all or none. It returns false
// if there is too little memory, or a value that cannot be looked up; size is what the rows
// have taken.
func (a *arrangement) arrange(rows *event.Rows, e event.Event, how *access) bool {
	a.by, a.looksUp, a.null = how.by, how.way == lookingUp, -1
	taken, memory := 0, e.Memory()
	for rows.Rewind(); rows.Next(); {
		key, ok := event.IntegerValue(int64(len(a.groups)+1)), true
		if a.by != rowid {
			key = rows.Value(a.by)
		}
		if a.looksUp {
			key, ok = normal(key)
		}
		a.groups = append(a.groups, a.group(key, e))
		a.size += rowSize
		for i := range a.columns {
			if (i != a.by || a.looksUp) && how.used>>min(i, 63)&1 != 0 {
				a.columns[i].append(a.kept(rows.Value(i), e))
				a.size += valueSize
			}
		}
		if !ok || !memory.Take(a.size-taken) {
			a.size = taken
			return false
		}
		taken = a.size
	}
	a.sort(how.way == descending)
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

// group returns the place of a key, and adds it where it is new.
func (a *arrangement) group(key event.Value, e event.Event) int32 {
	place, known := a.place(key)
	if known {
		return place
	}
	place = int32(len(a.keys))
	switch key.Kind {
	case event.Null:
		a.null = place
	case event.Integer, event.Real:
		a.numbers[bitsOf(key)] = place
	default:
		key = a.kept(key, e)
		a.texts[key.Text] = place
	}
	a.keys = append(a.keys, key)
	a.size += keySize
	return place
}

// place returns the place of a key, if it is known. A column has texts or blobs, and integers
// or reals, not both; where it has, too many are found.
func (a *arrangement) place(key event.Value) (place int32, known bool) {
	switch key.Kind {
	case event.Null:
		return a.null, a.null >= 0
	case event.Integer, event.Real:
		place, known = a.numbers[bitsOf(key)]
	default:
		place, known = a.texts[key.Text]
	}
	return place, known
}

// bitsOf is the same for numbers that are equal.
func bitsOf(v event.Value) uint64 {
	if v.Kind == event.Integer {
		return uint64(v.Integer())
	}
	return math.Float64bits(v.Real() + 0) // -0 is 0
}

// normal returns what a value has in common with those that SQLite may take for equal, as 1,
// 1.0 and the texts '1' and '1.0' can be: https://sqlite.org/datatype3.html#comparisons. It is
// not ok where that cannot be told: SQLite and Go may read a number of more than 15 digits
// differently.
func normal(v event.Value) (key event.Value, ok bool) {
	switch v.Kind {
	case event.Real:
		if x := v.Real(); x == math.Trunc(x) && x >= -1<<63 && x < 1<<63 {
			return event.IntegerValue(int64(x)), true
		}
	case event.Text:
		number := strings.TrimPrefix(strings.Trim(v.Text, " \t\n\v\f\r"), "+")
		if number == "" || strings.Trim(number, "0123456789+-.eE") != "" {
			return v, true
		}
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			return event.IntegerValue(n), true
		}
		x, err := strconv.ParseFloat(number, 64)
		if err != nil || len(number) > 15 {
			return v, false
		}
		return normal(event.RealValue(x))
	}
	return v, true
}

// find returns where in order the rows stand that may have the value: none of those that
// SQLite takes for equal is missing. It is not ok where that cannot be told.
func (a *arrangement) find(v event.Value) (from, to int, ok bool) {
	key, ok := normal(v)
	place, known := a.place(key)
	switch {
	case !ok || !known || v.Kind == event.Null: // which equals nothing
		return 0, 0, ok
	case place > 0:
		from = int(a.ends[place-1])
	}
	return from, int(a.ends[place]), true
}

// sort orders the rows by their keys, if they are not looked up; those with the same key stay
// in the order of the event.
func (a *arrangement) sort(descending bool) {
	sorted := make([]int32, len(a.keys))
	for i := range sorted {
		sorted[i] = int32(i)
	}
	if !a.looksUp {
		slices.SortFunc(sorted, func(i, j int32) int {
			if descending {
				i, j = j, i
			}
			return compareKeys(a.keys[i], a.keys[j])
		})
	}
	a.ends = slices.Grow(a.ends[:0], len(a.keys))[:len(a.keys)]
	clear(a.ends)
	for _, key := range a.groups {
		a.ends[key]++
	}
	start := int32(0)
	for _, key := range sorted {
		start, a.ends[key] = start+a.ends[key], start
	}
	a.order = slices.Grow(a.order, len(a.groups))[:len(a.groups)]
	for row, key := range a.groups {
		a.order[a.ends[key]] = int32(row)
		a.ends[key]++
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
	if i == a.by && !a.looksUp {
		return a.keys[a.groups[row]]
	}
	return a.columns[i].at(row)
}

// valueList is the values of a column.
type valueList struct {
	kinds   []event.Kind
	numbers []uint64
	texts   []string
}

func (l *valueList) append(v event.Value) {
	row := len(l.kinds)
	l.kinds = append(l.kinds, v.Kind)
	switch v.Kind {
	case event.Text, event.Blob:
		l.texts = append(filled(l.texts, row), v.Text)
	case event.Integer:
		l.numbers = append(filled(l.numbers, row), uint64(v.Integer()))
	case event.Real:
		l.numbers = append(filled(l.numbers, row), math.Float64bits(v.Real()))
	}
}

// filled returns a list with zeros for the NULLs that came before row n.
func filled[T any](list []T, n int) []T {
	for len(list) < n {
		list = append(list, *new(T))
	}
	return list
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
	}
	return event.Value{}
}
