package event

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
