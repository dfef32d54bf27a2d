package event

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
)

// filled reports whether there is a value other than null.
func (e Event) filled() bool { return e.Exists() && e.kind() != 'n' }

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

// A keep says what an object keeps of the texts of one name.
type keep int

const (
	keepFirst keep = iota
	keepLast
	keepAll    // in an array
	keepJoined // by commas
)

// About how many bytes a name and a text of it take, including what lists leave behind as
// they grow.
const (
	nameSize = 200
	textSize = 40
)

// objectOf makes an object of names and texts. The names stand in the order of their first use.
func objectOf(pairs iter.Seq2[string, string], k keep, m *Memory) Event {
	places := map[string]int{}
	var names []string
	var texts [][]string // of each name
	for name, text := range pairs {
		place, known := places[name]
		switch {
		case known && k == keepFirst:
			continue
		case known && k == keepLast:
			texts[place][0] = text
			continue
		case !known && !m.need(nameSize) || k >= keepAll && !m.need(textSize):
			return Event{}
		case !known:
			place = len(names)
			places[name] = place
			names, texts = append(names, name), append(texts, nil)
		}
		texts[place] = append(texts[place], text)
	}
	w := writer{memory: m}
	w.json("{")
	for i, name := range names {
		w.comma()
		w.string(name)
		w.json(":")
		if k != keepAll {
			w.string(strings.Join(texts[i], ","))
			continue
		}
		w.json("[")
		for _, text := range texts[i] {
			w.comma()
			w.string(text)
		}
		w.json("]")
	}
	w.json("}")
	m.Release(nameSize * len(names))
	return w.event()
}

// kafkaHeaders makes an object of a Kafka record's headers: a list of objects from a name to
// a list of bytes as signed numbers. If a name is repeated, the last one wins, as in Kafka's
// own lastHeader.
func kafkaHeaders(found []Event) Event {
	if !found[0].IsArray() {
		return Event{}
	}
	return objectOf(func(yield func(name, text string) bool) {
		for header := range found[0].Elements() {
			for name, value := range header.members() {
				if text, ok := bytesText(value); ok && !yield(name, text) {
					return
				}
			}
		}
	}, keepLast, found[0].memory)
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
