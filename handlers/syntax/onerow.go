package syntax

import (
	"strings"

	"github.com/sqlc-dev/meyer/ast"
)

// OneRow returns what in the statement's text shows that it yields at most one
// row, whatever the data: a SELECT without FROM, an aggregate without GROUP BY,
// a literal LIMIT 1, a single row of VALUES; and an INSERT … RETURNING of one
// of these. It is empty if nothing does, or the parser cannot follow.
func (s *Statement) OneRow() Evidence {
	switch n := s.Tree().(type) {
	case *ast.SelectStmt:
		return oneRow(n)
	case *ast.InsertStmt:
		if n.DefaultValues {
			return SingleRow
		}
		if n.Select != nil {
			return oneRow(n.Select)
		}
	}
	return ""
}

// Evidence is what in a text shows something, in words.
type Evidence string

// What shows that a statement yields at most one row.
const (
	WithoutFrom    Evidence = "a SELECT without FROM"
	WithoutGroupBy Evidence = "an aggregate without GROUP BY"
	LimitOne       Evidence = "LIMIT 1"
	SingleRow      Evidence = "a single row of VALUES"
)

func oneRow(s *ast.SelectStmt) Evidence {
	switch last := s.Cores[len(s.Cores)-1].(type) {
	case *ast.ValuesClause:
		if len(s.Cores) == 1 && len(last.Rows) == 1 {
			return SingleRow
		}
	case *ast.SelectQuery:
		switch {
		case LimitsToOne(last.Limit):
			return LimitOne
		case len(s.Cores) > 1:
		case len(last.From) == 0:
			return WithoutFrom
		case len(last.GroupBy) == 0 && Aggregates(last):
			return WithoutGroupBy
		}
	}
	return ""
}

// LimitsToOne reports whether a LIMIT is the literal 1.
func LimitsToOne(limit *ast.Limit) bool {
	if limit == nil {
		return false
	}
	count, ok := limit.Count.(*ast.Literal)
	return ok && count.Kind == ast.LitInteger && count.Value == "1"
}

// Aggregates reports whether a SELECT calls an aggregate function in its columns, other
// than over a window or in a subquery. SQLite takes one elsewhere only if there is one in
// the columns.
func Aggregates(q *ast.SelectQuery) bool {
	found := false
	for _, c := range q.Columns {
		ast.Walk(c.Expr, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectStmt:
				return false
			case *ast.FuncCall:
				found = found || isAggregate(n)
			}
			return !found
		})
	}
	return found
}

// isAggregate reports whether a call is of an aggregate function: by its name
// (https://sqlite.org/lang_aggfunc.html), or by a FILTER, DISTINCT or ORDER BY,
// which only aggregates take.
func isAggregate(call *ast.FuncCall) bool {
	if call.Over != nil {
		return false
	}
	switch strings.ToLower(call.Name.Name) {
	case "avg", "count", "group_concat", "string_agg", "sum", "total",
		"median", "percentile", "percentile_cont", "percentile_disc",
		"json_group_array", "json_group_object", "jsonb_group_array", "jsonb_group_object":
		return true
	case "max", "min": // of one argument; of several, the greatest of them
		return len(call.Args) == 1
	}
	return call.Filter != nil || call.Distinct || len(call.OrderBy) > 0
}
