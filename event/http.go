package event

import (
	"encoding/base64"
	"iter"
	"strings"
)

// headers makes an object of the headers, from the fields multiValueHeaders and headers, with
// the names in lower case. The values of a repeated header are joined by commas, as in HTTP.
func headers(found []Event) Event {
	return objectOf(func(yield func(name, text string) bool) {
		for name, text := range texts(firstOf(found)) {
			if !yield(strings.ToLower(name), text) {
				return
			}
		}
	}, keepJoined, found[0].memory)
}

// texts yields the texts of an object's values with their names: a string, number or boolean,
// or those in an array.
func texts(object Event) iter.Seq2[string, string] {
	return func(yield func(name, text string) bool) {
		for name, values := range object.members() {
			for element := range values.Elements() {
				if v, ok := element.Convert(TextType); ok && v.Kind == Text && !yield(name, v.Text) {
					return
				}
			}
		}
	}
}

// header returns the text of a header from the same fields; of a repeated one the values,
// joined.
func header(found []Event, name, separator string) Event {
	var values []string
	for key, text := range texts(firstOf(found)) {
		if strings.EqualFold(key, name) {
			values = append(values, text)
		}
	}
	if values == nil {
		return Event{}
	}
	return textEvent(strings.Join(values, separator), nil)
}

func lastOfQuery(found []Event) Event { return query(found, keepLast) }

func allOfQuery(found []Event) Event { return query(found, keepAll) }

// query makes an object of the query string. An event has the whole string, or objects with
// all values of a name or with the last one. In the events of a load balancer, which found[4]
// tells, names and values are still encoded.
func query(found []Event, k keep) Event {
	m, pairs := found[0].memory, texts(firstOf(found[1:4]))
	if raw := found[0]; raw.kind() == '"' {
		pairs = FormPairs(raw.text(), m)
	} else if encoded := pairs; found[4].Exists() {
		pairs = func(yield func(name, text string) bool) {
			for name, text := range encoded {
				if !yield(unescapeForm(name, m), unescapeForm(text, m)) {
					return
				}
			}
		}
	}
	return objectOf(pairs, k, m)
}

// cookies makes an object of the cookies: of the list that an HTTP API sends, or else of the
// header (https://www.rfc-editor.org/rfc/rfc6265#section-4.2). If a name is repeated, the
// first value wins. What has no = is not a cookie.
func cookies(found []Event) Event {
	list := header(found[1:], "cookie", ";").Value().Text
	if found[0].IsArray() {
		var lines []string
		for line := range found[0].Elements() {
			text, _ := line.Convert(TextType)
			lines = append(lines, text.Text)
		}
		list = strings.Join(lines, ";")
	}
	return objectOf(func(yield func(name, value string) bool) {
		for pair := range strings.SplitSeq(list, ";") {
			name, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
			if ok && !yield(name, value) {
				return
			}
		}
	}, keepFirst, found[0].memory)
}

// body returns the body as text. A body that is flagged as base64 but is not base64 stays as
// it is.
func body(found []Event) Event {
	if firstOf(found[1:]).kind() == 't' {
		if decoded := fromBase64(found[0], ""); decoded.Exists() {
			return decoded
		}
	}
	return found[0]
}

// bodyBase64 returns the body as base64.
func bodyBase64(found []Event) Event {
	if found[0].kind() != '"' {
		return Event{}
	}
	text, m := found[0].text(), found[0].memory
	if _, err := DecodeBase64(text); firstOf(found[1:]).kind() == 't' && err == nil {
		return found[0]
	}
	if !m.need(base64.StdEncoding.EncodedLen(len(text))) {
		return Event{}
	}
	return textEvent(base64.StdEncoding.EncodeToString([]byte(text)), m)
}

// host returns the domain name of the API, or else the header.
func host(found []Event) Event {
	return firstOf([]Event{found[0], header(found[1:], "host", ",")})
}

func userAgent(found []Event) Event {
	return firstOf([]Event{found[0], found[1], header(found[2:], "user-agent", ",")})
}

// sourceIP returns the address of the client. A load balancer and VPC Lattice append it to the
// header X-Forwarded-For: the client itself can choose what stands before it there.
func sourceIP(found []Event) Event {
	list := header(found[2:], "x-forwarded-for", ",")
	if address := firstOf(found[:2]); address.Exists() || !list.Exists() {
		return address
	}
	return textEvent(strings.TrimSpace(list.raw[strings.LastIndexByte(list.raw, ',')+1:]), nil)
}

// fromForm makes an object of a URL-encoded form. If a name is repeated, the last value
// wins, as in API Gateway's queryStringParameters and in JavaScript's
// Object.fromEntries(new URLSearchParams(…)).
func fromForm(e Event, _ string) Event {
	if e.kind() != '"' {
		return Event{}
	}
	return objectOf(FormPairs(e.text(), e.memory), keepLast, e.memory)
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
