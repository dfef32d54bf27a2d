package suite

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"sqlambda/internal/jsontext"
)

// differences compares a part that is JSON with what was got by their values: the order of
// names does not matter, 1 and 1.0 differ, and placeholders stand for what varies. Merged is
// the JSON that was got, written as it was expected: with the placeholders that still hold,
// and with the order of names and the form of numbers that the part has. The fields of an
// error that are not expected are left out.
func differences(part *Part, got string) (list []Problem, merged string) {
	c := &comparison{part: part}
	merged = c.compare("$", gjson.Parse(part.Text), gjson.Parse(got))
	return c.list, merged
}

type comparison struct {
	part *Part
	list []Problem
}

func (c *comparison) add(path string, at gjson.Result, format string, args ...any) {
	p := c.part.at(at.Index, fmt.Sprintf(format, args...))
	p.Path = path
	c.list = append(c.list, p)
}

// compare adds the differences of two values, and returns the second, merged.
func (c *comparison) compare(path string, want, got gjson.Result) string {
	switch {
	case standsFor(want, got):
		return want.Raw
	case want.Type == gjson.JSON && got.Type == gjson.JSON && want.IsObject() == got.IsObject():
		return c.compareMembers(path, want, got)
	case holdsJSON(want) && holdsJSON(got):
		return c.compareInside(path, want, got)
	case want.Type == gjson.Number && got.Type == gjson.Number && equalNumbers(want.Raw, got.Raw):
		return want.Raw
	case want.Type != got.Type || want.Type == gjson.Number || want.Type == gjson.JSON || want.Str != got.Str:
		c.add(path, want, "got %s, want %s", short(got), short(want))
	}
	return got.Raw
}

// compareMembers compares two objects, or two arrays.
func (c *comparison) compareMembers(path string, want, got gjson.Result) string {
	wanted, isWanted := members(want)
	there, isThere := members(got)
	var parts []string
	for _, w := range wanted {
		if g, ok := isThere[w.step]; ok {
			parts = append(parts, w.name+c.compare(path+w.step, w.value, g.value))
		} else {
			c.add(path+w.step, w.value, "is missing, want %s", short(w.value))
		}
	}
	for _, g := range there {
		isLeftOut := path == "$" && strings.HasPrefix(c.part.Name, "error")
		if _, ok := isWanted[g.step]; !ok && !isLeftOut {
			c.add(path+g.step, want, "got %s, which is not expected", short(g.value))
			parts = append(parts, g.name+compact(g.value.Raw))
		}
	}
	text := strings.Join(parts, ",")
	if want.IsArray() {
		return "[" + text + "]"
	}
	return "{" + text + "}"
}

// compareInside compares strings that hold JSON, such as the body of a response to an API.
// Their texts have to be the same or, if the expected one has a placeholder, their values.
func (c *comparison) compareInside(path string, want, got gjson.Result) string {
	inside, merged := differences(&Part{Text: want.Str}, got.Str)
	for _, p := range inside {
		c.add(path+" "+p.Path, want, "%s", p.Message)
	}
	if inLine.MatchString(want.Str) {
		return quote(merged)
	}
	if len(inside) == 0 && want.Str != got.Str {
		c.add(path, want, "the JSON in the string has another text: got %s, want %s", short(got), short(want))
	}
	return got.Raw
}

// holdsJSON reports whether a value is a string that holds an object or an array.
func holdsJSON(v gjson.Result) bool {
	return v.Type == gjson.String && gjson.Valid(v.Str) && gjson.Parse(v.Str).Type == gjson.JSON
}

// equalNumbers compares numbers of one kind: integers, of any size, or reals.
func equalNumbers(want, got string) bool {
	if strings.ContainsAny(want, ".eE") && strings.ContainsAny(got, ".eE") {
		a, _ := strconv.ParseFloat(want, 64) // a number that is too large is infinite
		b, _ := strconv.ParseFloat(got, 64)
		return a == b
	}
	a, okA := new(big.Int).SetString(want, 10)
	b, okB := new(big.Int).SetString(got, 10)
	return okA && okB && a.Cmp(b) == 0
}

