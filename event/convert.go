package event

import (
	"cmp"
	"math"
	"strconv"
	"strings"
)

// Convert converts the value to a type, by the package's table, and reports whether it could.
// Null and missing values become NULL, whatever the type.
func (e Event) Convert(t Type) (value Value, ok bool) {
	kind := e.kind()
	if kind == 0 || kind == 'n' {
		return Value{}, true
	}
	switch {
	case kind == '"' && (t == TextType || t == AnyType): // most values
		return TextValue(e.text()), true
	case t == JSONType, t == AnyType && (kind == '{' || kind == '['):
		return TextValue(e.JSON()), true
	case kind == '{' || kind == '[':
		return Value{}, false
	}
	text := e.raw
	if kind == '"' {
		text = e.text()
	}
	switch t {
	case TextType:
		return TextValue(text), true
	case BooleanType:
		yes, no := text == "true" || text == "1" && kind == '0', text == "false" || text == "0" && kind == '0'
		if !yes && !no {
			return Value{}, false
		}
		return booleanValue(yes), true
	case BlobType:
		if decoded, err := DecodeBase64(text); err == nil && kind == '"' {
			return BlobValue(view(decoded)), true
		}
		return Value{}, false
	}
	if t != RealType {
		if n, ok := integer(text); ok {
			return IntegerValue(n), true
		}
	}
	switch kind {
	case '"':
		if text, ok = trimNumber(text); !ok {
			return Value{}, false
		}
	case 't', 'f':
		if t == RealType {
			return Value{}, false
		}
		return booleanValue(kind == 't'), true
	}
	if t == IntegerType {
		return wholeNumber(text)
	}
	return realValue(text), true
}

// realValue converts a decimal number; what is out of a double's range becomes an infinity or
// zero. Digits with or without a point may be so few that both they and the power of ten are
// exact doubles, and their quotient is rounded right. strconv.ParseFloat does the same for
// such numbers, after it has looked for all else that it accepts.
func realValue(s string) Value {
	const most = 15 // digits that a double always has
	digits, point := uint64(0), len(s)
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c) && i <= most:
			digits = 10*digits + uint64(c-'0')
		case c == '.' && point == len(s) && i <= most:
			point = i
		default:
			x, _ := strconv.ParseFloat(s, 64) // the error is the range, and then x is ±Inf
			return RealValue(x)
		}
	}
	if point < len(s) {
		return RealValue(float64(digits) / math.Pow10(len(s)-point-1))
	}
	return RealValue(float64(digits))
}

// wholeNumber converts a decimal number that is whole and fits 64 bits, however it is
// written: 2, 2.0, 2e3. It is exact, as it uses no double.
func wholeNumber(s string) (Value, bool) {
	mantissa, power, _ := strings.Cut(strings.ToLower(s), "e")
	exponent, err := strconv.Atoi(cmp.Or(power, "0"))
	unsigned := strings.TrimLeft(mantissa, "+-")
	sign := strings.TrimPrefix(mantissa[:len(mantissa)-len(unsigned)], "+")
	whole, fraction, _ := strings.Cut(unsigned, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return IntegerValue(0), true
	}
	significant := strings.TrimRight(digits, "0")
	zeros := len(digits) - len(significant) - len(fraction) + exponent
	if err != nil || zeros < 0 || zeros > 18 {
		return Value{}, false
	}
	n, ok := integer(sign + significant + strings.Repeat("0", zeros))
	if !ok {
		return Value{}, false
	}
	return IntegerValue(n), true
}

// trimNumber returns the number that a string holds: digits with an optional sign,
// fraction and exponent, and with spaces around it.
func trimNumber(s string) (number string, ok bool) {
	s = strings.Trim(s, " \t\r\n")
	unsigned := s
	if s != "" && (s[0] == '+' || s[0] == '-') {
		unsigned = s[1:]
	}
	if len(unsigned) == 0 || !isDigit(unsigned[0]) && unsigned[0] != '.' {
		return "", false
	}
	unsigned = strings.TrimLeft(unsigned, "0")
	if unsigned == "" || !isDigit(unsigned[0]) {
		unsigned = "0" + unsigned
	}
	return s, isNumber(unsigned)
}
