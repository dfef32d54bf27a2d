package event

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
	room *[]byte
	from *origin // of the values
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
	return f.take(n)
}

// take gives the node a slot.
func (f *fields) take(n *node) int {
	if n.slot == 0 {
		f.slots++
		n.slot = f.slots
	}
	return n.slot - 1
}

func (n *node) child(k key) *node {
	for _, c := range n.children {
		if c.key == k {
			return c
		}
	}
	c := &node{key: k}
	n.children = append(n.children, c)
	return c
}

func (f *fields) piped(n *node, s *step) *node {
	for _, p := range n.pipes {
		if p.name == s.name {
			return &p.to
		}
	}
	p := &pipe{step: s}
	n.pipes = append(n.pipes, p)
	n.fromString = n.fromString || p.name == fromStringName
	f.take(n)
	return &p.to
}

// read puts what the paths lead to into the slots, which must be empty.
func (f *fields) read(e Event, into *findings) { f.root.readEvent(e, into) }

// readAt is read for the value at s[i]; it returns the position after it.
func (f *fields) readAt(s string, i int, into *findings) int { return f.root.read(s, i, into) }

func (p *pipe) run(e Event, into *findings) {
	if p.modify != nil {
		e = p.modify(e, p.argument)
	}
	p.to.readEvent(e, into)
}

// readEvent is read for a value of its own.
func (n *node) readEvent(e Event, into *findings) {
	switch {
	case !e.Exists():
	case e.decoded() || len(n.children) == 0: // its end is known
		n.found(e, into)
	default:
		n.read(e.raw, 0, into)
	}
}

// read reads the value at s[i], which is the node's. It returns the position after it.
func (n *node) read(s string, i int, into *findings) int {
	var end int
	switch {
	case s[i] == '"' && n.fromString && into.room != nil:
		return n.readString(s, i, into)
	case len(n.children) == 0:
		end = skipValue(s, i)
	case s[i] == '{':
		end = n.readMembers(s, i, into)
	case s[i] == '[':
		end = n.readElements(s, i, into)
	default:
		end = skipValue(s, i)
	}
	if n.slot > 0 {
		n.found(Event{s[i:end], into.from}, into)
	}
	return end
}

// readString is read for the string that opens at s[i] and holds JSON. Its text is made
// while its end is looked for.
func (n *node) readString(s string, i int, into *findings) int {
	if into.slots[n.slot-1].Exists() {
		return skipValue(s, i)
	}
	text, end := unescapeIn(into.room, s, i, into.from.counter())
	e := Event{s[i:end], into.from}
	into.slots[n.slot-1] = e
	for _, p := range n.pipes {
		if p.name == fromStringName {
			p.to.readText(text, into)
		} else {
			p.run(e, into)
		}
	}
	return end
}

// found takes the node's value, if it is the first.
func (n *node) found(e Event, into *findings) {
	if n.slot == 0 || into.slots[n.slot-1].Exists() {
		return
	}
	into.slots[n.slot-1] = e
	for _, p := range n.pipes {
		p.run(e, into)
	}
}

func (n *node) readMembers(s string, i int, into *findings) int {
	for i = skipSpace(s, i+1); s[i] != '}'; i = next(s, i) {
		name, escaped, value := member(s, i)
		if escaped {
			name = unescape(name, nil)
		}
		i = n.readMember(name, s, value, into)
	}
	return i + 1
}

func (n *node) readMember(name, s string, i int, into *findings) int {
	end := 0
	for _, c := range n.children {
		if c.key.name == name {
			end = c.read(s, i, into)
		}
	}
	if end == 0 {
		end = skipValue(s, i)
	}
	return end
}

func (n *node) readElements(s string, i int, into *findings) int {
	i = skipSpace(s, i+1)
	for position := 0; s[i] != ']'; position++ {
		end := 0
		for _, c := range n.children {
			if c.key.index == position {
				end = c.read(s, i, into)
			}
		}
		if end == 0 {
			end = skipValue(s, i)
		}
		i = next(s, end)
	}
	return i + 1
}
