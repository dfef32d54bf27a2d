package advice

import (
	"slices"

	"github.com/sqlc-dev/meyer/ast"
)

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
