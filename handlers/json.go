package handlers

import (
	"encoding/base64"
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
		b = append(b, '"')
		b = base64.StdEncoding.AppendEncode(b, r.Bytes(i))
		return append(b, '"'), nil
	default:
		return appendString(b, r.Bytes(i)), nil
	}
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

const hexadecimal = "0123456789abcdef"

// appendString appends text as a JSON string. Bytes that are no UTF-8 become
// U+FFFD.
func appendString(b, text []byte) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRune(text[i:])
			if r == utf8.RuneError && size == 1 {
				b = append(b, text[start:i]...)
				b = append(b, "\uFFFD"...)
				start = i + 1
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		b = append(b, text[start:i]...)
		b = appendEscape(b, c)
		i++
		start = i
	}
	b = append(b, text[start:]...)
	return append(b, '"')
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
