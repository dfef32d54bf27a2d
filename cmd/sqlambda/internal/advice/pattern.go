package advice

import (
	"strings"

	"github.com/sqlc-dev/meyer/ast"

	"sqlambda/handlers/syntax"
)

// OnlyCalls says whether statements use a table as a function alone, with arguments in
// parentheses.
func OnlyCalls(statements []*syntax.Statement, table string) bool {
	called, read := false, false
	for _, s := range statements {
		ast.Walk(s.Tree(), func(n ast.Node) bool {
			if ref, ok := n.(*ast.TableRef); ok && ref.Name != nil && strings.EqualFold(ref.Name.Name.Name, table) {
				called, read = called || len(ref.Args) > 0, read || len(ref.Args) == 0
			}
			return true
		})
	}
	return called && !read
}

// InLists finds the parameters of a statement that stand alone in the parentheses of an IN,
// and hold several values: x IN (:ids) compares x with one value, whatever :ids holds. About
// tells what is known of a parameter: "is JSON", or nothing.
func InLists(s *syntax.Statement, about func(raw string) string) (found []Finding) {
	ast.Walk(s.Tree(), func(n ast.Node) bool {
		if in, ok := n.(*ast.InExpr); ok && len(in.List) == 1 {
			if p, ok := in.List[0].(*ast.BindParam); ok && about(p.Raw) != "" {
				found = append(found, Finding{s.Offset + p.Pos(), p.Raw + " " + about(p.Raw) + ", and IN compares with its text",
					"IN (SELECT value FROM json_each(" + p.Raw + ")) compares with its elements"})
			}
		}
		return true
	})
	return found
}

// HandmadeJSON finds expressions that put JSON together as text, from parts that are not
// escaped: '{"name":"' || name || '"}', or format('{"id":%d}', id). It finds none if the
// parser cannot follow.
func HandmadeJSON(s *syntax.Statement) (found []Finding) {
	ast.Walk(s.Tree(), func(n ast.Node) bool {
		parts := partsOf(n)
		if len(parts) < 2 || literals(parts) || !beginsJSON(parts[0]) {
			return true
		}
		found = append(found, Finding{s.Offset + n.Pos(), "JSON is put together as text: a quote in a value breaks it",
			"json_object('name', name) and json_array(…) escape what they are given"})
		return false
	})
	return found
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
