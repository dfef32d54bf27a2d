package suite

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/tidwall/gjson"
)

// merge is what was got, written as it was expected: with the placeholders that stand
// for its values, with names in the order, and numbers in the form, that was expected.
func merge(want, got gjson.Result) string {
	switch {
	case standsFor(want, got):
		return want.Raw
	case want.IsObject() && got.IsObject():
		return mergeObjects(want, got)
	case want.IsArray() && got.IsArray():
		return mergeArrays(want, got)
	case holdsJSON(want) && holdsJSON(got) && hasPlaceholder(want.Str):
		return quote(merge(gjson.Parse(want.Str), gjson.Parse(got.Str)))
	case want.Type == gjson.Number && got.Type == gjson.Number && equalNumbers(want.Raw, got.Raw):
		return want.Raw
	}
	return got.Raw
}

func mergeObjects(want, got gjson.Result) string {
	there := fields(got)
	var parts []string
	add := func(name string, text string) { parts = append(parts, quote(name)+":"+text) }
	wanted := fields(want)
	for _, f := range wanted {
		if value, ok := valueOf(there, f.name); ok {
			add(f.name, merge(f.value, value))
		}
	}
	for _, f := range there {
		if _, ok := valueOf(wanted, f.name); !ok {
			add(f.name, compact(f.value.Raw))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func mergeArrays(want, got gjson.Result) string {
	wanted := elements(want)
	var parts []string
	for i, value := range elements(got) {
		text := value.Raw
		if i < len(wanted) {
			text = merge(wanted[i], value)
		}
		parts = append(parts, text)
	}
	return "[" + strings.Join(parts, ",") + "]"
}

// quote is a text as JSON.
func quote(text string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.Encode(text) // a string can be encoded, and a buffer written to
	return strings.TrimSuffix(b.String(), "\n")
}

// compact is JSON without blanks between its tokens.
func compact(text string) string {
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(text)); err != nil {
		return text
	}
	return b.String()
}

// pretty is JSON to be read: a line for each value.
func pretty(text string) string {
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(text), "", "  "); err != nil {
		return text
	}
	return strings.TrimRight(b.String(), "\n ") + "\n"
}
