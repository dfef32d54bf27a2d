package event

// fromDynamoDB returns plain JSON for a map of DynamoDB attribute values, such as the
// NewImage of a stream record, or for a single attribute value:
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
//
// Numbers stay as they are written, sets become arrays, binary stays base64. If any
// attribute is none, there is no value.
func fromDynamoDB(e Event) Event {
	if !e.IsObject() {
		return Event{}
	}
	b := make([]byte, 0, len(e.raw))
	if b, ok := appendAttributes(b, e); ok {
		return Event{raw: view(b)}
	}
	// A map of attributes is tried first: {"S":{"S":"x"}} has an attribute S, whereas
	// {"S":"x"} cannot be such a map.
	if b, ok := appendAttribute(b, e); ok {
		return Event{raw: view(b)}
	}
	return Event{}
}

// appendAttributes appends the object of a map from names to attribute values.
func appendAttributes(b []byte, e Event) ([]byte, bool) {
	if !e.IsObject() {
		return b, false
	}
	s := e.raw
	b = append(b, '{')
	first := true
	for i := skipSpace(s, 1); s[i] != '}'; {
		if !first {
			b = append(b, ',')
		}
		first = false
		name, _, value := member(s, i)
		b = append(b, '"')
		b = append(b, name...)
		b = append(b, '"', ':')
		end := skipValue(s, value)
		var ok bool
		if b, ok = appendAttribute(b, Event{raw: s[value:end]}); !ok {
			return b, false
		}
		i = next(s, end)
	}
	return append(b, '}'), true
}

// appendAttribute appends the plain value of an attribute value, an object with its type
// as the only name.
func appendAttribute(b []byte, e Event) ([]byte, bool) {
	if !e.IsObject() {
		return b, false
	}
	s := e.raw
	i := skipSpace(s, 1)
	if s[i] == '}' {
		return b, false
	}
	name, _, value := member(s, i)
	end := skipValue(s, value)
	if s[next(s, end)] != '}' {
		return b, false
	}
	return appendTyped(b, name, Event{raw: s[value:end]})
}

func appendTyped(b []byte, name string, e Event) ([]byte, bool) {
	switch name {
	case "S", "B":
		return appendText(b, e)
	case "N":
		return appendNumber(b, e)
	case "BOOL":
		return append(b, e.raw...), e.kind() == 't' || e.kind() == 'f'
	case "NULL":
		return append(b, "null"...), e.kind() == 't'
	case "M":
		return appendAttributes(b, e)
	case "L":
		return appendList(b, e, appendAttribute)
	case "SS", "BS":
		return appendList(b, e, appendText)
	case "NS":
		return appendList(b, e, appendNumber)
	}
	return b, false
}

func appendText(b []byte, e Event) ([]byte, bool) {
	return append(b, e.raw...), e.kind() == '"'
}

// appendNumber appends the number that a string holds, as it is written.
func appendNumber(b []byte, e Event) ([]byte, bool) {
	if e.kind() != '"' {
		return b, false
	}
	number := e.text()
	return append(b, number...), isNumber(number)
}

// isNumber reports whether s is a JSON number.
func isNumber(s string) bool {
	if s == "" {
		return false
	}
	end, ok := numberEnd(s, 0)
	return ok && end == len(s)
}

func appendList(b []byte, e Event, element func([]byte, Event) ([]byte, bool)) ([]byte, bool) {
	if !e.IsArray() {
		return b, false
	}
	b = append(b, '[')
	first := true
	for item := range e.Elements() {
		if !first {
			b = append(b, ',')
		}
		first = false
		var ok bool
		if b, ok = element(b, item); !ok {
			return b, false
		}
	}
	return append(b, ']'), true
}
