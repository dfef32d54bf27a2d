package event

import "slices"

// Fields are paths that one pass over a value reads together. They are merged into a tree,
// in which a key or a modifier that several paths share is one node: so
// `body|@fromstr|id` and `body|@fromstr|total` parse the body once.
type fields struct {
	root  node
	slots int
}

// A node is a value that paths lead to or through.
type node struct {
	key      key
	slot     int // where the value goes, from 1; 0: it is only led through
	children []*node
	pipes    []*pipe
	// fromString says that there is a pipe with the modifier fromStringName.
	fromString bool
}

// fromStringName is the modifier that reads the JSON in a string.
const fromStringName = "@fromstr:"

// findings are what the paths of fields lead to.
type findings struct {
	slots []Event // empty before
	// room is where texts are unescaped, and is used again for the next row. If it is nil,
	// each text has memory of its own.
	room   *[]byte
	memory *Memory // of the values
}

// A pipe leads from a value to what a modifier makes of it.
type pipe struct {
	*step
	to node
}

// add adds a path, and returns the slot of what it leads to.
func (f *fields) add(p Path) (slot int) {
	n := &f.root
	for i := range p.steps {
		s := &p.steps[i]
		for j := range s.keys {
			n = n.child(s.keys[j])
		}
		if i < len(p.steps)-1 || s.modify != nil {
			n = f.piped(n, s)
		}
	}
	return f.slot(n)
}

func (f *fields) slot(n *node) int {
	if n.slot == 0 {
		f.slots++
		n.slot = f.slots
	}
	return n.slot - 1
}

func (n *node) child(k key) *node {
	i := slices.IndexFunc(n.children, func(c *node) bool { return c.key == k })
	if i < 0 {
		i = len(n.children)
		n.children = append(n.children, &node{key: k})
	}
	return n.children[i]
}

func (f *fields) piped(n *node, s *step) *node {
	i := slices.IndexFunc(n.pipes, func(p *pipe) bool { return p.name == s.name })
	if i < 0 {
		i = len(n.pipes)
		n.pipes = append(n.pipes, &pipe{step: s})
		n.fromString = n.fromString || s.name == fromStringName
		f.slot(n)
	}
	return &n.pipes[i].to
}

// readEvent puts what the paths lead to into the slots, which must be empty.
func (n *node) readEvent(e Event, into *findings) {
	switch {
	case !e.Exists():
	case e.decoded || len(n.children) == 0: // its end is known
		n.take(e, "", into)
	default:
		n.read(&reader{s: e.raw, valid: true}, 0, into)
	}
}

// readText is read for a text that may be JSON. It is checked while it is read; if it is not
// JSON, nothing is found in it.
func (n *node) readText(text string, into *findings) {
	r := reader{s: text}
	if !r.end(n.read(&r, skipSpace(text, 0), into)) {
		n.forget(into)
	}
}

// read reads the value at i, which is the node's. It returns the position after it.
func (n *node) read(r *reader, i int, into *findings) (end int) {
	text := ""
	switch {
	case i < len(r.s) && len(n.children) > 0 && (r.s[i] == '{' || r.s[i] == '['):
		end = n.readParts(r, i, into)
	case n.fromString && r.valid && into.room != nil && r.s[i] == '"' && !into.slots[n.slot-1].Exists():
		text, end = unescapeIn(into.room, r.s, i, into.memory) // made while its end is looked for
	default:
		end = r.value(i)
	}
	if n.slot > 0 && r.problem == "" {
		n.take(Event{raw: r.s[i:end], memory: into.memory}, text, into)
	}
	return end
}

// readParts reads the members of the object at i, or the elements of the array.
func (n *node) readParts(r *reader, i int, into *findings) (end int) {
	open := r.s[i]
	i, more := r.enter(i)
	for position := 0; more; position++ {
		name, escaped, value := "", false, i
		if open == '{' {
			if name, escaped, value = r.name(i); escaped {
				name = unescape(name, nil)
			}
		}
		i = value
		for _, c := range n.children {
			if open == '{' && c.key.name == name || open == '[' && c.key.index == position {
				i = c.read(r, value, into)
			}
		}
		if i == value {
			i = r.value(i)
		}
		i, more = r.next(i)
	}
	return r.leave(i, open)
}

// take takes the node's value, if it is the first. The text is that of a string, if it is
// known.
func (n *node) take(e Event, text string, into *findings) {
	if n.slot == 0 || into.slots[n.slot-1].Exists() {
		return
	}
	into.slots[n.slot-1] = e
	for _, p := range n.pipes {
		switch {
		case p.name == fromStringName && e.kind() == '"':
			if text == "" {
				text = e.text()
			}
			p.to.readText(text, into)
		case p.modify != nil:
			p.to.readEvent(p.modify(e, p.argument), into)
		default:
			p.to.readEvent(e, into)
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
