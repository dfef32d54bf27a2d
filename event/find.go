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
	if e.decoded() || e.raw == "" {
		return Event{}
	}
	i, ok := find(e.raw, 0, keys)
	if !ok {
		return Event{}
	}
	return e.part(e.raw[i:skipValue(e.raw, i)])
}

// find looks for the keys in the value at s[i]. It returns the position of the value
// that was found, or else the position after the value at s[i].
func find(s string, i int, keys []key) (at int, ok bool) {
	if len(keys) == 0 {
		return i, true
	}
	open := s[i]
	if open != '{' && open != '[' {
		return skipValue(s, i), false
	}
	i = skipSpace(s, i+1)
	for n := 0; s[i] != open+2; n++ {
		found := n == keys[0].index
		if open == '{' {
			name, escaped, value := member(s, i)
			found, i = keys[0].is(name, escaped), value
		}
		if !found {
			i = skipValue(s, i)
		} else if i, ok = find(s, i, keys[1:]); ok {
			return i, true
		}
		i = next(s, i)
	}
	return i + 1, false
}
