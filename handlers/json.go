package handlers

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"sqlambda/event"
	"sqlambda/handlers/syntax"
	"sqlambda/internal/jsontext"
)

// errTooLarge says that a value would make the response too large. It is found before the
// value is appended, which may be as large as SQLite's memory.
var errTooLarge = errors.New("the response is too large")

// append appends the JSON of a value of the column.
func (c *column) append(b []byte, v event.Value) ([]byte, error) {
	switch {
	case v.Kind == event.Null:
		return append(b, "null"...), nil
	case len(b)+len(v.Text) > MaxResponse:
		return b, errTooLarge
	case c.kind == syntax.Boolean:
		return c.appendBoolean(b, v)
	case v.Kind == event.Integer:
		return strconv.AppendInt(b, v.Integer(), 10), nil
	case v.Kind == event.Real:
		return appendReal(b, v.Real()), nil
	case c.kind == syntax.JSON:
		return c.appendJSON(b, v)
	case v.Kind == event.Blob:
		b = base64.StdEncoding.AppendEncode(append(b, '"'), []byte(v.Text))
		return append(b, '"'), nil
	}
	return jsontext.AppendUpTo(MaxResponse, b, v.Text), nil
}

// appendJSON appends a text of a JSON column as it is, checked.
func (c *column) appendJSON(b []byte, v event.Value) ([]byte, error) {
	text := v.Text
	if v.Kind == event.Blob {
		return b, fmt.Errorf("column %s is JSON, but its value is a BLOB; json(x) gives the text of JSONB", c.name)
	}
	if c.own != nil && c.own.HoldsValue(text) {
		return append(b, text...), nil
	}
	if !utf8.ValidString(text) { // JSON functions take what they are given
		text = string([]rune(text)) // U+FFFD for each byte that is not UTF-8
	}
	if problem := event.Problem(text); problem != "" {
		return b, fmt.Errorf("column %s is JSON, but its value is not valid JSON: %s", c.name, problem)
	}
	return append(b, text...), nil
}

// appendBoolean appends a value of a BOOLEAN column.
func (c *column) appendBoolean(b []byte, v event.Value) ([]byte, error) {
	switch v.Kind {
	case event.Integer:
		return strconv.AppendBool(b, v.Integer() != 0), nil
	case event.Real:
		return strconv.AppendBool(b, v.Real() != 0), nil
	}
	switch v.Text {
	case "true", "TRUE":
		return append(b, "true"...), nil
	case "false", "FALSE":
		return append(b, "false"...), nil
	default:
		return b, fmt.Errorf("column %s is BOOLEAN, but its value is %.40q", c.name, v.Text)
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
	if bytes.IndexByte(b[start:], '.') < 0 {
		b = append(b, ".0"...)
	}
	return b
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
