package event

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// filled reports whether there is a value other than null.
func (e Event) filled() bool { return e.Exists() && !e.IsNull() }

// firstOf returns the first value that is not null or missing.
func firstOf(found []Event) Event {
	if i := slices.IndexFunc(found, Event.filled); i >= 0 {
		return found[i]
	}
	return Event{}
}

// unescaped decodes a text that is encoded as in a URL-encoded form, such as the key of an
// object in S3's events.
func unescaped(found []Event) Event {
	if found[0].kind() != '"' {
		return Event{}
	}
	m := found[0].memory
	return textEvent(validText([]byte(unescapeForm(found[0].text(), m)), m), m)
}

// milliseconds returns a time in milliseconds since 1970. The event may have milliseconds,
// microseconds or text in ISO 8601.
func milliseconds(found []Event) Event {
	e := firstOf(found)
	if e.kind() == '"' {
		if at, err := time.Parse(time.RFC3339, e.text()); err == nil {
			return Event{raw: strconv.FormatInt(at.UnixMilli(), 10)}
		}
	}
	const year5138 = 1e14 // microseconds are beyond it since 1973
	if v, ok := e.Convert(IntegerType); ok && v.Integer() > year5138 {
		return Event{raw: strconv.FormatInt(v.Integer()/1000, 10)}
	}
	return e
}

// objectOrEmpty returns an object as it is, and an empty object instead of anything else.
func objectOrEmpty(found []Event) Event {
	if found[0].IsObject() {
		return found[0]
	}
	return Event{raw: "{}"}
}

// valueLists are lists of texts by name, such as the headers of a request.
type valueLists struct {
	memory *Memory
	keep   keep
	places map[string]int
	names  []string   // in the order of their first use
	values [][]string // of each name
}

// A keep says what counts of the values of one name.
type keep int

const (
	keepFirst keep = iota
	keepLast
	keepAll
	keepJoined // by commas
)

// About how many bytes a name and a value take, including what the lists leave behind as
// they grow.
const (
	nameSize  = 200
	valueSize = 40
)

// add adds a value to those of its name. It returns false if the memory is full.
func (l *valueLists) add(name, value string) bool {
	place, known := l.places[name]
	switch {
	case known && l.keep == keepFirst:
		return true
	case !known:
		if !l.memory.need(nameSize) {
			return false
		}
		if l.places == nil {
			l.places = map[string]int{}
		}
		place = len(l.names)
		l.places[name] = place
		l.names, l.values = append(l.names, name), append(l.values, nil)
	case l.keep == keepLast:
		l.values[place] = l.values[place][:0]
	}
	if l.keep >= keepAll && !l.memory.need(valueSize) {
		return false
	}
	l.values[place] = append(l.values[place], value)
	return true
}

// object makes a JSON object of the lists.
func (l *valueLists) object() Event {
	w := writer{memory: l.memory}
	w.json("{")
	for i, name := range l.names {
		w.comma()
		w.string(name)
		w.json(":")
		if l.keep == keepAll {
			w.json("[")
			for _, value := range l.values[i] {
				w.comma()
				w.string(value)
			}
			w.json("]")
		} else {
			w.string(strings.Join(l.values[i], ","))
		}
	}
	w.json("}")
	l.memory.Release(nameSize * len(l.names))
	return w.event()
}

// kafkaHeaders makes an object of a Kafka record's headers: a list of objects from a name to
// a list of bytes as signed numbers. If a name is repeated, the last one wins, as in Kafka's
// own lastHeader.
func kafkaHeaders(found []Event) Event {
	l := valueLists{memory: found[0].memory, keep: keepLast}
	if !found[0].IsArray() {
		return Event{}
	}
	for header := range found[0].Elements() {
		for name, value := range header.members() {
			if text, ok := bytesText(value); ok {
				l.add(name, text)
			}
		}
	}
	return l.object()
}

// bytesText returns the text of a list of bytes, each a number from -128 to 255.
func bytesText(list Event) (string, bool) {
	if !list.IsArray() {
		return "", false
	}
	b := list.memory.make(len(list.raw) / 2)
	for e := range list.Elements() {
		n, ok := integer(e.raw)
		if !ok || n < -128 || n > 255 {
			return "", false
		}
		b = append(b, byte(n))
	}
	return validText(b, list.memory), true
}
