package suite

import (
	"encoding/base64"
	"regexp"
	"strings"

	"github.com/tidwall/gjson"
)

// placeholder stands, in what is expected, for a value that varies.
type placeholder struct {
	// pattern is the regular expression of a text that it stands for.
	pattern string
	// matches reports whether it stands for a value.
	matches func(gjson.Result) bool
}

const (
	uuidPattern      = `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`
	timestampPattern = `[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?`
	numberPattern    = `-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?`
	base64Pattern    = `[A-Za-z0-9+/]*={0,2}`
)

// placeholders are all but <regexp …>, by their texts.
var placeholders = map[string]placeholder{
	"<any>":       {`.*`, func(gjson.Result) bool { return true }},
	"<string>":    {`.*`, func(v gjson.Result) bool { return v.Type == gjson.String }},
	"<number>":    {numberPattern, func(v gjson.Result) bool { return v.Type == gjson.Number }},
	"<uuid>":      textPlaceholder(uuidPattern),
	"<timestamp>": textPlaceholder(timestampPattern),
	"<base64>": {base64Pattern, func(v gjson.Result) bool {
		_, err := base64.StdEncoding.DecodeString(v.Str)
		return v.Type == gjson.String && err == nil
	}},
}

func textPlaceholder(pattern string) placeholder {
	re := regexp.MustCompile(`^(?:` + pattern + `)$`)
	return placeholder{pattern, func(v gjson.Result) bool { return v.Type == gjson.String && re.MatchString(v.Str) }}
}

// placeholderOf returns the placeholder that an expected text is, if it is one. An error
// means that its regular expression is wrong.
func placeholderOf(text string) (p placeholder, ok bool, err error) {
	if p, ok := placeholders[text]; ok {
		return p, true, nil
	}
	pattern, begins := strings.CutPrefix(text, "<regexp ")
	pattern, ends := strings.CutSuffix(pattern, ">")
	if !begins || !ends {
		return placeholder{}, false, nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return placeholder{}, true, err
	}
	return placeholder{pattern, func(v gjson.Result) bool {
		if v.Type == gjson.String {
			return re.MatchString(v.Str)
		}
		return re.MatchString(v.Raw) // of a number, its text
	}}, true, nil
}

// standsFor reports whether an expected value is a placeholder for another.
func standsFor(want, got gjson.Result) bool {
	if want.Type != gjson.String {
		return false
	}
	p, ok, err := placeholderOf(want.Str)
	return ok && err == nil && p.matches(got)
}

var inLine = regexp.MustCompile(`<(?:any|string|number|uuid|timestamp|base64|regexp [^>]*)>`)

func hasPlaceholder(text string) bool { return inLine.MatchString(text) }

// linePattern is the regular expression of a line of text with placeholders in it.
func linePattern(line string) (*regexp.Regexp, error) {
	var b strings.Builder
	b.WriteString("^")
	end := 0
	for _, at := range inLine.FindAllStringIndex(line, -1) {
		p, _, err := placeholderOf(line[at[0]:at[1]])
		if err != nil {
			return nil, err
		}
		pattern := strings.TrimSuffix(strings.TrimPrefix(p.pattern, "^"), "$")
		b.WriteString(regexp.QuoteMeta(line[end:at[0]]) + "(?:" + pattern + ")")
		end = at[1]
	}
	b.WriteString(regexp.QuoteMeta(line[end:]) + "$")
	return regexp.Compile(b.String())
}
