package advice

import (
	"strings"

	"github.com/sqlc-dev/meyer/ast"

	"sqlambda/handlers/syntax"
)

// Stars finds the stars of a statement's result that take the columns of stored tables,
// also through subqueries and common table expressions. Stored says which tables are. It
// finds none if the parser cannot follow.
func Stars(s *syntax.Statement, stored func(schema, table string) bool) (found []Finding) {
	steps := 0
	var inList func(list []*ast.ResultColumn, from []*ast.TableRef, ctes []*ast.CTE)
	inSelect := func(s *ast.SelectStmt, ctes []*ast.CTE) { // the innermost last
		if steps++; steps > syntax.MaxSteps {
			return
		}
		if s.With != nil {
			ctes = append(ctes[:len(ctes):len(ctes)], s.With.CTEs...)
		}
		for _, core := range s.Cores {
			if q, ok := core.(*ast.SelectQuery); ok {
				inList(q.Columns, q.From, ctes)
			}
		}
	}
	inTable := func(star *ast.Star, name *ast.QualifiedName, ctes []*ast.CTE) {
		schema, table := qualified(name)
		for i := len(ctes) - 1; i >= 0 && schema == ""; i-- {
			if strings.EqualFold(ctes[i].Name.Name, table) {
				inSelect(ctes[i].Select, ctes[:i]) // one that names itself ends there
				return
			}
		}
		if stored(schema, table) {
			found = append(found, Finding{s.Offset + star.Pos(),
				"the response has whatever columns " + table + " has: one that is added later is in it too", "name the columns"})
		}
	}
	inList = func(list []*ast.ResultColumn, from []*ast.TableRef, ctes []*ast.CTE) {
		for _, column := range list {
			star, ok := column.Expr.(*ast.Star)
			for _, item := range items(from) {
				switch {
				case !ok || star.Table != nil && !strings.EqualFold(star.Table.Name, nameOf(item)):
				case item.Select != nil:
					inSelect(item.Select, ctes)
				case item.Name != nil:
					inTable(star, item.Name, ctes)
				}
			}
		}
	}
	switch n := s.Tree().(type) {
	case *ast.SelectStmt:
		inSelect(n, nil)
	case ast.Stmt:
		c := changeOf(n)
		inList(c.returning, c.from[:min(1, len(c.from))], nil)
	}
	return found
}
