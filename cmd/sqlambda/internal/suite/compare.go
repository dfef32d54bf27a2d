package suite

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// difference is where a value is not what is expected.
type difference struct {
	path    string
	offset  int // in the expected text, of what is nearest
	message string
}

// differences compares JSON texts by their values: the order of names does not count,
// 1 and 1.0 differ, and placeholders stand for what varies. Both texts are valid.
func differences(want, got string) []difference {
	c := &comparison{}
	c.compare("$", gjson.Parse(want), gjson.Parse(got))
	return c.list
}

type comparison struct{ list []difference }

func (c *comparison) add(path string, at int, format string, args ...any) {
	c.list = append(c.list, difference{path, at, fmt.Sprintf(format, args...)})
}

func (c *comparison) compare(path string, want, got gjson.Result) {
	switch {
	case standsFor(want, got):
	case want.IsObject() && got.IsObject():
		c.compareObjects(path, want, got)
	case want.IsArray() && got.IsArray():
		c.compareArrays(path, want, got)
	case holdsJSON(want) && holdsJSON(got):
		c.compareInside(path, want, got)
	case !equal(want, got):
		c.add(path, want.Index, "got %s, want %s", short(got), short(want))
	}
}

func (c *comparison) compareObjects(path string, want, got gjson.Result) {
	wanted, there := fields(want), fields(got)
	for _, f := range wanted {
		if value, ok := valueOf(there, f.name); ok {
			c.compare(path+step(f.name), f.value, value)
		} else {
			c.add(path+step(f.name), f.value.Index, "is missing, want %s", short(f.value))
		}
	}
	for _, f := range there {
		if _, ok := valueOf(wanted, f.name); !ok {
			c.add(path+step(f.name), want.Index, "got %s, which is not expected", short(f.value))
		}
	}
}

func (c *comparison) compareArrays(path string, want, got gjson.Result) {
	wanted, there := elements(want), elements(got)
	for i := range max(len(wanted), len(there)) {
		at := path + "[" + strconv.Itoa(i) + "]"
		switch {
		case i >= len(there):
			c.add(at, wanted[i].Index, "is missing, want %s", short(wanted[i]))
		case i >= len(wanted):
			c.add(at, want.Index, "got %s, which is not expected", short(there[i]))
		default:
			c.compare(at, wanted[i], there[i])
		}
	}
}

// compareInside compares strings that hold JSON, as the body of a response to an API. They
// are the same where their texts are or, since a placeholder has no text, where one is in
// the expected string and the values are the same.
func (c *comparison) compareInside(path string, want, got gjson.Result) {
	inside := differences(want.Str, got.Str)
	for _, d := range inside {
		c.add(path+" "+d.path, want.Index, "%s", d.message)
	}
	if len(inside) == 0 && want.Str != got.Str && !hasPlaceholder(want.Str) {
		c.add(path, want.Index, "the JSON in the string has another text: got %s, want %s", short(got), short(want))
	}
}

// holdsJSON reports whether a value is a string that holds an object or an array.
func holdsJSON(v gjson.Result) bool {
	if v.Type != gjson.String {
		return false
	}
	text := strings.TrimSpace(v.Str)
	return text != "" && (text[0] == '{' || text[0] == '[') && gjson.Valid(text)
}

// equal compares values that are not both objects or both arrays.
func equal(want, got gjson.Result) bool {
	switch {
	case want.Type != got.Type:
		return false
	case want.Type == gjson.Number:
		return equalNumbers(want.Raw, got.Raw)
	case want.Type == gjson.String:
		return want.Str == got.Str
	case want.Type == gjson.JSON:
		return false // one is an object, the other an array
	}
	return true
}

// equalNumbers compares numbers of one kind: integers, of any size, or reals.
func equalNumbers(want, got string) bool {
	if isReal(want) != isReal(got) {
		return false
	}
	if isReal(want) {
		a, _ := strconv.ParseFloat(want, 64) // too large is infinite
		b, _ := strconv.ParseFloat(got, 64)
		return a == b
	}
	a, okA := new(big.Int).SetString(want, 10)
	b, okB := new(big.Int).SetString(got, 10)
	return okA && okB && a.Cmp(b) == 0
}

func isReal(number string) bool { return strings.ContainsAny(number, ".eE") }

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

func elements(array gjson.Result) (list []gjson.Result) {
	array.ForEach(func(_, value gjson.Result) bool {
		list = append(list, value)
		return true
	})
	return list
}

// step is the part of a path that goes to a name: .total, or ["content-type"].
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

// longest is the number of characters that a message shows of a value.
const longest = 100

// short is the text of a value in a message.
func short(v gjson.Result) string {
	text := []rune(compact(v.Raw))
	if len(text) > longest {
		text = append(text[:longest:longest], '…')
	}
	return string(text)
}
