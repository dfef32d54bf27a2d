package advice

import (
	"github.com/sqlc-dev/meyer/ast"

	"sqlambda/handlers/syntax"
)

// InList is a parameter that stands alone in the parentheses of an IN.
type InList struct {
	Raw    string // as it is written: :ids
	Offset int
}

// InLists returns the parameters of a statement that stand alone in the parentheses of an
// IN: x IN (:ids) compares x with one value, whatever :ids holds.
func InLists(s *syntax.Statement) (found []InList) {
	tree := s.Tree()
	if tree == nil {
		return nil
	}
	ast.Walk(tree, func(n ast.Node) bool {
		if in, ok := n.(*ast.InExpr); ok && len(in.List) == 1 {
			if p, ok := in.List[0].(*ast.BindParam); ok {
				found = append(found, InList{p.Raw, s.Offset + p.Pos()})
			}
		}
		return true
	})
	return found
}
