package syntax

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

// String returns the kind as it is written, without its colon; "" for None.
func (k Kind) String() string {
	switch k {
	case One:
		return "one"
	case Many:
		return "many"
	case Value:
		return "value"
	case Exec:
		return "exec"
	case ExecRows:
		return "execrows"
	case Batch:
		return "batch"
	}
	return ""
}

// MarshalText returns the kind as String does.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// kindOf returns the kind of that name.
func kindOf(name string) (Kind, bool) {
	for k := One; k <= Batch; k++ {
		if k.String() == name {
			return k, true
		}
	}
	return None, false
}

// kindNames lists the kinds as they are written, without colons.
func kindNames() []string {
	var names []string
	for k := One; k <= Batch; k++ {
		names = append(names, k.String())
	}
	return names
}
