package event

// readText is readEvent for a text that may be JSON. If it is not, nothing is found in it.
// The members of an object are read while they are checked: to walk over them twice would
// take half as long again.
func (n *node) readText(text string, into *findings) {
	text = trimSpace(text)
	if n.slot > 0 || text == "" || text[0] != '{' {
		n.readEvent(Event{from: into.from}.parsed(text), into)
		return
	}
	v := validator{s: text}
	if !n.readChecked(&v, into) {
		n.forget(into)
	}
}

// readChecked reads the members of the object that is the whole text, and reports
// whether the text is valid.
func (n *node) readChecked(v *validator, into *findings) bool {
	v.open(true)
	if v.space(); v.i < len(v.s) && v.s[v.i] == '}' {
		v.close()
		return v.end()
	}
	for {
		start := v.i
		v.escaped = false
		end, ok := v.name()
		if !ok {
			return false
		}
		name := v.s[start+1 : end-1]
		if v.escaped {
			name = unescape(name, nil)
		}
		v.space()
		at := v.i
		if !v.whole() {
			return false
		}
		n.takeMember(name, v.s[:v.i], at, into)
		switch v.space(); {
		case v.i < len(v.s) && v.s[v.i] == ',':
			v.i++
			v.space()
		case v.i < len(v.s) && v.s[v.i] == '}':
			v.close()
			return v.end()
		default:
			return false
		}
	}
}

// takeMember takes the member with a name, whose value begins at s[i] and ends with s.
func (n *node) takeMember(name, s string, i int, into *findings) {
	for _, c := range n.children {
		switch {
		case c.key.name != name:
		case len(c.children) > 0:
			c.read(s, i, into)
		default:
			c.found(Event{s[i:], into.from}, into)
		}
	}
}

// forget empties the slots of what the node leads to.
func (n *node) forget(into *findings) {
	if n.slot > 0 {
		into.slots[n.slot-1] = Event{}
	}
	for _, c := range n.children {
		c.forget(into)
	}
	for _, p := range n.pipes {
		p.to.forget(into)
	}
}
