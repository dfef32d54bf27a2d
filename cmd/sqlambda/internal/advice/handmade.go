package advice

import (
	"sqlambda/handlers/syntax"
	"strings"

	"github.com/sqlc-dev/meyer/ast"
)

// HandmadeJSON returns the places of expressions that put JSON together as text, from
// parts that are not escaped: '{"name":"' || name || '"}', or format('{"id":%d}', id).
// It is empty where the parser cannot follow.
func HandmadeJSON(s *syntax.Statement) []int {
	tree := s.Tree()
	if tree == nil {
		return nil
	}
	var offsets []int
	ast.Walk(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if n.Op != ast.OpConcat {
				return true
			}
			if parts := concatenated(n); beginsJSON(parts[0]) && !constant(parts) {
				offsets = append(offsets, s.Offset+n.Pos())
				return false
			}
		case *ast.FuncCall:
			switch strings.ToLower(n.Name.Name) {
			case "format", "printf", "concat":
				if len(n.Args) > 1 && beginsJSON(n.Args[0]) && !constant(n.Args) {
					offsets = append(offsets, s.Offset+n.Pos())
					return false
				}
			}
		}
		return true
	})
	return offsets
}

// concatenated returns the parts that || puts together.
func concatenated(x ast.Expr) []ast.Expr {
	switch n := x.(type) {
	case *ast.BinaryExpr:
		if n.Op == ast.OpConcat {
			return append(concatenated(n.X), concatenated(n.Y)...)
		}
	case *ast.ParenExpr:
		return concatenated(n.X)
	}
	return []ast.Expr{x}
}

func constant(parts []ast.Expr) bool {
	for _, x := range parts {
		if _, ok := x.(*ast.Literal); !ok {
			return false
		}
	}
	return true
}

// beginsJSON says whether an expression is a string that can hardly be anything but the
// beginning of a JSON object or of an array of objects or strings.
func beginsJSON(x ast.Expr) bool {
	literal, ok := x.(*ast.Literal)
	if !ok || literal.Kind != ast.LitString {
		return false
	}
	text := strings.Join(strings.Fields(literal.Value), "")
	return strings.HasPrefix(text, `{"`) || strings.HasPrefix(text, `[{`) || strings.HasPrefix(text, `["`)
}
