package event

import "github.com/tidwall/gjson"

// The modifiers of this file do what gjson's of the same names do:
// https://github.com/tidwall/gjson/blob/master/SYNTAX.md#modifiers

// reverse returns the elements of an array, or the members of an object, in the reverse
// order. It writes them from the end of a text that is as long as theirs.
func reverse(e Event, _ string) Event {
	if !e.IsArray() && !e.IsObject() {
		return e
	}
	b := e.Memory().make(len(e.raw))
	if b == nil {
		return Event{}
	}
	b = b[:len(e.raw)]
	at := len(b)
	write := func(text string) {
		at -= len(text)
		copy(b[at:], text)
	}
	write(e.raw[len(e.raw)-1:])
	separator := ""
	for name, value := range e.parts() {
		write(separator)
		write(value.raw)
		if name != "" {
			write(":")
			write(name)
		}
		separator = ","
	}
	write(e.raw[:1])
	return e.part(view(b[at:]))
}

// flatten puts the elements of the arrays in an array in their place, with the argument
// {"deep":true} those of the arrays in them as well.
func flatten(e Event, argument string) Event {
	if !e.IsArray() {
		return e
	}
	w := writer{memory: e.Memory()}
	w.json("[")
	if gjson.Get(argument, "deep").Bool() {
		for s, i := e.raw, 0; i < len(s); i++ {
			if c := s[i]; c != '[' && c != ']' && c != ',' && !isSpace(c) {
				end := skipValue(s, i)
				w.comma()
				w.json(s[i:end])
				i = end - 1
			}
		}
	} else {
		for element := range e.Elements() {
			text := element.raw
			if element.IsArray() {
				text = trimSpace(text[1 : len(text)-1])
			}
			if text != "" {
				w.comma()
				w.json(text)
			}
		}
	}
	w.json("]")
	return w.event()
}
