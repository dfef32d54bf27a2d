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
		r.plan.event.read(e, &findings{slots: r.ofEvent, memory: r.memory})
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
			s, i = Path{}.locate(r.ofEvent[r.plan.slots[n]])
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
	from := r.plan.sources[i]
	if len(from) == 0 {
		return Value{}
	}
	c := &r.table.Columns[i]
	before := r.memory.Used()
	e := r.found(from[0])
	if c.derive != nil {
		found := []Event{e}
		for _, other := range from[1:] {
			found = append(found, r.found(other))
		}
		e = c.derive(found)
	}
	for n := 1; n < len(from) && c.derive == nil && !e.filled(); n++ {
		e = r.found(from[n])
	}
	value, _ := e.Convert(c.Type)
	r.ofRowTaken += r.memory.Used() - before
	return value
}

// found returns the value at a source.
func (r *Rows) found(from source) Event {
	if from.ofEvent {
		return r.ofEvent[from.slot]
	}
	return r.ofRow[from.slot]
}
