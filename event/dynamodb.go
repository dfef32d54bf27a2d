package event

// fromDynamoDB returns plain JSON for a map of DynamoDB attribute values, such as the
// NewImage of a stream record, or for a single attribute value:
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
//
// Numbers stay as they are written, sets become arrays, and binary data stay base64. The
// result is missing if anything in the map is not an attribute value.
func fromDynamoDB(e Event, _ string) Event {
	if !e.IsObject() {
		return Event{}
	}
	b := e.memory.make(len(e.raw)) // plain JSON is never longer
	if b == nil {
		return Event{}
	}
	// A map of attributes is tried first: {"S":{"S":"x"}} has an attribute S, whereas
	// {"S":"x"} cannot be such a map.
	for _, as := range []string{"M", anyAttribute} {
		a := attributes{reader{s: e.raw, valid: true}, b}
		if _, ok := a.read(0, as); ok {
			return e.part(view(a.b))
		}
	}
	return Event{}
}

// attributes reads attribute values, in one pass, and appends them to b.
type attributes struct {
	reader
	b []byte
}

// anyAttribute is the type of an attribute value that says its own type: an object with the
// type as the only name.
const anyAttribute = ""

// read reads the value of an attribute of a type. It returns the position after it, and
// whether it is what it must be.
func (a *attributes) read(i int, as string) (end int, ok bool) {
	first := a.s[i]
	switch as {
	case anyAttribute:
		if first != '{' {
			return i, false
		}
		i, more := a.enter(i)
		if !more {
			return i, false
		}
		name, _, value := a.name(i)
		if end, ok = a.read(value, name); name == anyAttribute || !ok {
			return end, false
		}
		end, more = a.next(end)
		return a.leave(end, '{'), !more
	case "M":
		return a.all(i, '{', anyAttribute)
	case "L":
		return a.all(i, '[', anyAttribute)
	case "SS", "BS", "NS":
		return a.all(i, '[', as[:1])
	}
	end = a.value(i)
	text := a.s[i:end]
	switch as {
	case "S", "B":
		ok = first == '"'
	case "N":
		if first == '"' {
			text = unescape(text[1:len(text)-1], nil)
			ok = isNumber(text)
		}
	case "BOOL":
		ok = first == 't' || first == 'f'
	case "NULL":
		text, ok = "null", first == 't'
	}
	a.b = append(a.b, text...)
	return end, ok
}

// all reads an object or array and each value in it, which is an attribute of a type.
func (a *attributes) all(i int, open byte, as string) (end int, ok bool) {
	if a.s[i] != open {
		return i, false
	}
	a.b = append(a.b, open)
	i, more := a.enter(i)
	for more {
		if last := a.b[len(a.b)-1]; last != '{' && last != '[' {
			a.b = append(a.b, ',')
		}
		if open == '{' {
			name, _, value := a.name(i)
			a.b = append(append(a.b, a.s[i:i+len(name)+len(`""`)]...), ':')
			i = value
		}
		if i, ok = a.read(i, as); !ok {
			return i, false
		}
		i, more = a.next(i)
	}
	a.b = append(a.b, open+2)
	return a.leave(i, open), true
}

// isNumber reports whether s is a JSON number.
func isNumber(s string) bool {
	if s == "" {
		return false
	}
	end, ok := numberEnd(s, 0)
	return ok && end == len(s)
}
