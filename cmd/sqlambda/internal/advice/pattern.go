package advice

import (
	"slices"
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
		return concatenated(n)
	case *ast.FuncCall:
		switch strings.ToLower(n.Name.Name) {
		case "format", "printf", "concat":
			return n.Args
		}
	}
	return nil
}

func concatenated(x ast.Expr) []ast.Expr {
	switch x := x.(type) {
	case *ast.ParenExpr:
		return concatenated(x.X)
	case *ast.BinaryExpr:
		if x.Op == ast.OpConcat {
			return append(concatenated(x.X), concatenated(x.Y)...)
		}
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

// Finding is what there is to say of a place of a statement.
type Finding struct {
	Offset        int // in the file
	Message, Hint string
}

// items returns the items of a FROM, and those of joins in parentheses.
func items(from []*ast.TableRef) (list []*ast.TableRef) {
	for _, item := range from {
		list = append(append(list, item), items(item.List)...)
	}
	return list
}

// nameOf returns the name that an item of a FROM has in the statement, if it has one.
func nameOf(item *ast.TableRef) string {
	if item.Alias == nil && item.Name != nil {
		return item.Name.Name.Name
	}
	if item.Alias != nil {
		return item.Alias.Name
	}
	return ""
}

// qualified returns the parts of a table's name.
func qualified(name *ast.QualifiedName) (schema, table string) {
	if name.Schema != nil {
		schema = name.Schema.Name
	}
	return schema, name.Name.Name
}

// change is what a statement that writes has beside its values.
type change struct {
	from      []*ast.TableRef // the table that is written to, then those that are read
	where     ast.Expr
	returning []*ast.ResultColumn
}

func changeOf(n ast.Node) (c change) {
	switch n := n.(type) {
	case *ast.InsertStmt:
		c = change{[]*ast.TableRef{{Name: n.Table}}, nil, n.Returning}
		if n.Select != nil && len(n.Select.Cores) == 1 {
			if q, ok := n.Select.Cores[0].(*ast.SelectQuery); ok {
				c.where = q.Where
			}
		}
	case *ast.UpdateStmt:
		c = change{append([]*ast.TableRef{{Name: n.Table, Alias: n.Alias}}, n.From...), n.Where, n.Returning}
	case *ast.DeleteStmt:
		c = change{[]*ast.TableRef{{Name: n.Table, Alias: n.Alias}}, n.Where, n.Returning}
	}
	return c
}

func isLiteral(x ast.Expr) bool { _, ok := x.(*ast.Literal); return ok }

// literals says whether expressions are literals, all of them.
func literals(list []ast.Expr) bool {
	return !slices.ContainsFunc(list, func(x ast.Expr) bool { return !isLiteral(x) })
}
