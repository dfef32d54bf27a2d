package advice

import (
	"sqlambda/handlers/syntax"
	"strings"

	"github.com/sqlc-dev/meyer/ast"
)

// Star is a "*" or "t.*" that makes all columns of a stored table columns of the
// statement's result.
type Star struct {
	Table  string // as it is named where the star stands
	Offset int
}

// Stars returns the stars of a statement's result that take the columns of stored
// tables, those of its subqueries and common table expressions that it shows included.
// Stored says which tables are. It is empty where the parser cannot follow.
func Stars(s *syntax.Statement, stored func(schema, table string) bool) []Star {
	f := &stars{statement: s, stored: stored}
	switch n := s.Tree().(type) {
	case *ast.SelectStmt:
		f.selection(n, nil)
	case *ast.InsertStmt:
		f.returning(n.Table, n.Returning)
	case *ast.UpdateStmt:
		f.returning(n.Table, n.Returning)
	case *ast.DeleteStmt:
		f.returning(n.Table, n.Returning)
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

// visible are the common table expressions that a query sees, the innermost last.
type visible []*ast.CTE

func (v visible) named(name string) (*ast.CTE, visible) {
	for i := len(v) - 1; i >= 0; i-- {
		if strings.EqualFold(v[i].Name.Name, name) {
			return v[i], v[:i] // one that names itself ends there
		}
	}
	return nil, nil
}

func (f *stars) selection(s *ast.SelectStmt, ctes visible) {
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

func (f *stars) returning(table *ast.QualifiedName, list []*ast.ResultColumn) {
	f.list(list, []*ast.TableRef{{Name: table}}, nil)
}

// list reads a list after SELECT or RETURNING.
func (f *stars) list(list []*ast.ResultColumn, from []*ast.TableRef, ctes visible) {
	for _, item := range list {
		if star, ok := item.Expr.(*ast.Star); ok {
			f.star(star, from, ctes)
		}
	}
}

// star goes through the tables of a FROM that a star means.
func (f *stars) star(star *ast.Star, from []*ast.TableRef, ctes visible) {
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

func (f *stars) table(star *ast.Star, name *ast.QualifiedName, ctes visible) {
	schema := ""
	if name.Schema != nil {
		schema = name.Schema.Name
	}
	if cte, outside := ctes.named(name.Name.Name); cte != nil && schema == "" {
		f.selection(cte.Select, outside)
	} else if f.stored(schema, name.Name.Name) {
		f.found = append(f.found, Star{name.Name.Name, f.statement.Offset + star.Pos()})
	}
}
