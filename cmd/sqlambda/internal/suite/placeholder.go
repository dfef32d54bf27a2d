package suite

import (
	"regexp"
	"strings"

	"github.com/tidwall/gjson"
)

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
	if at[1] < len(want.Str) || p.kind != gjson.JSON && p.kind != got.Type {
		return false
	}
	return regexp.MustCompile(`(?s)^(?:` + p.pattern + `)$`).MatchString(text)
}

var inLine = regexp.MustCompile(`<(?:any|string|number|uuid|timestamp|base64|regexp [^>]*)>`)

// matchesLine compares lines of a log, with placeholders in them.
func matchesLine(want, got string) bool {
	var b strings.Builder
	b.WriteString("^")
	end := 0
	for _, at := range inLine.FindAllStringIndex(want, -1) {
		name := want[at[0]+1 : at[1]-1]
		pattern := placeholders[name].pattern
		if own, ok := strings.CutPrefix(name, "regexp "); ok {
			pattern = strings.TrimSuffix(strings.TrimPrefix(own, "^"), "$")
		}
		b.WriteString(regexp.QuoteMeta(want[end:at[0]]) + "(?:" + pattern + ")")
		end = at[1]
	}
	b.WriteString(regexp.QuoteMeta(want[end:]) + "$")
	re, err := regexp.Compile(b.String())
	return want == got || err == nil && re.MatchString(got)
}
