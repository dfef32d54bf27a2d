package event

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

	s     string // JSON that holds the rows
	first int    // where they begin: an array, an object, or the only row
	exist bool   // there are rows

	place   int  // where the row that was read last begins
	i       int  // where the next row or a closing bracket is; -1 after the last row
	alone   bool // there is only one row
	grouped bool // the rows are in the arrays of an object
	inGroup bool // i is in one of them
}

// Reset begins with the rows of another event. The first call of Next moves to its first row.
func (r *Rows) Reset(e Event) {
	r.Close()
	r.memory = e.Memory()
	before := r.memory.Used()
	if len(r.ofEvent) > 0 {
		clear(r.ofEvent)
		r.plan.event.read(e, &findings{slots: r.ofEvent, from: r.memory.origin()})
	}
	r.s, r.first, r.exist = r.locate(e)
	r.taken = r.memory.Used() - before
	r.Rewind()
}

// locate returns where the rows begin: s[i].
func (r *Rows) locate(e Event) (s string, i int, exist bool) {
	t := r.table
	if t.single || t.bare && e.IsArray() {
		return e.JSON(), 0, e.Exists()
	}
	for _, slot := range r.plan.rows {
		if rows := r.ofEvent[slot]; rows.Exists() {
			return rows.JSON(), 0, true
		}
	}
	if len(r.plan.rows) > 0 {
		return "", 0, false
	}
	s, i, exist = t.Rows.locate(e)
	for n := 0; n < len(t.otherRows) && !exist; n++ {
		s, i, exist = t.otherRows[n].locate(e)
	}
	return s, i, exist
}

// Close releases the memory that the rows have taken. They may be used again after Reset.
func (r *Rows) Close() {
	r.memory.Release(r.taken + r.ofRowTaken)
	r.taken, r.ofRowTaken, r.room = 0, 0, nil
}

// Rewind moves back before the first row.
func (r *Rows) Rewind() {
	r.i, r.alone, r.grouped, r.inGroup = r.first, false, false, false
	switch {
	case r.exist && r.table.single:
		r.alone = true
	case !r.exist || r.s[r.i] == 'n':
		r.i = -1
	case r.s[r.i] == '[':
		r.i = skipSpace(r.s, r.i+1)
	case r.s[r.i] == '{' && r.table.grouped:
		r.i = skipSpace(r.s, r.i+1)
		r.grouped = true
	default:
		r.alone = true
	}
}

// Next moves to the next row and reports whether there is one.
func (r *Rows) Next() bool {
	if r.grouped {
		r.nextGroup()
	}
	if r.i < 0 || !r.alone && r.s[r.i] == ']' {
		return false
	}
	end := r.Seek(r.i)
	if r.i = -1; !r.alone {
		r.i = next(r.s, end)
	}
	return true
}

// nextGroup moves from the end of an array to the next array that has an element.
func (r *Rows) nextGroup() {
	for r.i >= 0 {
		switch {
		case r.inGroup && r.s[r.i] != ']':
			return
		case r.inGroup:
			r.inGroup = false
			r.i = next(r.s, r.i+1)
		case r.s[r.i] == '}':
			r.i = -1
		default:
			_, _, value := member(r.s, r.i)
			if r.inGroup = r.s[value] == '['; r.inGroup {
				r.i = skipSpace(r.s, value+1)
			} else {
				r.i = next(r.s, skipValue(r.s, value))
			}
		}
	}
}

// Position returns where the row is, for Seek.
func (r *Rows) Position() int { return r.place }

// Seek reads the row at a position of these rows, or of others that the same table has
// for the same event. It does not change which row is next. It returns the end of the row.
func (r *Rows) Seek(position int) (end int) {
	clear(r.ofRow)
	r.memory.Release(r.ofRowTaken)
	before, room := r.memory.Used(), cap(r.room)
	r.room = r.room[:0]
	r.place = position
	end = r.plan.row.readAt(r.s, position, &findings{r.ofRow, &r.room, r.memory.origin()})
	if r.ofRowTaken = r.memory.Used() - before; cap(r.room) != room { // it stays for other rows
		r.taken, r.ofRowTaken = r.taken+r.ofRowTaken, 0
	}
	return end
}

// Value returns the value of column i in the row, converted to the column's type; NULL
// if it cannot be converted. A text that is not part of the event is valid until another
// row is read.
func (r *Rows) Value(i int) Value {
	from := r.plan.sources[i]
	if len(from) == 0 {
		return Value{}
	}
	c := &r.table.Columns[i]
	before := r.memory.Used()
	e := r.at(from[0])
	switch {
	case c.derive != nil:
		found := []Event{e}
		for _, other := range from[1:] {
			found = append(found, r.at(other))
		}
		e = c.derive(found)
	case len(from) > 1:
		for n := 1; n < len(from) && (!e.Exists() || e.IsNull()); n++ {
			e = r.at(from[n])
		}
	}
	value, _ := e.Convert(c.Type)
	r.ofRowTaken += r.memory.Used() - before
	return value
}

// at returns the value at a source.
func (r *Rows) at(from source) Event {
	if from.ofEvent {
		return r.ofEvent[from.slot]
	}
	return r.ofRow[from.slot]
}
