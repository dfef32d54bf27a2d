package event

import "strconv"

// A Kind is one of SQLite's storage classes: https://sqlite.org/datatype3.html
type Kind uint8

// The storage classes.
const (
	Null Kind = iota
	Integer
	Real
	Text
	Blob
)

// String returns the name that SQLite's typeof gives the class.
func (k Kind) String() string {
	return [...]string{"null", "integer", "real", "text", "blob"}[k]
}

// A Value is an SQL value, ready to be bound. The zero Value is NULL.
type Value struct {
	Kind    Kind
	Integer int64   // of Kind Integer
	Real    float64 // of Kind Real
	Text    string  // the text of Kind Text, valid UTF-8; the bytes of Kind Blob
}

// IntegerValue returns n as an SQL value.
func IntegerValue(n int64) Value { return Value{Kind: Integer, Integer: n} }

// RealValue returns x as an SQL value.
func RealValue(x float64) Value { return Value{Kind: Real, Real: x} }

// TextValue returns the text as an SQL value.
func TextValue(text string) Value { return Value{Kind: Text, Text: text} }

// BlobValue returns the bytes as an SQL value.
func BlobValue(bytes string) Value { return Value{Kind: Blob, Text: bytes} }

func booleanValue(b bool) Value {
	if b {
		return IntegerValue(1)
	}
	return IntegerValue(0)
}

// numberValue converts a JSON number: an integer that fits 64 bits is INTEGER, any other
// number REAL; what is out of a double's range becomes an infinity or zero.
func numberValue(raw string) Value {
	if n, ok := integer(raw); ok {
		return IntegerValue(n)
	}
	x, _ := strconv.ParseFloat(raw, 64) // the error is the range, and then x is ±Inf
	return RealValue(x)
}

// integer reads digits with an optional minus sign, and only where they fit 64 bits.
func integer(s string) (int64, bool) {
	digits := s
	if digits != "" && digits[0] == '-' {
		digits = digits[1:]
	}
	if digits == "" || len(digits) > 19 {
		return 0, false
	}
	var n uint64 // 19 digits fit
	for i := range len(digits) {
		if !isDigit(digits[i]) {
			return 0, false
		}
		n = n*10 + uint64(digits[i]-'0')
	}
	if len(digits) < len(s) {
		return -int64(n), n <= 1<<63
	}
	return int64(n), n < 1<<63
}
