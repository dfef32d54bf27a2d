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
	if at := conditionIn(where, ofEvent); at != nil {
		return s.Offset + at.Pos()
	}
	return -1
}

// conditionIn returns the first such term of a condition.
func conditionIn(x ast.Expr, ofEvent func(string) bool) ast.Expr {
	literal := func(x ast.Expr) bool { _, ok := x.(*ast.Literal); return ok }
	compared := func(x ast.Expr, with ...ast.Expr) ast.Expr {
		if isOfEvent(x, ofEvent) && len(with) > 0 && !slices.ContainsFunc(with, func(x ast.Expr) bool { return !literal(x) }) {
			return x
		}
		return nil
	}
	switch x := x.(type) {
	case *ast.ParenExpr:
		return conditionIn(x.X, ofEvent)
	case *ast.InExpr:
		return compared(x.X, x.List...)
	case *ast.IsExpr:
		return compared(x.X, x.Y)
	case *ast.BinaryExpr:
		switch x.Op {
		case ast.OpAnd:
			if at := conditionIn(x.X, ofEvent); at != nil {
				return at
			}
			return conditionIn(x.Y, ofEvent)
		case ast.OpEq:
			if at := compared(x.X, x.Y); at != nil {
				return at
			}
			return compared(x.Y, x.X)
		}
	}
	return nil
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
