package event

import (
	"iter"
	"strings"
)

// fromForm returns an object of an URL-encoded form. Where a name is repeated, the last
// value wins, as in API Gateway's queryStringParameters and in JavaScript's
// Object.fromEntries(new URLSearchParams(…)).
func fromForm(e Event) Event {
	if e.kind() != '"' {
		return Event{}
	}
	var l valueLists
	for name, value := range formPairs(e.text()) {
		l.add(name, value)
	}
	return l.object(appendLast)
}

// formPairs yields the names and values of an URL-encoded form.
func formPairs(form string) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for pair := range strings.SplitSeq(form, "&") {
			name, value, _ := strings.Cut(pair, "=")
			if pair != "" && !yield(unescapeForm(name), unescapeForm(value)) {
				return
			}
		}
	}
}

// unescapeForm decodes + and %XX, as https://url.spec.whatwg.org/#urlencoded-parsing:
// a % that begins no escape is a %.
func unescapeForm(s string) string {
	if strings.IndexByte(s, '+') < 0 && strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			b = append(b, ' ')
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b = append(b, byte(hex4("00"+s[i+1:i+3])))
			i += 2
		default:
			b = append(b, c)
		}
	}
	return view(b)
}
