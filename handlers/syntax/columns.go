package syntax

import (
	"strings"

	"sqlambda/engine"
)

// ColumnType is what a result column holds, as far as it matters to a response.
type ColumnType uint8

// The types of result columns.
const (
	Plain   ColumnType = iota // an SQL value as it is
	JSON                      // JSON text, or NULL
	Boolean                   // 0 or 1, or NULL
)

// String returns the type's name in small letters.
func (t ColumnType) String() string { return [...]string{"plain", "json", "boolean"}[t] }

// Result is a result column.
type Result struct {
	Type ColumnType
	// Unnamed says that the engine's name is only the text of the column's expression, or
	// that of a view's column without a name: https://sqlite.org/c3ref/column_name.html.
	Unnamed bool
}

// Results describes the statement's result columns, whose names are the engine's: one
// for each name. A column is JSON if its expression is a function of
// https://sqlite.org/json1.html that returns JSON text, or "->"; Boolean if it is a function
// that returns that; and either if it is a column that is declared so. Both are followed
// through parentheses, COLLATE, CASE, coalesce, ifnull, iif, nullif, scalar subqueries, and
// the columns of subqueries, views and common table expressions. An expression with several
// branches, a compound SELECT and rows of VALUES keep the type that all of theirs have, NULL
// aside. All else is Plain, as are all columns of a text that the parser cannot follow.
func (s *Statement) Results(names []string, catalog engine.Catalog) []Result {
	results := make([]Result, len(names))
	for i, c := range resolve(s, len(names), catalog, types{catalog}) {
		results[i] = Result{typeOf(c.kinds), c.unnamed || !strings.EqualFold(c.name, names[i])}
		if c.name == "" && !c.unnamed {
			results[i].Unnamed = s.isExpression(names[i])
		}
	}
	return results
}

// isExpression reports whether a name is in the text, but not as a name.
func (s *Statement) isExpression(name string) bool {
	for _, t := range s.tokens {
		if isName(t) && s.unquote(t) == name {
			return false
		}
	}
	return strings.Contains(s.Text, name)
}

// ResultKinds returns for each of the statement's result columns, whose names are the
// engine's, what it can hold by the judge.
func (s *Statement) ResultKinds(names []string, catalog engine.Catalog, judge Judge) []Kinds {
	var kinds []Kinds
	for _, c := range resolve(s, len(names), catalog, judge) {
		kinds = append(kinds, c.kinds)
	}
	return kinds
}
