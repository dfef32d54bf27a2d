package syntax

import "strings"

// Unnamed says whether the name of a result column is only the text of its
// expression: SQLite names a column so where it has no AS
// (https://sqlite.org/c3ref/column_name.html). It is false where the text gives the
// name, or a table does.
func (s *Statement) Unnamed(column string) bool {
	for i := range s.tokens {
		if s.isName(i) && s.name(i) == column {
			return false
		}
	}
	return strings.Contains(s.Text, column)
}
