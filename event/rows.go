package event

// Rows are the rows of an event table. They are read one after the other.
type Rows struct {
	table   *Table
	plan    *plan
	ofEvent []Event // the slots of plan.event
	ofRow   []Event // the slots of plan.row, of the row that was read last
	room    []byte  // for texts of that row

	s     string // JSON that holds the rows
	first int    // where they begin: an array, an object, or the only row
	exist bool   // there are rows

	at      int  // where the row that was read last begins
	i       int  // where the next row begins, or a bracket that closes; -1: there is no more
	alone   bool // there is only one row
	grouped bool // the rows are in the arrays of an object
	inGroup bool // i is in one of them
}

// Reset goes on to the rows of another event, and moves before the first.
func (r *Rows) Reset(e Event) {
	if len(r.ofEvent) == 0 {
		r.s, r.first, r.exist = r.table.Rows.locate(e)
	} else {
		clear(r.ofEvent)
		r.plan.event.read(e, findings{slots: r.ofEvent})
		rows := r.ofEvent[r.plan.rows]
		r.s, r.first, r.exist = rows.JSON(), 0, rows.Exists()
	}
	r.Rewind()
}

// Rewind moves before the first row.
func (r *Rows) Rewind() {
	r.i, r.alone, r.grouped, r.inGroup = r.first, false, false, false
	switch {
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
func (r *Rows) Position() int { return r.at }

// Seek reads the row at a position of these rows, or of others that the same table has
// for the same event. It does not change which row is next. It returns the end of the row.
func (r *Rows) Seek(position int) (end int) {
	clear(r.ofRow)
	r.room = r.room[:0]
	r.at = position
	return r.plan.row.readAt(r.s, position, findings{r.ofRow, &r.room})
}

// Value returns the value of column i in the row, converted to the column's type; NULL
// where it cannot be converted. A text that is no part of the event is valid until
// another row is read.
func (r *Rows) Value(i int) Value {
	from := &r.plan.sources[i]
	if from.slot < 0 {
		return Value{}
	}
	values := r.ofRow
	if from.ofEvent {
		values = r.ofEvent
	}
	c := &r.table.Columns[i]
	if c.derive != nil {
		value, _ := c.derived(values, from).Convert(c.Type)
		return value
	}
	value, _ := values[from.slot].Convert(c.Type)
	return value
}

func (c *Column) derived(values []Event, from *source) Event {
	var room [8]Event
	taken := append(room[:0], values[from.slot])
	for _, slot := range from.others {
		taken = append(taken, values[slot])
	}
	return c.derive(taken)
}
