package suite

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// difference is where a value is not what is expected.
type difference struct {
	path    string
	offset  int // of the nearest value in the expected text
	message string
}

// differences compares valid JSON texts by their values: the order of names does not
// matter, 1 and 1.0 differ, and placeholders stand for what varies. Merged is the JSON that
// was got, written as it was expected: with the placeholders that still hold, and with the
// order of names and the form of numbers that the expected text has.
func differences(want, got string) (list []difference, merged string) {
	c := &comparison{}
	merged = c.compare("$", gjson.Parse(want), gjson.Parse(got))
	return c.list, merged
}

type comparison struct{ list []difference }

func (c *comparison) add(path string, at gjson.Result, format string, args ...any) {
	c.list = append(c.list, difference{path, at.Index, fmt.Sprintf(format, args...)})
}

// compare adds the differences of two values, and returns the second, merged.
func (c *comparison) compare(path string, want, got gjson.Result) string {
	switch {
	case standsFor(want, got):
		return want.Raw
	case want.IsObject() && got.IsObject():
		return c.compareObjects(path, want, got)
	case want.IsArray() && got.IsArray():
		return c.compareArrays(path, want, got)
	case holdsJSON(want) && holdsJSON(got):
		return c.compareInside(path, want, got)
	case want.Type == gjson.Number && got.Type == gjson.Number && equalNumbers(want.Raw, got.Raw):
		return want.Raw
	case want.Type != got.Type || want.Type == gjson.Number || want.Type == gjson.JSON || want.Str != got.Str:
		c.add(path, want, "got %s, want %s", short(got), short(want))
	}
	return got.Raw
}

func (c *comparison) compareObjects(path string, want, got gjson.Result) string {
	wanted, there := fields(want), fields(got)
	var parts []string
	for _, f := range wanted {
		if value, ok := valueOf(there, f.name); ok {
			parts = append(parts, quote(f.name)+":"+c.compare(path+step(f.name), f.value, value))
		} else {
			c.add(path+step(f.name), f.value, "is missing, want %s", short(f.value))
		}
	}
	for _, f := range there {
		if _, ok := valueOf(wanted, f.name); !ok {
			c.add(path+step(f.name), want, "got %s, which is not expected", short(f.value))
			parts = append(parts, quote(f.name)+":"+compact(f.value.Raw))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func (c *comparison) compareArrays(path string, want, got gjson.Result) string {
	wanted, there := want.Array(), got.Array()
	var parts []string
	for i := range max(len(wanted), len(there)) {
		at := path + "[" + strconv.Itoa(i) + "]"
		switch {
		case i >= len(there):
			c.add(at, wanted[i], "is missing, want %s", short(wanted[i]))
		case i >= len(wanted):
			c.add(at, want, "got %s, which is not expected", short(there[i]))
			parts = append(parts, there[i].Raw)
		default:
			parts = append(parts, c.compare(at, wanted[i], there[i]))
		}
	}
	return "[" + strings.Join(parts, ",") + "]"
}

// compareInside compares strings that hold JSON, such as the body of a response to an API.
// Their texts have to be the same or, if the expected one has a placeholder, their values.
func (c *comparison) compareInside(path string, want, got gjson.Result) string {
	inside, merged := differences(want.Str, got.Str)
	for _, d := range inside {
		c.add(path+" "+d.path, want, "%s", d.message)
	}
	if hasPlaceholder(want.Str) {
		return quote(merged)
	}
	if len(inside) == 0 && want.Str != got.Str {
		c.add(path, want, "the JSON in the string has another text: got %s, want %s", short(got), short(want))
	}
	return got.Raw
}

// holdsJSON reports whether a value is a string that holds an object or an array.
func holdsJSON(v gjson.Result) bool {
	text := strings.TrimSpace(v.Str)
	return v.Type == gjson.String && text != "" && (text[0] == '{' || text[0] == '[') && gjson.Valid(text)
}

// equalNumbers compares numbers of one kind: integers, of any size, or reals.
func equalNumbers(want, got string) bool {
	isReal := func(number string) bool { return strings.ContainsAny(number, ".eE") }
	if isReal(want) != isReal(got) {
		return false
	}
	if isReal(want) {
		a, _ := strconv.ParseFloat(want, 64) // a number that is too large is infinite
		b, _ := strconv.ParseFloat(got, 64)
		return a == b
	}
	a, okA := new(big.Int).SetString(want, 10)
	b, okB := new(big.Int).SetString(got, 10)
	return okA && okB && a.Cmp(b) == 0
}

// field is a name in an object, and its value.
type field struct {
	name  string
	value gjson.Result
}

// fields returns those of an object, in their order.
func fields(object gjson.Result) (list []field) {
	object.ForEach(func(name, value gjson.Result) bool {
		list = append(list, field{name.Str, value})
		return true
	})
	return list
}

func valueOf(list []field, name string) (gjson.Result, bool) {
	for _, f := range list {
		if f.name == name {
			return f.value, true
		}
	}
	return gjson.Result{}, false
}

// step is the part of a path that leads to a name: .total, or ["content-type"].
func step(name string) string {
	for i, r := range name {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return "[" + strconv.Quote(name) + "]"
		}
	}
	if name == "" {
		return `[""]`
	}
	return "." + name
}

// short is the text of a value in a message.
func short(v gjson.Result) string {
	const longest = 100 // characters
	text := []rune(compact(v.Raw))
	if len(text) > longest {
		text = append(text[:longest:longest], '…')
	}
	return string(text)
}

// quote is a text as JSON.
func quote(text string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.Encode(text) // every string can be encoded
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
