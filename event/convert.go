package event

import (
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
	switch t {
	case TextType:
		return e.toText(kind)
	case IntegerType:
		return e.toInteger(kind)
	case RealType:
		return e.toReal(kind)
	case BooleanType:
		return e.toBoolean(kind)
	case JSONType:
		return TextValue(e.JSON()), true
	case BlobType:
		return e.toBlob(kind)
	}
	return e.Value(), true
}

func (e Event) toText(kind byte) (Value, bool) {
	switch kind {
	case '"':
		return TextValue(e.text()), true
	case '{', '[':
		return Value{}, false
	}
	return TextValue(e.raw), true
}

func (e Event) toInteger(kind byte) (Value, bool) {
	switch kind {
	case 't', 'f':
		return booleanValue(kind == 't'), true
	case '0':
		return wholeNumber(e.raw)
	case '"':
		if s, ok := trimNumber(e.text()); ok {
			return wholeNumber(s)
		}
	}
	return Value{}, false
}

func (e Event) toReal(kind byte) (Value, bool) {
	switch kind {
	case '0':
		return realNumber(e.raw), true
	case '"':
		if s, ok := trimNumber(e.text()); ok {
			return realNumber(s), true
		}
	}
	return Value{}, false
}

func (e Event) toBoolean(kind byte) (Value, bool) {
	switch kind {
	case 't', 'f':
		return booleanValue(kind == 't'), true
	case '"':
		switch e.text() {
		case "true":
			return booleanValue(true), true
		case "false":
			return booleanValue(false), true
		}
	case '0':
		if e.raw == "0" || e.raw == "1" {
			return booleanValue(e.raw == "1"), true
		}
	}
	return Value{}, false
}

func (e Event) toBlob(kind byte) (Value, bool) {
	if kind != '"' {
		return Value{}, false
	}
	decoded, err := DecodeBase64(e.text())
	if err != nil {
		return Value{}, false
	}
	return BlobValue(view(decoded)), true
}

func realNumber(s string) Value {
	if x, ok := shortDecimal(s); ok {
		return RealValue(x)
	}
	x, _ := strconv.ParseFloat(s, 64) // the error is the range, and then x is ±Inf
	return RealValue(x)
}

// shortDecimal reads digits with or without a point. There are so few of them that both the
// digits and the power of ten are exact doubles, and their quotient is rounded right.
// strconv.ParseFloat does the same for such numbers, after it has looked for all else that
// it accepts.
func shortDecimal(s string) (x float64, ok bool) {
	const most = 15 // digits that a double always has
	digits, point := uint64(0), len(s)
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
			digits = 10*digits + uint64(c-'0')
		case c == '.' && point == len(s):
			point = i
		default:
			return 0, false
		}
		if i > most {
			return 0, false
		}
	}
	x = float64(digits)
	if point < len(s) {
		x /= powersOfTen[len(s)-point-1]
	}
	return x, true
}

var powersOfTen = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// wholeNumber converts a decimal number that is whole and fits 64 bits, however it is
// written: 2, 2.0, 2e3. It is exact, as it uses no double.
func wholeNumber(s string) (Value, bool) {
	if n, ok := integer(s); ok {
		return IntegerValue(n), true
	}
	mantissa, exponent := s, 0
	var err error
	if e := strings.IndexAny(s, "eE"); e >= 0 {
		mantissa = s[:e]
		exponent, err = strconv.Atoi(s[e+1:])
	}
	sign := ""
	if mantissa[0] == '-' || mantissa[0] == '+' {
		sign, mantissa = strings.TrimPrefix(mantissa[:1], "+"), mantissa[1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
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
