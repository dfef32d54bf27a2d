package event

// A Table is the declaration of an event table: where its rows are in the event, and what
// their columns hold. It is not to be changed after it was opened, and is for one
// goroutine at a time.
type Table struct {
	Rows    Path // to the rows
	Columns []Column

	// What only the tables that ReadyMade returns have:
	otherRows []Path // to the rows, where Rows leads nowhere
	bare      bool   // or the rows are the event, if it is an array
	single    bool   // or there is one row, the event, whatever it is
	grouped   bool   // the rows are the elements of all the arrays in an object
	plans     []*plan
}

// A Column is one value of each row.
type Column struct {
	Name string
	Type Type
	Path Path // from the row; FieldPath(Name) where none is declared

	// What only the tables that ReadyMade returns have:
	ofEvent bool                // Path starts at the event instead of at the row
	others  []columnPath        // of which the first counts that leads to a value
	derive  func([]Event) Event // makes the value of what all paths lead to; may be nil
}

// A columnPath is a path of a column beside the first.
type columnPath struct {
	path    Path
	ofEvent bool
	flag    bool // it leads to what says how the value is encoded
}

// Paths returns the paths that the column's value is made of: of the first that leads to
// something, or of all. Those of flags, which say how it is encoded, are not among them. The first starts at the row, or at the event if ofEvent is true.
func (c Column) Paths() (paths []Path, ofEvent bool) {
	paths = []Path{c.Path}
	for _, other := range c.others {
		if !other.flag {
			paths = append(paths, other.path)
		}
	}
	return paths, c.ofEvent
}

// A plan says how to read the columns that a query uses.
type plan struct {
	used    uint64
	event   fields // of the event: columns, and then the rows; empty without such columns
	rows    []Path // to the rows, of which the first counts that leads to something
	slots   []int  // of the rows, if the event's columns are read as well
	row     fields // of a row
	sources [][]source
}

// A source is where a value of a column is; a column that is not used has none.
type source struct {
	ofEvent bool
	slot    int
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
	p := &plan{used: used, rows: append([]Path{t.Rows}, t.otherRows...), sources: make([][]source, len(t.Columns))}
	for i := range t.Columns {
		if used>>min(i, 63)&1 != 0 {
			p.sources[i] = p.sourcesOf(&t.Columns[i])
		}
	}
	if p.event.slots > 0 {
		for _, path := range p.rows {
			p.slots = append(p.slots, p.event.add(path))
		}
	}
	t.plans = append(t.plans, p)
	return p
}

func (p *plan) sourcesOf(c *Column) (list []source) {
	for _, from := range append([]columnPath{{path: c.Path, ofEvent: c.ofEvent}}, c.others...) {
		f := &p.row
		if from.ofEvent {
			f = &p.event
		}
		list = append(list, source{from.ofEvent, f.add(from.path)})
	}
	return list
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
