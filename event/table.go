package event

// A Table is the declaration of an event table: where its rows are in the event, and what
// their columns hold. It is not to be changed after it was opened, and is for one
// goroutine at a time.
type Table struct {
	Rows    Path // to the rows
	Columns []Column

	// grouped says that the rows are the elements of all the arrays in an object.
	grouped bool
	plans   []*plan
}

// A Column is one value of each row.
type Column struct {
	Name string
	Type Type
	Path Path // from the row; FieldPath(Name) where none is declared

	// What only the tables that ReadyMade returns have:
	ofEvent bool                // the paths start at the event instead of at the row
	others  []Path              // to values that derive takes beside that of Path
	derive  func([]Event) Event // makes the value; nil: it is what Path leads to
}

// Paths returns the paths that the column's value is made of: the first that leads to
// something, or all. They start at the row, or at the event if ofEvent is true.
func (c Column) Paths() (paths []Path, ofEvent bool) {
	return append([]Path{c.Path}, c.others...), c.ofEvent
}

// A plan says how to read the columns that a query uses.
type plan struct {
	used    uint64
	event   fields // of the event: columns, and then the rows; empty without such columns
	rows    int    // the slot of the rows
	row     fields // of a row
	sources []source
}

// A source is where the value of a column comes from.
type source struct {
	ofEvent bool
	slot    int   // -1: the column is not used
	others  []int // the slots of what derive takes beside it
}

// AllColumns is a mask of all columns.
const AllColumns = ^uint64(0)

// plan returns the plan for a mask. A query always uses the same columns, so that there
// are few masks.
func (t *Table) plan(used uint64) *plan {
	for _, p := range t.plans {
		if p.used == used {
			return p
		}
	}
	p := &plan{used: used, sources: make([]source, len(t.Columns))}
	for i := range t.Columns {
		p.sources[i].slot = -1
		if used>>min(i, 63)&1 != 0 {
			p.sources[i] = p.source(&t.Columns[i])
		}
	}
	if p.event.slots > 0 {
		p.rows = p.event.add(t.Rows)
	}
	t.plans = append(t.plans, p)
	return p
}

func (p *plan) source(c *Column) source {
	s := source{ofEvent: c.ofEvent}
	f := &p.row
	if c.ofEvent {
		f = &p.event
	}
	s.slot = f.add(c.Path)
	for _, path := range c.others {
		s.others = append(s.others, f.add(path))
	}
	return s
}

// Open returns the rows that the table has for the event: one for each element of an
// array, one for anything else, none where the path leads to null or nowhere.
//
// Used is the mask of the columns to read, as SQLite's colUsed has it: bit i for the
// column i, the highest bit for all from 63 on. The others read as NULL.
// https://sqlite.org/c3ref/index_info.html
func (t *Table) Open(e Event, used uint64) *Rows {
	p := t.plan(used)
	r := &Rows{table: t, plan: p, ofEvent: make([]Event, p.event.slots), ofRow: make([]Event, p.row.slots)}
	r.Reset(e)
	return r
}
