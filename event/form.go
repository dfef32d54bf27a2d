package event

import (
	"iter"
	"strings"
)

// fromForm makes an object of a URL-encoded form. If a name is repeated, the last value
// wins, as in API Gateway's queryStringParameters and in JavaScript's
// Object.fromEntries(new URLSearchParams(…)).
func fromForm(e Event, _ string) Event {
	if e.kind() != '"' {
		return Event{}
	}
	l := valueLists{memory: e.memory, keep: keepLast}
	l.addForm(e.text())
	return l.object()
}

// addForm adds the names and values of a URL-encoded form.
func (l *valueLists) addForm(form string) {
	for name, value := range FormPairs(form, l.memory) {
		if !l.add(name, value) {
			return
		}
	}
}

// FormPairs yields the decoded names and values of a URL-encoded form or query string, as
// https://url.spec.whatwg.org/#urlencoded-parsing says: only & separates pairs, and nothing
// is an error. The memory, which may be nil, counts them.
func FormPairs(form string, m *Memory) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for pair := range strings.SplitSeq(form, "&") {
			name, value, _ := strings.Cut(pair, "=")
			if pair != "" && !yield(unescapeForm(name, m), unescapeForm(value, m)) {
				return
			}
		}
	}
}

// unescapeForm decodes a name or a value of a form.
func unescapeForm(s string, m *Memory) string {
	if !m.need(len(s)) {
		return ""
	}
	text, _ := PercentDecode(s, true)
	return text
}

// PercentDecode decodes each %XX. If plus is true, it also decodes + as a space, as forms
// have it. A % that does not begin an escape stays as it is; mistake is the position of the
// first one, or -1. The result need not be UTF-8.
func PercentDecode(s string, plus bool) (text string, mistake int) {
	mistake = -1
	if strings.IndexByte(s, '%') < 0 && !(plus && strings.IndexByte(s, '+') >= 0) {
		return s, mistake
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+' && plus:
			b = append(b, ' ')
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b = append(b, byte(hex4("00"+s[i+1:i+3])))
			i += 2
		default:
			if c == '%' && mistake < 0 {
				mistake = i
			}
			b = append(b, c)
		}
	}
	return view(b), mistake
}
