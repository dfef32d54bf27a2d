package advice

import (
	"strings"

	"github.com/sqlc-dev/meyer/ast"

	"sqlambda/handlers/syntax"
)

// Star is a "*" or "t.*" that makes all columns of a stored table columns of the
// statement's result.
type Star struct {
	Table  string // as it is named where the star is
	Offset int
}

// Stars returns the stars of a statement's result that take the columns of stored tables,
// also through subqueries and common table expressions. Stored says which tables are. It is
// empty if the parser cannot follow.
func Stars(s *syntax.Statement, stored func(schema, table string) bool) []Star {
	f := &stars{statement: s, stored: stored}
	switch n := s.Tree().(type) {
	case *ast.SelectStmt:
		f.selection(n, nil)
	case *ast.InsertStmt:
		f.list(n.Returning, []*ast.TableRef{{Name: n.Table}}, nil)
	case *ast.UpdateStmt:
		f.list(n.Returning, []*ast.TableRef{{Name: n.Table}}, nil)
	case *ast.DeleteStmt:
		f.list(n.Returning, []*ast.TableRef{{Name: n.Table}}, nil)
	}
	return f.found
}

// stars collects them.
type stars struct {
	statement *syntax.Statement
	stored    func(schema, table string) bool
	steps     int
	found     []Star
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
	for _, item := range list {
		if star, ok := item.Expr.(*ast.Star); ok {
			f.star(star, from, ctes)
		}
	}
}

// star goes through the tables of a FROM that a star means.
func (f *stars) star(star *ast.Star, from []*ast.TableRef, ctes []*ast.CTE) {
	for _, item := range from {
		name := syntax.AliasName(item.Alias)
		if name == "" && item.Name != nil {
			name = item.Name.Name.Name
		}
		if star.Table != nil && !strings.EqualFold(star.Table.Name, name) && item.List == nil {
			continue
		}
		switch {
		case item.List != nil:
			f.star(star, item.List, ctes)
		case item.Select != nil:
			f.selection(item.Select, ctes)
		case item.Name != nil:
			f.table(star, item.Name, ctes)
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
		f.found = append(f.found, Star{table, f.statement.Offset + star.Pos()})
	}
}
