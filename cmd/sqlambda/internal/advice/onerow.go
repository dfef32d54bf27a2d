package advice

import (
	"sqlambda/handlers/syntax"

	"github.com/sqlc-dev/meyer/ast"
)

// ExactlyOneRow says whether the statement's text shows that it yields a row whatever
// the data, and no second one.
func ExactlyOneRow(s *syntax.Statement) bool {
	switch n := s.Tree().(type) {
	case *ast.SelectStmt:
		return exactlyOneRow(n)
	case *ast.InsertStmt:
		if n.OrConflict != ast.ConflictDefault || len(n.Upserts) > 0 {
			return false // it may leave the row out
		}
		return n.DefaultValues || n.Select != nil && exactlyOneRow(n.Select)
	}
	return false
}

func exactlyOneRow(s *ast.SelectStmt) bool {
	if len(s.Cores) > 1 {
		return false
	}
	switch core := s.Cores[0].(type) {
	case *ast.ValuesClause:
		return len(core.Rows) == 1
	case *ast.SelectQuery:
		switch {
		case core.Limit != nil && (!syntax.LimitsToOne(core.Limit) || core.Limit.Offset != nil) || core.Having != nil:
			return false
		case len(core.GroupBy) > 0:
			return false
		case syntax.Aggregates(core):
			return true
		}
		return len(core.From) == 0 && core.Where == nil
	}
	return false
}
