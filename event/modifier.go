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

// modifierNames are all the modifiers that a path may have, those first that gjson has
// not.
var modifierNames = [...]string{
	"frombase64", "gunzip", "fromform", "fromdynamodb", "fromstr",
	"this", "tostr", "valid", "flatten", "join", "keys", "values", "group", "dig",
	"reverse", "pretty", "ugly",
}

// modifierOf returns the modifier of that name, without its @, or nil. Most of gjson's are
// here as well, as gjson's own count no memory, and some take hundreds of bytes for each
// element, or for each level run through all that is in it.
func modifierOf(name string) modifier {
	switch name {
	case "fromstr":
		return fromString
	case "frombase64":
		return fromBase64
	case "gunzip":
		return gunzip
	case "fromform":
		return fromForm
	case "fromdynamodb":
		return fromDynamoDB
	case "this", "valid":
		return func(e Event, _ string) Event { return e }
	case "tostr":
		return func(e Event, _ string) Event { return textEvent(e.JSON(), e.Memory()) }
	case "keys":
		return keys
	case "values":
		return memberValues
	case "reverse":
		return reverse
	case "flatten":
		return flatten
	case "join":
		return join
	case "group":
		return group
	case "ugly", "pretty", "dig":
		return func(e Event, argument string) Event { return byGJSON(e, name, argument) }
	}
	return nil
}

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
	if text = trimSpace(text); !isValid(text) {
		return Event{}
	}
	return Event{raw: text}.In(e.Memory())
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
	for _, name := range modifierNames {
		modify := modifierOf(name)
		run := func(json, argument string) string {
			if json = strings.Trim(json, " \t\r\n"); json == "" {
				return ""
			}
			return modify(Event{raw: json}.In(gjsonTurn.memory), argument).JSON()
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
		m, json := e.Memory(), e.JSON()
		if copies > 1 && len(json) > MaxText/copies {
			return Event{}
		}
		before := m.Used()
		if !m.need(copies*len(json) + gjsonSize(json)) {
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

// gjsonSize is what gjson takes for the places of elements, about, and for what it finds.
func gjsonSize(json string) int {
	const ofElement = 20
	return len(json) + ofElement*strings.Count(json, ",")
}

// result takes over what gjson has found in a JSON text. A literal of the path, such as
// !nan, need not be JSON, and then the value is missing.
func (e Event) result(r gjson.Result, json string) Event {
	raw := strings.Trim(r.Raw, " \t\r\n")
	if raw == "" || !isValid(raw) || !(Event{raw: json}).Holds(raw) && !e.Memory().need(len(raw)) {
		return Event{}
	}
	return Event{raw: raw}.In(e.Memory())
}

// byGJSON has gjson run a modifier of its own. What would become longer than MaxText is
// missing.
func byGJSON(e Event, name, argument string) Event {
	m, json := e.Memory(), e.JSON()
	size := len(json)
	switch name {
	case "pretty":
		size = prettySize(json, max(2, len(argument)))
	case "dig": // what it finds may lie in each other
		if depth := deepest(json); depth > 100 {
			size *= depth
		}
	}
	const found = 180 // of gjson for each value
	taken := 2*size + found*(strings.Count(json, "{")+strings.Count(json, "["))
	if size > MaxText || !m.need(taken) {
		return Event{}
	}
	if argument != "" {
		name += ":" + argument
	}
	r := gjson.Get(json, "@"+name)
	m.Release(taken)
	return e.result(r, json)
}

// prettySize is how long the text becomes, about, with line breaks and indents.
func prettySize(json string, indent int) int {
	size, depth := len(json), 0
	eachMark(json, func(mark byte) {
		switch mark {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		size = min(size+2+depth*indent, MaxText+1)
	})
	return size
}

// deepest is how deep a text nests.
func deepest(json string) int {
	depth, most := 0, 0
	eachMark(json, func(mark byte) {
		switch mark {
		case '[', '{':
			depth++
			most = max(most, depth)
		case ']', '}':
			depth--
		}
	})
	return most
}

// eachMark calls f for the brackets and commas outside of strings.
func eachMark(json string, f func(mark byte)) {
	for i := 0; i < len(json); i++ {
		switch c := json[i]; c {
		case '"':
			end, _ := skipString(json, i)
			i = end - 1
		case '[', '{', ',', ']', '}':
			f(c)
		}
	}
}
