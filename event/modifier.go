package event

import (
	"sync"

	"github.com/tidwall/gjson"
)

// ownModifier returns the modifier of that name, without its @: those that this package
// adds to gjson's, and fromstr, which is stricter than gjson's.
func ownModifier(name string) modifier {
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
	case "this":
		return func(e Event) Event { return e }
	}
	return nil
}

// modifierNames are all the modifiers that a path may have, ours first.
var modifierNames = [...]string{
	"frombase64", "gunzip", "fromform", "fromdynamodb", "fromstr",
	"this", "tostr", "valid", "flatten", "join", "keys", "values", "group", "dig",
	"reverse", "pretty", "ugly",
}

func modifierExists(name string) bool {
	for _, known := range modifierNames {
		if name == known {
			return true
		}
	}
	return false
}

var registered sync.Once

// registerModifiers makes the own modifiers known to gjson, when the first path needs
// gjson.
func registerModifiers() {
	registered.Do(func() {
		for _, name := range []string{"frombase64", "gunzip", "fromform", "fromdynamodb"} {
			gjson.AddModifier(name, forGJSON(ownModifier(name)))
		}
		for _, name := range []string{"fromstr", "tostr", "pretty", "dig"} {
			gjson.AddModifier(boundedPrefix+name, boundedModifier(name))
		}
	})
}

// forGJSON returns the modifier in gjson's form, JSON to JSON.
func forGJSON(m modifier) func(json, argument string) string {
	return func(json, _ string) string {
		r := gjson.Parse(json)
		if !r.Exists() {
			return ""
		}
		return m(result(r)).JSON()
	}
}

// fromString parses the JSON that a string holds. Text that is no JSON gives nothing.
// What is no string stays as it is, as in gjson.
func fromString(e Event) Event {
	if e.kind() != '"' {
		return e
	}
	return parsed(e.text())
}

func parsed(text string) Event {
	if text = trimSpace(text); !isValid(text) {
		return Event{}
	}
	return Event{raw: text}
}
