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
	for _, read := range []attributeReader{(*attributes).mapOf, (*attributes).value} {
		a := attributes{reader{s: e.raw, valid: true}, b}
		if _, ok := read(&a, 0); ok {
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

// An attributeReader reads what begins at s[i]. It returns the position after it, and
// whether it is what it must be.
type attributeReader func(a *attributes, i int) (end int, ok bool)

// value reads an attribute value, an object with its type as the only name.
func (a *attributes) value(i int) (end int, ok bool) {
	if a.s[i] != '{' {
		return i, false
	}
	i, more := a.enter(i)
	if !more {
		return i, false
	}
	name, _, value := a.name(i)
	if end, ok = a.typed(name, value); !ok {
		return end, false
	}
	if end, more = a.next(end); more {
		return end, false
	}
	return a.leave(end, '{'), true
}

func (a *attributes) typed(name string, i int) (end int, ok bool) {
	switch name {
	case "S", "B":
		return a.text(i)
	case "N":
		return a.number(i)
	case "BOOL":
		end = a.reader.value(i)
		a.b = append(a.b, a.s[i:end]...)
		return end, a.s[i] == 't' || a.s[i] == 'f'
	case "NULL":
		a.b = append(a.b, "null"...)
		return a.reader.value(i), a.s[i] == 't'
	case "M":
		return a.mapOf(i)
	case "L":
		return a.all(i, '[', (*attributes).value)
	case "SS", "BS":
		return a.all(i, '[', (*attributes).text)
	case "NS":
		return a.all(i, '[', (*attributes).number)
	}
	return i, false
}

// mapOf reads a map from names to attribute values.
func (a *attributes) mapOf(i int) (end int, ok bool) {
	return a.all(i, '{', (*attributes).value)
}

// all reads an object or array and each value in it.
func (a *attributes) all(i int, open byte, read attributeReader) (end int, ok bool) {
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
		if i, ok = read(a, i); !ok {
			return i, false
		}
		i, more = a.next(i)
	}
	a.b = append(a.b, open+2)
	return a.leave(i, open), true
}

// text reads a string.
func (a *attributes) text(i int) (end int, ok bool) {
	end = a.reader.value(i)
	a.b = append(a.b, a.s[i:end]...)
	return end, a.s[i] == '"'
}

// number reads a string that holds a number, and keeps the number as it is written.
func (a *attributes) number(i int) (end int, ok bool) {
	end = a.reader.value(i)
	if a.s[i] != '"' {
		return end, false
	}
	number := unescape(a.s[i+1:end-1], nil)
	a.b = append(a.b, number...)
	return end, isNumber(number)
}

// isNumber reports whether s is a JSON number.
func isNumber(s string) bool {
	if s == "" {
		return false
	}
	end, ok := numberEnd(s, 0)
	return ok && end == len(s)
}
