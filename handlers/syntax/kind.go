package syntax

import "slices"

// Kind is what becomes of a query's result: what follows its name, as in
//
//	-- name: list :many
type Kind uint8

// The kinds of query. None is a query that states no kind: [Query.ResponseKind]
// finds it from the text.
const (
	None     Kind = iota
	One           // the row as an object, null without one
	Many          // an array of objects
	Value         // the only column of the only row, null without one
	Exec          // null; rows are not read
	ExecRows      // the number of rows changed
	Batch         // once per record of the event, with partial failures
)

var kindNames = []string{"", "one", "many", "value", "exec", "execrows", "batch"}

// String returns the kind as it is written, without its colon; "" for None.
func (k Kind) String() string { return kindNames[k] }

// kindOf returns the kind of that name, None for one that no kind has.
func kindOf(name string) Kind { return Kind(1 + slices.Index(kindNames[One:], name)) }

// MarshalText returns the kind as String does.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
