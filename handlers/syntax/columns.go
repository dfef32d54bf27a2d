package syntax

import (
	"slices"
	"strings"

	"github.com/sqlc-dev/meyer/ast"

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
// for each name. A column is JSON if its
// expression is a function of https://sqlite.org/json1.html that returns JSON
// text, or "->"; Boolean if it is a function that returns that; and either if it is a column
// that is declared so. Both are followed through parentheses, COLLATE, CASE,
// coalesce, ifnull, iif, nullif, scalar subqueries, and the columns of
// subqueries, views and common table expressions. An expression with several
// branches, a compound SELECT and rows of VALUES keep the type that all of
// theirs have, NULL aside. All else is Plain, as are all columns of a text that
// the parser cannot follow.
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

// resolve returns the result columns of a statement, as many as the engine counts. If they
// are not that many, nothing is known of any.
func resolve(s *Statement, count int, catalog engine.Catalog, judge Judge) []column {
	r := &resolver{catalog: catalog, judge: judge}
	columns := fill(r.statement(s.Tree()), count)
	if r.steps > MaxSteps || len(columns) != count {
		return slices.Repeat([]column{{kinds: AnyKind}}, count)
	}
	return columns
}

// fill makes of the columns as many as there are: if one stands for an
// unknown number of columns, it becomes those that are missing.
func fill(columns []column, count int) []column {
	for i, c := range columns {
		if missing := count - len(columns) + 1; c.unknown && missing >= 0 {
			return slices.Concat(columns[:i], slices.Repeat([]column{{kinds: AnyKind}}, missing), columns[i+1:])
		}
	}
	return columns
}

// statement returns the result columns of a statement.
func (r *resolver) statement(stmt ast.Stmt) []column {
	switch n := stmt.(type) {
	case *ast.SelectStmt:
		return r.selection(n, nil)
	case *ast.InsertStmt:
		return r.returning(n.With, n.Table, n.Returning)
	case *ast.UpdateStmt:
		return r.returning(n.With, n.Table, n.Returning)
	case *ast.DeleteStmt:
		return r.returning(n.With, n.Table, n.Returning)
	}
	return nil
}

// returning returns the columns of a RETURNING clause, which sees the table that
// is changed, by its name and not by an alias, and nothing else.
func (r *resolver) returning(with *ast.With, table *ast.QualifiedName, list []*ast.ResultColumn) []column {
	in := (*scope)(nil).with(with)
	return r.list(list, &scope{outer: in, sources: r.table(table, nil, nil)})
}