var plainName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

// member is a member of an object, or an element of an array.
type member struct {
	step  string // to it, in a path: .total, ["content-type"], [2]
	name  string // as JSON, with a colon; empty in an array
	value gjson.Result
}

// members returns the members of a value in their order, and by their steps the first of each.
func members(of gjson.Result) (list []member, byStep map[string]member) {
	byStep = map[string]member{}
	of.ForEach(func(name, value gjson.Result) bool {
		m := member{step: "[" + strconv.Itoa(len(list)) + "]", value: value}
		if of.IsObject() {
			m.step, m.name = "["+strconv.Quote(name.Str)+"]", name.Raw+":"
		}
		if plainName.MatchString(name.Str) {
			m.step = "." + name.Str
		}
		list = append(list, m)
		if _, twice := byStep[m.step]; !twice {
			byStep[m.step] = m
		}
		return true
	})
	return list, byStep
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
func quote(text string) string { return string(jsontext.Append(nil, text)) }

// compact is JSON without blanks between its tokens. What is no JSON stays as it is.
func compact(text string) string {
	var b bytes.Buffer
	if json.Compact(&b, []byte(text)) != nil {
		return text
	}
	return b.String()
}

// pretty is JSON to be read: a line for each value.
func pretty(text string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(strings.TrimSpace(text)), "", "  ") != nil {
		return text
	}
	return b.String() + "\n"
}

// placeholder stands, in what is expected, for a value that varies: one of a type, whose
// text the regular expression matches.
type placeholder struct {
	kind    gjson.Type // JSON stands for all types
	pattern string
}

// placeholders are all but <regexp …>, by their names.
var placeholders = map[string]placeholder{
	"any":       {gjson.JSON, `.*`},
	"string":    {gjson.String, `.*`},
	"number":    {gjson.Number, `-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?`},
	"uuid":      {gjson.String, `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`},
	"timestamp": {gjson.String, `[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?`},
	"base64":    {gjson.String, `(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?`},
}

// standsFor reports whether an expected value is a placeholder for another. A <regexp …>
// may match anywhere in the text of any value; all others match the whole text.
func standsFor(want, got gjson.Result) bool {
	at := inLine.FindStringIndex(want.Str)
	if want.Type != gjson.String || at == nil || at[0] > 0 {
		return false
	}
	name := strings.TrimSuffix(want.Str[1:], ">")
	text := got.Raw
	if got.Type == gjson.String {
		text = got.Str
	}
	if pattern, ok := strings.CutPrefix(name, "regexp "); ok && strings.HasSuffix(want.Str, ">") {
		re, err := regexp.Compile(pattern)
		return err == nil && re.MatchString(text)
	}
	p := placeholders[name]
	return at[1] == len(want.Str) && (p.kind == gjson.JSON || p.kind == got.Type) && matchesLine(want.Str, text)
}

var inLine = regexp.MustCompile(`<(?:any|string|number|uuid|timestamp|base64|regexp [^>]*)>`)

// matchesLine compares lines of a log, with placeholders in them.
func matchesLine(want, got string) bool {
	between := inLine.Split(want, -1)
	pattern := "(?s)^" + regexp.QuoteMeta(between[0])
	for i, mark := range inLine.FindAllString(want, -1) {
		name := mark[1 : len(mark)-1]
		text := placeholders[name].pattern
		if own, ok := strings.CutPrefix(name, "regexp "); ok {
			text = strings.TrimSuffix(strings.TrimPrefix(own, "^"), "$")
		}
		pattern += "(?:" + text + ")" + regexp.QuoteMeta(between[i+1])
	}
	re, err := regexp.Compile(pattern + "$")
	return want == got || err == nil && re.MatchString(got)
}
