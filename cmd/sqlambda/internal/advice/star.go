package advice

import (
	"strings"

	"github.com/sqlc-dev/meyer/ast"

	"sqlambda/handlers/syntax"
)

// Stars finds the stars of a statement's result that take the columns of stored tables,
// also through subqueries and common table expressions. Stored says which tables are. It
// finds none if the parser cannot follow.
func Stars(s *syntax.Statement, stored func(schema, table string) bool) []Finding {
	f := &stars{statement: s, stored: stored}
	switch n := s.Tree().(type) {
	case *ast.SelectStmt:
		f.selection(n, nil)
	case ast.Stmt:
		c := changeOf(n)
		f.list(c.returning, c.from[:min(1, len(c.from))], nil)
	}
	return f.found
}

// stars collects them.
type stars struct {
	statement *syntax.Statement
	stored    func(schema, table string) bool
	steps     int
	found     []Finding
}

// selection reads a query that sees these common table expressions, the innermost last.
func (f *stars) selection(s *ast.SelectStmt, ctes []*ast.CTE) {
	if f.steps++; f.steps > syntax.MaxSteps {
		return
	}
	if s.With != nil {
		ctes = append(ctes[:len(ctes):len(ctes)], s.With.CTEs...)
	}
	for _, core := range s.Cores {
		if q, ok := core.(*ast.SelectQuery); ok {
			f.list(q.Columns, q.From, ctes)
		}
	}
}

// list reads a list after SELECT or RETURNING.
func (f *stars) list(list []*ast.ResultColumn, from []*ast.TableRef, ctes []*ast.CTE) {
	for _, column := range list {
		star, ok := column.Expr.(*ast.Star)
		for _, item := range items(from) {
			switch {
			case !ok || star.Table != nil && !strings.EqualFold(star.Table.Name, nameOf(item)):
			case item.Select != nil:
				f.selection(item.Select, ctes)
			case item.Name != nil:
				f.table(star, item.Name, ctes)
			}
		}
	}
}

func (f *stars) table(star *ast.Star, name *ast.QualifiedName, ctes []*ast.CTE) {
	schema, table := qualified(name)
	for i := len(ctes) - 1; i >= 0 && schema == ""; i-- {
		if strings.EqualFold(ctes[i].Name.Name, table) {
			f.selection(ctes[i].Select, ctes[:i]) // one that names itself ends there
			return
		}
	}
	if f.stored(schema, table) {
		f.found = append(f.found, Finding{f.statement.Offset + star.Pos(),
			"the response has whatever columns " + table + " has: one that is added later is in it too", "name the columns"})
	}
}
