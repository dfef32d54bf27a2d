package event

import (
	"math"
	"strings"

	"sqlambda/internal/nearest"
)

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
//
// It has four words, the most that the compiler keeps in registers.
type Value struct {
	Kind   Kind
	number uint64 // an integer, or the bits of a real
	Text   string // the text of Kind Text, valid UTF-8; the bytes of Kind Blob
}

// Integer returns the number of Kind Integer.
func (v Value) Integer() int64 { return int64(v.number) }

// Real returns the number of Kind Real.
func (v Value) Real() float64 { return math.Float64frombits(v.number) }

// IntegerValue returns n as an SQL value.
func IntegerValue(n int64) Value { return Value{Kind: Integer, number: uint64(n)} }

// RealValue returns x as an SQL value.
func RealValue(x float64) Value { return Value{Kind: Real, number: math.Float64bits(x)} }

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

// A Type is the declared type of a parameter or of an event table's column.
type Type uint8

// The types. AnyType is that of a parameter without a declaration.
const (
	AnyType Type = iota
	TextType
	IntegerType
	RealType
	BooleanType
	JSONType
	BlobType
)

var typeNames = [...]string{"", "TEXT", "INTEGER", "REAL", "BOOLEAN", "JSON", "BLOB"}

// TypeNames lists the names of the types, for messages.
const TypeNames = "TEXT, INTEGER, REAL, BOOLEAN, JSON, BLOB"

// ParseType returns the type of that name, in any case.
func ParseType(name string) (Type, bool) {
	for t := TextType; t <= BlobType; t++ {
		if strings.EqualFold(name, typeNames[t]) {
			return t, true
		}
	}
	return AnyType, false
}

// String returns the type's name, "" for AnyType.
func (t Type) String() string { return typeNames[t] }

// TypeHint returns a hint for a name that is not the name of a type. It knows the
// types of other databases and languages.
func TypeHint(name string) string {
	near := ""
	switch strings.ToUpper(name) {
	case "INT", "BIGINT", "SMALLINT", "NUMBER":
		near = "INTEGER"
	case "FLOAT", "DOUBLE", "NUMERIC", "DECIMAL":
		near = "REAL"
	case "STRING", "VARCHAR", "CHAR", "UUID", "DATE", "DATETIME", "TIMESTAMP":
		near = "TEXT"
	case "JSONB", "OBJECT", "ARRAY":
		near = "JSON"
	case "BYTES", "BYTEA", "BINARY":
		near = "BLOB"
	default:
		near, _ = nearest.Name(name, typeNames[TextType:])
	}
	if near == "" {
		return "one of " + TypeNames
	}
	return "did you mean " + near + "?"
}
