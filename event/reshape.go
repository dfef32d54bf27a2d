package event

import "github.com/tidwall/gjson"

// The modifiers of this file do what gjson's of the same names do:
// https://github.com/tidwall/gjson/blob/master/SYNTAX.md#modifiers

// keys returns the names of an object's members; a null for each element of anything else.
func keys(e Event, _ string) Event {
	w := writer{memory: e.Memory()}
	w.json("[")
	if !e.IsObject() && !e.IsArray() {
		w.json("null")
	}
	for name := range e.parts() {
		w.comma()
		if name == "" {
			name = "null"
		}
		w.json(name)
	}
	w.json("]")
	return w.event()
}

// memberValues returns the values of an object's members; an array is its own values.
func memberValues(e Event, _ string) Event {
	if e.IsArray() {
		return e
	}
	w := writer{memory: e.Memory()}
	w.json("[")
	if !e.IsObject() {
		w.json(e.JSON())
	}
	for _, value := range e.parts() {
		w.comma()
		w.json(value.raw)
	}
	w.json("]")
	return w.event()
}

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

// join puts the members of the objects in an array into one object. Of those with the same
// name it has the last, with the argument {"preserve":true} all.
func join(e Event, argument string) Event {
	if !e.IsArray() {
		return e
	}
	type named struct{ name, value string }
	var list []named
	places := map[string]int{}
	preserve := gjson.Get(argument, "preserve").Bool()
	w := writer{memory: e.Memory()}
	for element := range e.Elements() {
		if !element.IsObject() {
			continue
		}
		for written, value := range element.parts() {
			name := unescape(written[1:len(written)-1], w.memory)
			if place, known := places[name]; known && !preserve {
				list[place].value = value.raw
				continue
			}
			if !w.memory.need(nameSize) {
				return Event{}
			}
			places[name] = len(list)
			list = append(list, named{written, value.raw})
		}
	}
	w.json("{")
	for _, member := range list {
		w.comma()
		w.json(member.name)
		w.json(":")
		w.json(member.value)
	}
	w.json("}")
	w.memory.Release(nameSize * len(list))
	return w.event()
}

// A groupedColumn is an array that group takes values from.
type groupedColumn struct {
	name, values string
	i            int // of the next value
}

// group makes an array of objects of an object of arrays: {"a":[1,2],"b":[3]} becomes
// [{"a":1,"b":3},{"a":2}].
func group(e Event, _ string) Event {
	if !e.IsObject() {
		return Event{}
	}
	var columns []groupedColumn
	w := writer{memory: e.Memory()}
	for name, value := range e.parts() {
		if !value.IsArray() {
			continue
		}
		if !w.memory.need(nameSize) {
			return Event{}
		}
		columns = append(columns, groupedColumn{name, value.raw, skipSpace(value.raw, 1)})
	}
	before := len(columns)
	w.json("[")
	for len(columns) > 0 && !w.full {
		columns = w.group(columns)
	}
	w.json("]")
	w.memory.Release(nameSize * before)
	return w.event()
}

// group writes the object of the next values of columns. It returns the columns that had one.
func (w *writer) group(columns []groupedColumn) []groupedColumn {
	left := columns[:0]
	for _, c := range columns {
		if c.values[c.i] == ']' {
			continue
		}
		w.comma()
		if len(left) == 0 {
			w.json("{")
		}
		end := skipValue(c.values, c.i)
		w.json(c.name)
		w.json(":")
		w.json(c.values[c.i:end])
		c.i = next(c.values, end)
		left = append(left, c)
	}
	if len(left) > 0 {
		w.json("}")
	}
	return left
}
