package advice

import (
	"slices"

	"github.com/sqlc-dev/meyer/ast"

	"sqlambda/handlers/syntax"
)

// EventCondition returns the place of a condition of a statement that writes, if the
// condition is about the event alone: a parameter, or a column that ofEvent names, is
// compared with values in the text. Then the event decides whether the statement writes at
// all. It is -1 if there is none.
func EventCondition(s *syntax.Statement, ofEvent func(column string) bool) int {
	var where ast.Expr
	switch n := s.Tree().(type) {
	case *ast.InsertStmt:
		if n.Select != nil && len(n.Select.Cores) == 1 {
			if q, ok := n.Select.Cores[0].(*ast.SelectQuery); ok {
				where = q.Where
			}
		}
	case *ast.UpdateStmt:
		where = n.Where
	case *ast.DeleteStmt:
		where = n.Where
	}
	at := -1
	comparisonsIn(where, func(x ast.Expr, equal bool, with ...ast.Expr) {
		variable := func(x ast.Expr) bool { _, ok := x.(*ast.Literal); return !ok }
		if at < 0 && equal && len(with) > 0 && isOfEvent(x, ofEvent) && !slices.ContainsFunc(with, variable) {
			at = s.Offset + x.Pos()
		}
	})
	return at
}

// isOfEvent says whether an expression is a value of the event, or a function of one.
func isOfEvent(x ast.Expr, ofEvent func(string) bool) bool {
	switch x := x.(type) {
	case *ast.BindParam:
		return true
	case *ast.ParenExpr:
		return isOfEvent(x.X, ofEvent)
	case *ast.Ident:
		return ofEvent(x.Name)
	case *ast.QualifiedRef:
		return ofEvent(x.Parts[len(x.Parts)-1].Name)
	case *ast.FuncCall:
		return len(x.Args) == 1 && isOfEvent(x.Args[0], ofEvent)
	}
	return false
}
