package event

import (
	"github.com/tidwall/gjson"
)

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

// A key is one component of a plain path: a member's name in an object, a position in an
// array.
type key struct {
	name  string // without escapes
	index int    // what the component means in an array, from 0; -1: nothing
}

// is reports whether a member's name, as it is written in the JSON, is the key's. No
// escape takes more than six bytes for one, so that a name that is too long is not read.
func (k *key) is(name string, escaped bool) bool {
	if escaped {
		return len(name) <= 6*len(k.name) && unescape(name, nil) == k.name
	}
	return k.name == name
}

// find returns the value that the keys lead to. If several members have the same name, it
// follows the first from which the rest of the keys leads somewhere, as gjson.Get does.
func (e Event) find(keys []key) Event {
	if len(keys) == 0 {
		return e
	}
	if e.decoded || e.raw == "" {
		return Event{}
	}
	r := reader{s: e.raw, valid: true}
	i, ok := r.find(0, keys)
	if !ok {
		return Event{}
	}
	return e.part(e.raw[i:r.value(i)])
}

// find looks for the keys in the value at i. It returns the position of the value that was
// found, or else the position after the value at i.
func (r *reader) find(i int, keys []key) (at int, ok bool) {
	if len(keys) == 0 {
		return i, true
	}
	open := r.s[i]
	if open != '{' && open != '[' {
		return r.value(i), false
	}
	i, more := r.enter(i)
	for n := 0; more; n++ {
		found := n == keys[0].index
		if open == '{' {
			name, escaped, value := r.name(i)
			found, i = keys[0].is(name, escaped), value
		}
		if !found {
			i = r.value(i)
		} else if i, ok = r.find(i, keys[1:]); ok {
			return i, true
		}
		i, more = r.next(i)
	}
	return r.leave(i, open), false
}
