package advice

import (
	"slices"
	"strings"

	"github.com/sqlc-dev/meyer/ast"

	"sqlambda/handlers/syntax"
)

// HandmadeJSON returns the places of expressions that put JSON together as text, from
// parts that are not escaped: '{"name":"' || name || '"}', or format('{"id":%d}', id). It
// is empty if the parser cannot follow.
func HandmadeJSON(s *syntax.Statement) (offsets []int) {
	tree := s.Tree()
	if tree == nil {
		return nil
	}
	ast.Walk(tree, func(n ast.Node) bool {
		parts := partsOf(n)
		constant := !slices.ContainsFunc(parts, func(x ast.Expr) bool { _, ok := x.(*ast.Literal); return !ok })
		if len(parts) < 2 || constant || !beginsJSON(parts[0]) {
			return true
		}
		offsets = append(offsets, s.Offset+n.Pos())
		return false
	})
	return offsets
}

// partsOf returns the parts that ||, or a function that formats, puts together.
func partsOf(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		if n.Op == ast.OpConcat {
			return append(concatenated(n.X), concatenated(n.Y)...)
		}
	case *ast.FuncCall:
		switch strings.ToLower(n.Name.Name) {
		case "format", "printf", "concat":
			return n.Args
		}
	}
	return nil
}

func concatenated(x ast.Expr) []ast.Expr {
	if paren, ok := x.(*ast.ParenExpr); ok {
		return concatenated(paren.X)
	}
	if b, ok := x.(*ast.BinaryExpr); ok && b.Op == ast.OpConcat {
		return partsOf(b)
	}
	return []ast.Expr{x}
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
