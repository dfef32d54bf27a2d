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
// something, or of all. Those of flags, which say how it is encoded, are not among them. The
// first starts at the row, or at the event if ofEvent is true.
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
	event   fields  // of the event: columns, and then the rows; empty without such columns
	rows    []Path  // to the rows, of which the first counts that leads to something
	ofEvent []int   // the slots of the rows, if the event's columns are read as well
	row     fields  // of a row
	columns [][]int // the slots that each column is made of: ^slot of event, or slot of row
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
	p := &plan{used: used, rows: append([]Path{t.Rows}, t.otherRows...), columns: make([][]int, len(t.Columns))}
	for i, c := range t.Columns {
		if used>>min(i, 63)&1 == 0 {
			continue
		}
		for _, from := range append([]columnPath{{path: c.Path, ofEvent: c.ofEvent}}, c.others...) {
			if from.ofEvent {
				p.columns[i] = append(p.columns[i], ^p.event.add(from.path))
			} else {
				p.columns[i] = append(p.columns[i], p.row.add(from.path))
			}
		}
	}
	for n := 0; n < len(p.rows) && p.event.slots > 0; n++ {
		p.ofEvent = append(p.ofEvent, p.event.add(p.rows[n]))
	}
	t.plans = append(t.plans, p)
	return p
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

// Rows are the rows of an event table. They are read one after the other.
type Rows struct {
	table      *Table
	plan       *plan
	ofEvent    []Event // the slots of plan.event
	ofRow      []Event // the slots of plan.row, of the row that was read last
	room       []byte  // for texts of that row
	memory     *Memory
	taken      int // of the memory, until Close
	ofRowTaken int // of the memory, for that row

	json  reader // of the text that holds the rows; of none if there are no rows
	first int    // where they begin: an array, an object, or the only row

	at   int  // where the next row is, if there is more; else where the next group is
	more bool // there is another row: in its group, if the rows are grouped
	// groups says that there is another group: a member of an object, whose value's elements
	// are rows.
	groups bool
	alone  bool // there is only one row
}

// Reset begins with the rows of another event. The first call of Next moves to its first row.
func (r *Rows) Reset(e Event) {
	r.Close()
	r.memory = e.Memory()
	before := r.memory.Used()
	if len(r.ofEvent) > 0 {
		clear(r.ofEvent)
		r.plan.event.root.readEvent(e, &findings{slots: r.ofEvent, memory: r.memory})
	}
	r.json = reader{valid: true}
	r.json.s, r.first = r.locate(e)
	r.taken = r.memory.Used() - before
	r.Rewind()
}

// locate returns where the rows begin: s[i]. If there are none, s is empty.
func (r *Rows) locate(e Event) (s string, i int) {
	if r.table.single || r.table.bare && e.IsArray() {
		return Path{}.locate(e)
	}
	for n := 0; n < len(r.plan.rows) && s == ""; n++ {
		if len(r.ofEvent) > 0 {
			s, i = Path{}.locate(r.ofEvent[r.plan.ofEvent[n]])
		} else {
			s, i = r.plan.rows[n].locate(e)
		}
	}
	return s, i
}

// Close releases the memory that the rows have taken. They may be used again after Reset.
func (r *Rows) Close() {
	r.memory.Release(r.taken + r.ofRowTaken)
	r.taken, r.ofRowTaken, r.room = 0, 0, nil
}

// Rewind moves back before the first row.
func (r *Rows) Rewind() {
	r.json.depth = 0
	r.at, r.more, r.groups, r.alone = r.first, false, false, false
	switch {
	case r.json.s == "":
	case r.table.single:
		r.more, r.alone = true, true
	case r.json.s[r.at] == 'n':
	case r.json.s[r.at] == '[':
		r.at, r.more = r.json.enter(r.at)
	case r.json.s[r.at] == '{' && r.table.grouped:
		r.at, r.groups = r.json.enter(r.at)
	default:
		r.more, r.alone = true, true
	}
}

// Next moves to the next row and reports whether there is one.
func (r *Rows) Next() bool {
	for !r.more && r.groups {
		r.nextGroup()
	}
	if !r.more {
		return false
	}
	clear(r.ofRow)
	r.memory.Release(r.ofRowTaken)
	before, room := r.memory.Used(), cap(r.room)
	r.room = r.room[:0]
	end := r.plan.row.root.read(&r.json, r.at, &findings{r.ofRow, &r.room, r.memory})
	if r.ofRowTaken = r.memory.Used() - before; cap(r.room) != room { // it stays for other rows
		r.taken, r.ofRowTaken = r.taken+r.ofRowTaken, 0
	}
	if r.more = false; !r.alone {
		r.at, r.more = r.json.next(end)
		r.leaveGroup()
	}
	return true
}

// nextGroup enters the next group, if it is an array, or goes on to the one behind it.
func (r *Rows) nextGroup() {
	_, _, value := r.json.name(r.at)
	if r.json.s[value] == '[' {
		r.at, r.more = r.json.enter(value)
		r.leaveGroup()
	} else {
		r.at, r.groups = r.json.next(r.json.value(value))
	}
}

// leaveGroup leaves a group without more rows.
func (r *Rows) leaveGroup() {
	if !r.more && r.groups {
		r.at, r.groups = r.json.next(r.json.leave(r.at, '['))
	}
}

// Value returns the value of column i in the row, converted to the column's type; NULL
// if it cannot be converted. A text that is not part of the event is valid until another
// row is read.
func (r *Rows) Value(i int) Value {
	c, from := &r.table.Columns[i], r.plan.columns[i]
	before := r.memory.Used()
	var e Event
	if c.derive != nil && len(from) > 0 {
		found := make([]Event, len(from))
		for n := range from {
			found[n] = r.found(from[n])
		}
		e = c.derive(found)
	}
	for n := 0; n < len(from) && c.derive == nil && !e.filled(); n++ {
		e = r.found(from[n])
	}
	value, _ := e.Convert(c.Type)
	r.ofRowTaken += r.memory.Used() - before
	return value
}

// found returns the value in a slot of the row or, if it is negative, of the event.
func (r *Rows) found(slot int) Event {
	if slot < 0 {
		return r.ofEvent[^slot]
	}
	return r.ofRow[slot]
}
