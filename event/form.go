package event

import "strings"

// fromForm returns an object of an URL-encoded form. Where a name is repeated, the last
// value wins, as in API Gateway's queryStringParameters and in JavaScript's
// Object.fromEntries(new URLSearchParams(…)).
func fromForm(e Event) Event {
	if e.kind() != '"' {
		return Event{}
	}
	var names []string // in the order of their first use
	values := map[string]string{}
	for pair := range strings.SplitSeq(e.text(), "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name = unescapeForm(name)
		if _, repeated := values[name]; !repeated {
			names = append(names, name)
		}
		values[name] = unescapeForm(value)
	}
	b := []byte{'{'}
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, name)
		b = append(b, ':')
		b = appendString(b, values[name])
	}
	return Event{raw: view(append(b, '}'))}
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
