package event

import "github.com/tidwall/gjson"

// boundedPrefix begins the names of modifiers that stand for gjson's own: gjson doesn't let
// those be replaced.
const boundedPrefix = "bounded-"

// boundedModifier returns what stands for the modifier of gjson of that name, if there is
// something: fromstr, which is stricter, and those that make far more of a text than it
// is, @tostr|@tostr|… twice as much each time. What would be longer than MaxText is
// missing.
func boundedModifier(name string) func(json, argument string) string {
	switch name {
	case "fromstr":
		return forGJSON(fromString)
	case "tostr":
		return func(json, _ string) string {
			if len(json) > MaxText-5*escapes(json) {
				return ""
			}
			return gjson.Get(json, "@tostr").Raw
		}
	case "pretty":
		return func(json, argument string) string {
			if isPrettyLonger(json, max(2, len(argument)), MaxText) {
				return ""
			}
			return gjson.Get(json, withArgument("@pretty", argument)).Raw
		}
	case "dig":
		// What it finds may lie in each other.
		return func(json, argument string) string {
			if depth := deepest(json); depth > 100 && depth > MaxText/max(1, len(json)) {
				return ""
			}
			return gjson.Get(json, withArgument("@dig", argument)).Raw
		}
	}
	return nil
}

func withArgument(modifier, argument string) string {
	if argument == "" {
		return modifier
	}
	return modifier + ":" + argument
}

// escapes counts the characters of a JSON text that need an escape in a string.
func escapes(json string) (n int) {
	for i := range len(json) {
		switch json[i] {
		case '"', '\\', '<', '>', '&', 0xE2:
			n++
		}
	}
	return n
}

// isPrettyLonger tells whether the text with line breaks and indents is longer than most.
func isPrettyLonger(json string, indent, most int) bool {
	size, depth := 0, 0
	eachMark(json, func(mark byte) {
		switch mark {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		if size <= most {
			size += 2 + depth*indent
		}
	})
	return size+len(json) > most
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
			for i++; i < len(json) && json[i] != '"'; i++ {
				if json[i] == '\\' {
					i++
				}
			}
		case '[', '{', ',', ']', '}':
			f(c)
		}
	}
}
