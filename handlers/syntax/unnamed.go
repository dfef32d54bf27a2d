package syntax

import "strings"

// Unnamed returns the place in the file of the expression whose text is the name of
// a result column: SQLite names a column so where it has no AS
// (https://sqlite.org/c3ref/column_name.html). It returns false where the text
// gives the name, or a table does.
func (s *Statement) Unnamed(column string) (offset int, ok bool) {
	at := strings.Index(s.Text, column)
	if at < 0 {
		return 0, false
	}
	for i := range s.tokens {
		if s.isName(i) && s.name(i) == column {
			return 0, false
		}
	}
	return s.Offset + at, true
}
