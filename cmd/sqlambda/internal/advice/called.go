package advice

import (
	"strings"

	"github.com/sqlc-dev/meyer/ast"

	"sqlambda/handlers/syntax"
)

// Calls tells how statements use a table by its name: as a function, with arguments in
// parentheses, and as a table without.
func Calls(statements []*syntax.Statement, table string) (called, read bool) {
	for _, s := range statements {
		tree := s.Tree()
		if tree == nil {
			continue
		}
		ast.Walk(tree, func(n ast.Node) bool {
			if ref, ok := n.(*ast.TableRef); ok && ref.Name != nil && strings.EqualFold(ref.Name.Name.Name, table) {
				called, read = called || len(ref.Args) > 0, read || len(ref.Args) == 0
			}
			return true
		})
	}
	return called, read
}
