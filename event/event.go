package event

import (
	"iter"
	"strings"
	"unsafe"
)

// An Event is one valid JSON value: what a function was invoked with, or a value in it,
// such as a record. The zero Event is a value that is missing.
type Event struct {
	raw    string  // the JSON, without white space around it
	memory *Memory // what counts for it, or nil
	// decoded says that raw is the content of a JSON string and not JSON: what a modifier
	// made, which needs no encoding when it is bound or parsed next.
	decoded bool
}

// Parse checks that the payload is one JSON value (RFC 8259) and returns it.
//
// The event, and every text that is read from it, shares the payload's memory: the
// payload must not change while they are in use. A text that must outlive the
// invocation has to be cloned.
//
// The payload must also be UTF-8, without a byte order mark, and nest no deeper than
// MaxDepth. The error is an *InvalidError with line, column and an excerpt.
func Parse(payload []byte) (Event, error) {
	text := view(payload)
	if problem := Problem(text); problem != "" {
		return Event{}, &InvalidError{[]string{"the event is not valid JSON: " + problem}}
	}
	return Event{raw: strings.TrimSpace(text)}, nil
}

// Exists reports whether there is a value. Null is one.
func (e Event) Exists() bool { return e.decoded || e.raw != "" }

// IsArray reports whether the value is an array.
func (e Event) IsArray() bool { return e.kind() == '[' }

// IsObject reports whether the value is an object.
func (e Event) IsObject() bool { return e.kind() == '{' }

// JSON returns the value's JSON as it came, without white space around it. It is "" if the
// value is missing.
func (e Event) JSON() string {
	if !e.decoded {
		return e.raw
	}
	w := writer{memory: e.Memory()}
	w.string(e.raw)
	return view(w.b)
}

// kind returns the first byte of the value's JSON, with '0' for all numbers; 0 where it
// is missing.
func (e Event) kind() byte {
	switch {
	case e.decoded:
		return '"'
	case e.raw == "":
		return 0
	case e.raw[0] == '-' || isDigit(e.raw[0]):
		return '0'
	}
	return e.raw[0]
}

// text returns the text of a string.
func (e Event) text() string {
	if e.decoded {
		return e.raw
	}
	return unescape(e.raw[1:len(e.raw)-1], e.Memory())
}

// Value returns the SQL value: NULL for null and for what is missing, 1 and 0 for true
// and false, INTEGER for an integer that fits 64 bits, REAL for any other number, TEXT
// for a string, and TEXT with the JSON as it came for an object or array.
func (e Event) Value() Value {
	value, _ := e.Convert(AnyType)
	return value
}

// Lookup returns the field of that name, of an object; the first where several have the
// name. The name is taken as it is: nothing in it is special, unlike in a path.
func (e Event) Lookup(name string) Event {
	return e.find([]key{{name: name, index: -1}})
}

// Field returns the SQL value of the field of that name: of what Lookup returns.
func (e Event) Field(name string) Value { return e.Lookup(name).Value() }

// At returns the n-th element, counted from 1, of an array; the first of anything else is
// the value itself.
func (e Event) At(n int) Event {
	if e.IsArray() {
		return e.find([]key{{index: n - 1}})
	} else if n == 1 {
		return e
	}
	return Event{}
}

// Elements yields the elements of an array; anything else is its own only element, except
// null and what is missing, which have none.
func (e Event) Elements() iter.Seq[Event] {
	return func(yield func(Event) bool) {
		if !e.IsArray() && e.filled() {
			yield(e)
			return
		}
		for _, element := range e.parts() {
			if !yield(element) {
				return
			}
		}
	}
}

// part returns a part of the event's JSON as an event.
func (e Event) part(raw string) Event { return Event{raw: raw, memory: e.memory} }

// textEvent returns a text as the value of a JSON string.
func textEvent(text string, m *Memory) Event { return Event{text, m, true} }

// parts yields the elements of an array, and the members of an object with their names,
// which are as they are written, in quotes.
func (e Event) parts() iter.Seq2[string, Event] {
	return func(yield func(string, Event) bool) {
		kind := e.kind()
		if kind != '[' && kind != '{' {
			return
		}
		r := reader{s: e.raw, valid: true}
		i, more := r.enter(0)
		for more {
			name := ""
			if kind == '{' {
				written, _, value := r.name(i)
				name, i = r.s[i:i+len(written)+len(`""`)], value
			}
			end := r.value(i)
			if !yield(name, e.part(r.s[i:end])) {
				return
			}
			i, more = r.next(end)
		}
	}
}

// members yields the members of an object.
func (e Event) members() iter.Seq2[string, Event] {
	return func(yield func(string, Event) bool) {
		for name, value := range e.parts() {
			if name == "" || !yield(unescape(name[1:len(name)-1], e.Memory()), value) {
				return
			}
		}
	}
}

// Holds reports whether the text is a part of the event's own, so that it lasts as long as
// the payload, and not what was made of it.
func (e Event) Holds(text string) bool {
	offset := uintptr(unsafe.Pointer(unsafe.StringData(text))) - uintptr(unsafe.Pointer(unsafe.StringData(e.raw)))
	return text != "" && offset < uintptr(len(e.raw))
}

// HoldsValue reports whether a text is an object or array of the event's own, in its
// place, so that it is known to be valid JSON. It may miss one that is small beside what
// stands before it.
func (e Event) HoldsValue(text string) bool {
	if e.decoded || !e.Holds(text) || text[0] != '{' && text[0] != '[' || text[len(text)-1] != text[0]+2 {
		return false
	}
	start := int(uintptr(unsafe.Pointer(unsafe.StringData(text))) - uintptr(unsafe.Pointer(unsafe.StringData(e.raw))))
	if start > len(text) { // to look through what is before it would take longer than to read it
		return false
	}
	r := reader{s: e.raw, valid: true} // brackets in a string are text
	for i := 0; ; {
		quote := strings.IndexByte(e.raw[i:start], '"')
		if quote < 0 {
			return true
		}
		if i, _ = r.str(i + quote); i > start {
			return false
		}
	}
}
