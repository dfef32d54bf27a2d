package handlers

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"sqlambda/event"
	"sqlambda/handlers/syntax"
)

// appendValue appends the JSON of the row's i-th value, by the rules of column c.
func appendValue(b []byte, r row, i int, c *column) ([]byte, error) {
	kind := r.Kind(i)
	if kind == event.Null {
		return append(b, "null"...), nil
	}
	switch c.kind {
	case syntax.JSON:
		return appendJSON(b, r, i, c.name)
	case syntax.Boolean:
		return appendBoolean(b, r, i, c.name)
	}
	switch kind {
	case event.Integer:
		return strconv.AppendInt(b, r.Integer(i), 10), nil
	case event.Real:
		return appendReal(b, r.Real(i)), nil
	case event.Blob:
		return appendBlob(b, r.Bytes(i))
	default:
		return appendText(b, r.Bytes(i))
	}
}

// errTooLarge says that a value would make the response too large. It is found before the
// value is appended, which may be as large as SQLite's memory.
var errTooLarge = errors.New("the response is too large")

func appendText(b, text []byte) ([]byte, error) {
	if len(b)+len(text) > MaxResponse {
		return b, errTooLarge
	}
	return appendString(b, text), nil
}

func appendBlob(b, blob []byte) ([]byte, error) {
	if len(b)+len(blob) > MaxResponse {
		return b, errTooLarge
	}
	b = append(b, '"')
	b = base64.StdEncoding.AppendEncode(b, blob)
	return append(b, '"'), nil
}

// appendJSON appends the value of a JSON column: its text as it is, checked.
func appendJSON(b []byte, r row, i int, name string) ([]byte, error) {
	switch r.Kind(i) {
	case event.Integer:
		return strconv.AppendInt(b, r.Integer(i), 10), nil
	case event.Real:
		return appendReal(b, r.Real(i)), nil
	case event.Blob:
		return b, fmt.Errorf("column %s is JSON, but its value is a BLOB; json(x) gives the text of JSONB", name)
	}
	text := r.Bytes(i)
	if len(b)+len(text) > MaxResponse {
		return b, errTooLarge
	}
	if !utf8.Valid(text) { // JSON functions take what they are given
		text = appendValid(nil, text)
	}
	if problem := event.Problem(text); problem != "" {
		return b, fmt.Errorf("column %s is JSON, but its value is not valid JSON: %s", name, problem)
	}
	return append(b, text...), nil
}

// appendBoolean appends the value of a BOOLEAN column.
func appendBoolean(b []byte, r row, i int, name string) ([]byte, error) {
	switch r.Kind(i) {
	case event.Integer:
		return strconv.AppendBool(b, r.Integer(i) != 0), nil
	case event.Real:
		return strconv.AppendBool(b, r.Real(i) != 0), nil
	}
	switch text := string(r.Bytes(i)); text {
	case "true", "TRUE":
		return append(b, "true"...), nil
	case "false", "FALSE":
		return append(b, "false"...), nil
	default:
		return b, fmt.Errorf("column %s is BOOLEAN, but its value is %.40q", name, text)
	}
}

// appendReal appends the shortest number that reads back the same, with a
// fraction or an exponent; infinities as SQLite's own JSON has them:
// https://sqlite.org/json1.html.
func appendReal(b []byte, x float64) []byte {
	switch {
	case math.IsInf(x, 1):
		return append(b, "9e999"...)
	case math.IsInf(x, -1):
		return append(b, "-9e999"...)
	}
	if decimal, ok := appendDecimal(b, x); ok {
		return decimal
	}
	if size := math.Abs(x); size != 0 && (size < 1e-6 || size >= 1e21) {
		return strconv.AppendFloat(b, x, 'e', -1, 64)
	}
	start := len(b)
	b = strconv.AppendFloat(b, x, 'f', -1, 64)
	for _, c := range b[start:] {
		if c == '.' {
			return b
		}
	}
	return append(b, ".0"...)
}

// appendDecimal appends a number that has at most four decimals and 15 digits, as
// amounts and measurements have: a fifth of the time that any number takes. Two numbers
// of so few digits are never the same double, so that the one that reads back the same
// is the shortest.
func appendDecimal(b []byte, x float64) ([]byte, bool) {
	const scale, most = 10_000, 1e15
	scaled := math.Round(x * scale)
	if !(math.Abs(scaled) < most) || scaled/scale != x || scaled == 0 {
		return b, false
	}
	n := int64(scaled)
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	b = append(strconv.AppendInt(b, n/scale, 10), '.')
	n %= scale
	for unit := int64(scale / 10); ; unit /= 10 {
		b = append(b, '0'+byte(n/unit))
		if n %= unit; n == 0 {
			return b, true
		}
	}
}

const hexadecimal = "0123456789abcdef"

// appendString appends text as a JSON string. Bytes that are no UTF-8 become
// U+FFFD. It ends early where the escapes make more of it than a response may have: then
// b is longer than that.
func appendString(b, text []byte) []byte {
	b = append(b, '"')
	for {
		n := plain(text)
		b = append(b, text[:n]...)
		if text = text[n:]; len(text) == 0 || len(b) > MaxResponse {
			return append(b, '"')
		}
		if text[0] < utf8.RuneSelf {
			b, text = appendEscape(b, text[0]), text[1:]
			continue
		}
		r, size := utf8.DecodeRune(text)
		b, text = utf8.AppendRune(b, r), text[size:]
	}
}

// plain is how many bytes the text begins with that stand for themselves in a JSON
// string: ASCII, no quotes, backslashes or control characters. It looks at a word at a
// time.
func plain(text []byte) int {
	const low, high = 0x0101010101010101, 0x8080808080808080
	n := 0
	for ; len(text)-n >= 8; n += 8 {
		x := binary.LittleEndian.Uint64(text[n:])
		quote, backslash := x^low*'"', x^low*'\\'
		// The highest bit of a byte says that it, or one below, ends the plain part.
		if (x|(x-low*' ')|(quote-low)|(backslash-low))&high != 0 {
			break
		}
	}
	for ; n < len(text); n++ {
		if c := text[n]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			break
		}
	}
	return n
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	default:
		return append(b, '\\', 'u', '0', '0', hexadecimal[c>>4], hexadecimal[c&15])
	}
}

// appendValid appends text with U+FFFD for each byte that is no UTF-8.
func appendValid(b, text []byte) []byte {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		b = utf8.AppendRune(b, r)
		text = text[size:]
	}
	return b
}
