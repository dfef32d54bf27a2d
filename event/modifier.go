package event

import (
	"strings"
	"sync"

	"github.com/tidwall/gjson"
)

// A modifier makes a value of one that exists. The argument is what stands behind the
// colon after the modifier's name, or "". What it makes is counted in the memory of the
// event.
type modifier func(e Event, argument string) Event

// modifiers are all that a path may have. Some are gjson's own. The others that gjson has, too,
// take hundreds of bytes for each element there, or run for each level through all that is in it.
var modifiers = [...]struct {
	name   string
	modify modifier
}{
	{"frombase64", fromBase64}, {"gunzip", gunzip}, {"fromform", fromForm}, {"fromdynamodb", fromDynamoDB},
	{"fromstr", fromString}, {"this", unchanged}, {"valid", unchanged}, {"tostr", toString},
	{"flatten", flatten}, {"reverse", reverse},
	{"join", byGJSON("join")}, {"keys", byGJSON("keys")}, {"values", byGJSON("values")}, {"group", byGJSON("group")},
	{"dig", byGJSON("dig")}, {"pretty", byGJSON("pretty")}, {"ugly", byGJSON("ugly")},
}

// modifierOf returns the modifier of that name, without its @, or nil.
func modifierOf(name string) modifier {
	for _, m := range modifiers {
		if m.name == name {
			return m.modify
		}
	}
	return nil
}

func modifierNames() []string {
	var names []string
	for i := range modifiers {
		names = append(names, modifiers[i].name)
	}
	return names
}

func unchanged(e Event, _ string) Event { return e }

func toString(e Event, _ string) Event { return textEvent(e.JSON(), e.memory) }

// fromString parses the JSON that a string holds. Text that is not JSON gives nothing.
// What is not a string stays as it is, as in gjson.
func fromString(e Event, _ string) Event {
	if e.kind() != '"' {
		return e
	}
	return e.parsed(e.text())
}

// parsed returns a text as JSON; nothing if it is not JSON.
func (e Event) parsed(text string) Event {
	if Problem(text) != "" {
		return Event{}
	}
	return e.part(strings.TrimSpace(text))
}

// reverse returns the elements of an array, or the members of an object, in the reverse
// order. It writes them from the end of a text that is as long as theirs.
func reverse(e Event, _ string) Event {
	if !e.IsArray() && !e.IsObject() {
		return e
	}
	b := e.memory.make(len(e.raw))
	if b == nil {
		return Event{}
	}
	b = b[:len(e.raw)]
	at := len(b)
	prepend := func(texts ...string) {
		for _, text := range texts {
			at -= len(text)
			copy(b[at:], text)
		}
	}
	prepend(e.raw[len(e.raw)-1:])
	for name, value := range e.parts() {
		if at < len(b)-1 {
			prepend(",")
		}
		if prepend(value.raw); name != "" {
			prepend(":", name)
		}
	}
	prepend(e.raw[:1])
	return e.part(view(b[at:]))
}

// flatten puts the elements of the arrays in an array in their place, with the argument
// {"deep":true} those of the arrays in them as well.
func flatten(e Event, argument string) Event {
	if !e.IsArray() {
		return e
	}
	w := writer{memory: e.memory}
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
				text = strings.TrimSpace(text[1 : len(text)-1])
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

// ownPrefix begins the names under which gjson knows the modifiers of this package: it
// does not let its own be replaced.
const ownPrefix = "own-"

// gjsonTurn is what gjson's modifiers count in. gjson knows modifiers by name, for the
// whole process, and hands them nothing but JSON: so only one path with modifiers is
// followed by gjson at a time.
var gjsonTurn struct {
	sync.Mutex
	memory *Memory
}

// registerModifiers makes the modifiers known to gjson. It is called when the first path
// needs gjson.
var registerModifiers = sync.OnceFunc(func() {
	for _, name := range modifierNames() {
		modify := modifierOf(name)
		run := func(json, argument string) string {
			e := Event{memory: gjsonTurn.memory}.parsed(json) // a literal of the path need not be JSON
			if !e.Exists() {
				return ""
			}
			return modify(e, argument).JSON()
		}
		gjson.AddModifier(ownPrefix+name, run)
		gjson.AddModifier(name, run) // where gjson has none: in the argument of another modifier
	}
})

// queryModifier returns the modifier that hands a value to gjson with the rest of a path,
// which may hold the value so many times.
func queryModifier(path string, copies int, modifiers bool) modifier {
	registerModifiers()
	return func(e Event, _ string) Event {
		m, json := e.memory, e.JSON()
		if copies > 1 && len(json) > MaxText/copies {
			return Event{}
		}
		before := m.Used()
		const ofElement = 20 // gjson keeps its place
		if !m.need((copies+1)*len(json) + ofElement*strings.Count(json, ",")) {
			return Event{}
		}
		if modifiers {
			gjsonTurn.Lock()
			defer gjsonTurn.Unlock()
			gjsonTurn.memory = m
		}
		found := gjson.Get(json, path)
		m.Release(m.Used() - before)
		return e.result(found, json)
	}
}

// result takes over what gjson has found in a JSON text. A literal of the path, such as
// !nan, need not be JSON, and then the value is missing.
func (e Event) result(r gjson.Result, json string) Event {
	found := e.parsed(r.Raw)
	if found.Exists() && !(Event{raw: json}).Holds(found.raw) && !e.memory.need(len(found.raw)) {
		return Event{}
	}
	return found
}

// byGJSON returns a modifier of gjson's own. What would become longer than MaxText is missing.
func byGJSON(name string) modifier {
	return func(e Event, argument string) Event {
		m, json := e.memory, e.JSON()
		elements, deepest := weigh(json)
		size, ofElement := len(json), 0
		switch name {
		case "pretty":
			size += 2*elements + max(2, len(argument))*deepest*elements
		case "dig":
			ofElement = 180
			if deepest > 100 { // what it finds may lie in each other
				size *= deepest
			}
		case "join":
			ofElement = 500
		case "group":
			ofElement = 130
			longest := 0
			for name := range e.parts() {
				longest = max(longest, len(name))
			}
			size += longest * elements
		}
		taken := 2*size + ofElement*elements
		if size > MaxText || !m.need(taken) {
			return Event{}
		}
		path := "@" + name
		if argument != "" {
			path += ":" + argument
		}
		r := gjson.Get(json, path)
		m.Release(taken)
		return e.result(r, json)
	}
}

// weigh returns what the memory that a modifier of gjson takes depends on: the number of
// commas and brackets, and how deep the deepest of them is.
func weigh(json string) (elements, deepest int) {
	depth := 0
	for i := 0; i < len(json); i++ {
		switch json[i] {
		case '"':
			i = skipValue(json, i) - 1
			continue
		case '[', '{':
			depth++
			deepest = max(deepest, depth)
		case ']', '}':
			depth--
		case ',':
		default:
			continue
		}
		elements++
	}
	return elements, deepest
}
