package event

import (
	"strconv"
	"strings"
	"time"
)

// firstOf returns the first value that is not null or missing.
func firstOf(found []Event) Event {
	for _, e := range found {
		if e.Exists() && !e.IsNull() {
			return e
		}
	}
	return Event{}
}

// unescaped decodes a text that is encoded as in a URL-encoded form, such as the key of an
// object in S3's events.
func unescaped(found []Event) Event {
	if found[0].kind() != '"' {
		return Event{}
	}
	m := found[0].Memory()
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
	places map[string]int
	names  []string   // in the order of their first use
	values [][]string // of each name
}

// About how many bytes a name and a value take, including what the lists leave behind as
// they grow.
const (
	nameSize  = 200
	valueSize = 40
)

// of returns the values of a name, or nil if the name does not fit the memory.
func (l *valueLists) of(name string) *[]string {
	place, known := l.places[name]
	if !known {
		if !l.memory.need(nameSize) {
			return nil
		}
		if l.places == nil {
			l.places = map[string]int{}
		}
		place = len(l.names)
		l.places[name] = place
		l.names, l.values = append(l.names, name), append(l.values, nil)
	}
	return &l.values[place]
}

// add adds a value to those of its name. It returns false if the memory is full.
func (l *valueLists) add(name, value string) bool {
	values := l.of(name)
	if values == nil || !l.memory.need(valueSize) {
		return false
	}
	*values = append(*values, value)
	return true
}

// set replaces the values of a name by one. It returns false if the memory is full.
func (l *valueLists) set(name, value string) bool {
	values := l.of(name)
	if values != nil {
		*values = append((*values)[:0], value)
	}
	return values != nil
}

// object makes a JSON object of the lists, each of which write writes.
func (l *valueLists) object(write func(w *writer, values []string)) Event {
	w := writer{memory: l.memory}
	w.json("{")
	for i, name := range l.names {
		w.comma()
		w.string(name)
		w.json(":")
		write(&w, l.values[i])
	}
	w.json("}")
	l.memory.Release(nameSize * len(l.names))
	return w.event()
}

func writeOnly(w *writer, values []string) { w.string(values[0]) }

func writeJoined(w *writer, values []string) { w.string(strings.Join(values, ",")) }

func writeAll(w *writer, values []string) {
	w.json("[")
	for _, value := range values {
		w.comma()
		w.string(value)
	}
	w.json("]")
}

// kafkaHeaders makes an object of a Kafka record's headers: a list of objects from a name to
// a list of bytes as signed numbers. If a name is repeated, the last one wins, as in Kafka's
// own lastHeader.
func kafkaHeaders(found []Event) Event {
	l := valueLists{memory: found[0].Memory()}
	if !found[0].IsArray() {
		return Event{}
	}
	for header := range found[0].Elements() {
		for name, value := range header.members() {
			if text, ok := bytesText(value); ok {
				l.set(name, text)
			}
		}
	}
	return l.object(writeOnly)
}

// bytesText returns the text of a list of bytes, each a number from -128 to 255.
func bytesText(list Event) (string, bool) {
	if !list.IsArray() {
		return "", false
	}
	b := list.Memory().make(len(list.raw) / 2)
	for e := range list.Elements() {
		n, ok := integer(e.raw)
		if !ok || n < -128 || n > 255 {
			return "", false
		}
		b = append(b, byte(n))
	}
	return validText(b, list.Memory()), true
}
