package event

// A Table is the declaration of an event table: where its rows are in the event, and what
// their columns hold. It is not to be changed after it was opened, and is for one
// goroutine at a time.
type Table struct {
	Rows    Path // to the rows
	Columns []Column

	plans []*plan
}

// A Column is one value of each row.
type Column struct {
	Name string
	Type Type
	Path Path // from the row; FieldPath(Name) where none is declared
}

// A plan says how to read the columns that a query uses.
type plan struct {
	used   uint64
	fields fields
	slots  []int // the slot of each column, -1 for those that are not used
}

// AllColumns is a mask of all columns.
const AllColumns = ^uint64(0)

// Open returns the rows that the table has for the event: one for each element of an
// array, one for anything else, none where the path leads to null or nowhere.
//
// Used is the mask of the columns to read, as SQLite's colUsed has it: bit i for the
// column i, the highest bit for all from 63 on. The others read as NULL.
// https://sqlite.org/c3ref/index_info.html
func (t *Table) Open(e Event, used uint64) *Rows {
	p := t.plan(used)
	r := &Rows{columns: t.Columns, plan: p, found: make([]Event, p.fields.slots)}
	r.reset(t.Rows.Find(e))
	return r
}

// plan returns the plan for a mask. A query always uses the same columns, so that there
// are few masks.
func (t *Table) plan(used uint64) *plan {
	for _, p := range t.plans {
		if p.used == used {
			return p
		}
	}
	p := &plan{used: used, slots: make([]int, len(t.Columns))}
	paths := 0
	for i := range t.Columns {
		p.slots[i] = -1
		if used>>min(i, 63)&1 != 0 {
			p.fields.add(t.Columns[i].Path)
			p.slots[i] = p.fields.slot(paths)
			paths++
		}
	}
	t.plans = append(t.plans, p)
	return p
}

// Rows are the rows of an event table. They are read one after the other, each once.
type Rows struct {
	columns []Column
	plan    *plan
	found   []Event // the slots of plan.fields

	s     string // the array
	i     int    // of the next element, or of the closing bracket
	alone Event  // the only row, where there is no array
}

func (r *Rows) reset(rows Event) {
	switch {
	case rows.IsArray():
		r.s, r.i = rows.raw, skipSpace(rows.raw, 1)
	case !rows.IsNull():
		r.alone = rows
	}
}

// Next moves to the next row and reports whether there is one.
func (r *Rows) Next() bool {
	clear(r.found)
	if r.s == "" {
		row := r.alone
		r.alone = Event{}
		if !row.Exists() {
			return false
		}
		r.plan.fields.read(row, r.found)
		return true
	}
	if r.s[r.i] == ']' {
		return false
	}
	r.i = next(r.s, r.plan.fields.readAt(r.s, r.i, r.found))
	return true
}

// Value returns the value of column i in the row, converted to the column's type; NULL
// where it cannot be converted.
func (r *Rows) Value(i int) Value {
	slot := r.plan.slots[i]
	if slot < 0 {
		return Value{}
	}
	value, _ := r.found[slot].Convert(r.columns[i].Type)
	return value
}
