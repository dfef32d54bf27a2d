package event

import (
	"iter"
	"strings"

	"sqlambda/internal/jsontext"
)

// textEvent returns a text as the value of a JSON string.
func textEvent(text string) Event { return Event{raw: text, decoded: true} }

// firstOf returns the first value that is not null or missing.
func firstOf(found []Event) Event {
	for _, e := range found {
		if e.Exists() && !e.IsNull() {
			return e
		}
	}
	return Event{}
}

// formText decodes a text that is encoded as in an URL-encoded form, such as the key of an
// object in S3's events.
func formText(found []Event) Event {
	if found[0].kind() != '"' {
		return Event{}
	}
	return textEvent(validText([]byte(unescapeForm(found[0].text()))))
}

// objectOrEmpty returns an object as it is, and an empty one in the place of anything else.
func objectOrEmpty(found []Event) Event {
	if found[0].IsObject() {
		return found[0]
	}
	return Event{raw: "{}"}
}

// members yields the members of an object.
func (e Event) members() iter.Seq2[string, Event] {
	return func(yield func(string, Event) bool) {
		if !e.IsObject() {
			return
		}
		s := e.raw
		for i := skipSpace(s, 1); s[i] != '}'; {
			name, escaped, value := member(s, i)
			if escaped {
				name = unescape(name)
			}
			end := skipValue(s, value)
			if !yield(name, Event{raw: s[value:end]}) {
				return
			}
			i = next(s, end)
		}
	}
}

// valueLists are lists of texts by name, such as the headers of a request.
type valueLists struct {
	names  []string // in the order of their first use
	values map[string][]string
}

func (l *valueLists) add(name, value string) {
	if l.values == nil {
		l.values = map[string][]string{}
	}
	before := l.values[name]
	if before == nil {
		l.names = append(l.names, name)
	}
	l.values[name] = append(before, value)
}

// addMembers adds the members of an object: texts, and lists of texts.
func (l *valueLists) addMembers(object Event, decode func(string) string) {
	for name, value := range object.members() {
		for text := range value.Elements() {
			if v, ok := text.Convert(TextType); ok && v.Kind == Text {
				l.add(decode(name), decode(v.Text))
			}
		}
	}
}

// object returns the JSON object of the lists, each as appendList has it.
func (l *valueLists) object(appendList func(b []byte, values []string) []byte) Event {
	b := []byte{'{'}
	for i, name := range l.names {
		if i > 0 {
			b = append(b, ',')
		}
		b = jsontext.Append(b, name)
		b = append(b, ':')
		b = appendList(b, l.values[name])
	}
	return Event{raw: view(append(b, '}'))}
}

func appendFirst(b []byte, values []string) []byte { return jsontext.Append(b, values[0]) }

func appendLast(b []byte, values []string) []byte { return jsontext.Append(b, values[len(values)-1]) }

func appendJoined(b []byte, values []string) []byte {
	return jsontext.Append(b, strings.Join(values, ","))
}

func appendAll(b []byte, values []string) []byte {
	b = append(b, '[')
	for i, value := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = jsontext.Append(b, value)
	}
	return append(b, ']')
}

// kafkaHeaders returns the object of a Kafka record's headers, a list of objects from a name
// to a list of bytes as signed numbers. Of a repeated name it has the last, as Kafka's own
// lastHeader.
func kafkaHeaders(found []Event) Event {
	var l valueLists
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
	return l.object(appendLast)
}

// bytesText returns the text of a list of bytes, each a number from -128 to 255.
func bytesText(list Event) (string, bool) {
	if !list.IsArray() {
		return "", false
	}
	b := make([]byte, 0, len(list.raw)/3)
	for e := range list.Elements() {
		n, ok := integer(e.raw)
		if !ok || n < -128 || n > 255 {
			return "", false
		}
		b = append(b, byte(n))
	}
	return validText(b), true
}
