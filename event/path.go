package event

import "github.com/tidwall/gjson"

// A Path leads from an event to a value in it. It is a gjson path, checked and compiled
// by ParsePath. The zero Path leads to the event itself.
type Path struct {
	text  string
	steps []step
}

// A step follows keys and then modifies what it has found.
type step struct {
	keys     []key
	modify   modifier // nil: not at all
	name     string   // of modify with its argument: steps of the same name do the same
	argument string   // of modify
}

// FieldPath returns the path to the field of that name. Nothing in the name is special.
func FieldPath(name string) Path {
	return Path{text: gjson.Escape(name), steps: []step{{keys: []key{{name: name, index: -1}}}}}
}

// String returns the path as it was written.
func (p Path) String() string { return p.text }

// Find returns the value that the path leads to in the event. It is missing if the path
// leads nowhere.
func (p Path) Find(e Event) Event {
	for i := range p.steps {
		s := &p.steps[i]
		if e = e.find(s.keys); !e.Exists() {
			return Event{}
		}
		if s.modify != nil {
			e = s.modify(e, s.argument)
		}
	}
	return e
}

// locate is Find for where the value begins: s[i], in the JSON that it is part of. To go
// through the elements of an array its end need not be known. Without a value, s is empty.
func (p Path) locate(e Event) (s string, i int) {
	last := len(p.steps) - 1
	if last < 0 || p.steps[last].modify != nil {
		return p.Find(e).JSON(), 0
	}
	if e = (Path{steps: p.steps[:last]}).Find(e); e.decoded || !e.Exists() {
		return "", 0
	}
	i, ok := (&reader{s: e.raw, valid: true}).find(0, p.steps[last].keys)
	if !ok {
		return "", 0
	}
	return e.raw, i
}

// In returns the SQL value of what Find returns.
func (p Path) In(e Event) Value { return p.Find(e).Value() }
