package event

import (
	"strings"

	"sqlambda/internal/nearest"
)

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
