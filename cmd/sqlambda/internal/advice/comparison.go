package advice

import (
	"slices"
	"strings"

	"github.com/sqlc-dev/meyer/ast"

	"sqlambda/handlers/syntax"
)

// Comparison is a term of a WHERE or of a join that picks rows of a stored table by the
// value of a column, so that an index on the column could find them.
type Comparison struct {
	// Schema and Table are the table as the text names it. Alias is its name in the
	// statement: the table's own, unless the text gives it another.
	Schema, Table, Alias string
	// Column is the column that is compared.
	Column string
	// Wrapped is the expression around the column, such as lower(name), which no index
	// on the column serves. It is empty if the column itself is compared.
	Wrapped string
	// Equal is a comparison with =, IS or IN; any other is one with a range.
	Equal bool
	// Others are the aliases of the other tables that the value is made of. They have to
	// be read first.
	Others []string
	// Offset is the place of the column.
	Offset int
}

// Comparisons returns the comparisons of a statement and of its subqueries, in the order of
// the text. It is empty if the parser cannot follow.
func Comparisons(s *syntax.Statement, catalog syntax.Catalog) []Comparison {
	tree := s.Tree()
	if tree == nil {
		return nil
	}
	f := &comparisons{statement: s, catalog: catalog}
	ast.Walk(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CTE:
			f.ctes = append(f.ctes, n.Name.Name)
		case *ast.SelectQuery:
			f.find(n.From, n.Where)
		case *ast.UpdateStmt:
			f.find(append([]*ast.TableRef{{Name: n.Table, Alias: n.Alias}}, n.From...), n.Where)
		case *ast.DeleteStmt:
			f.find([]*ast.TableRef{{Name: n.Table, Alias: n.Alias}}, n.Where)
		}
		return true
	})
	slices.SortStableFunc(f.found, func(a, b Comparison) int { return a.Offset - b.Offset })
	return f.found
}

// comparisons collects them.
type comparisons struct {
	statement *syntax.Statement
	catalog   syntax.Catalog
	ctes      []string
	tables    []*comparedTable // of the FROM that is being read
	found     []Comparison
}

// comparedTable is an item of a FROM: a stored table or, without columns, anything else.
type comparedTable struct {
	schema, name, alias string
	columns             []syntax.Column
}

// find reads one FROM and the terms that belong to it.
func (f *comparisons) find(from []*ast.TableRef, where ast.Expr) {
	f.tables = nil
	for _, term := range append(f.add(from), where) {
		comparisonsIn(term, f.compare)
	}
}

// add takes the tables of a FROM, and returns the terms after ON.
func (f *comparisons) add(from []*ast.TableRef) (terms []ast.Expr) {
	for _, item := range from {
		terms = append(terms, item.On)
		if item.List != nil {
			terms = append(terms, f.add(item.List)...)
			continue
		}
		t := &comparedTable{alias: syntax.AliasName(item.Alias)}
		if item.Name != nil {
			t.schema, t.name = qualified(item.Name)
			if t.alias == "" {
				t.alias = t.name
			}
			isCTE := t.schema == "" && slices.ContainsFunc(f.ctes, func(name string) bool { return strings.EqualFold(name, t.name) })
			if stored, ok := f.catalog.Table(t.schema, t.name); ok && !isCTE && !item.HasArgs && stored.View == "" {
				t.columns = stored.Columns
			}
		}
		for _, column := range item.Using {
			for _, other := range f.tables {
				f.using(column, t, other)
				f.using(column, other, t)
			}
		}
		f.tables = append(f.tables, t)
	}
	return terms
}

// qualified returns the parts of a table's name.
func qualified(name *ast.QualifiedName) (schema, table string) {
	if name.Schema != nil {
		schema = name.Schema.Name
	}
	return schema, name.Name.Name
}

// using compares a column of a table with that of another.
func (f *comparisons) using(column *ast.Ident, t, other *comparedTable) {
	if t.has(column.Name) && (other.has(column.Name) || other.columns == nil) {
		f.found = append(f.found, Comparison{
			Schema: t.schema, Table: t.name, Alias: t.alias, Column: column.Name,
			Equal: true, Others: []string{other.alias}, Offset: f.statement.Offset + column.Pos(),
		})
	}
}

func (t *comparedTable) has(column string) bool {
	return slices.ContainsFunc(t.columns, func(c syntax.Column) bool { return strings.EqualFold(c.Name, column) })
}

// comparisonsIn calls f with both sides of each comparison that a condition has to meet.
func comparisonsIn(x ast.Expr, f func(x ast.Expr, equal bool, with ...ast.Expr)) {
	switch x := x.(type) {
	case *ast.ParenExpr:
		comparisonsIn(x.X, f)
	case *ast.BinaryExpr:
		switch x.Op {
		case ast.OpAnd:
			comparisonsIn(x.X, f)
			comparisonsIn(x.Y, f)
		case ast.OpEq, ast.OpLt, ast.OpLe, ast.OpGt, ast.OpGe:
			f(x.X, x.Op == ast.OpEq, x.Y)
			f(x.Y, x.Op == ast.OpEq, x.X)
		}
	case *ast.IsExpr:
		if x.Not == x.Distinct {
			f(x.X, true, x.Y)
		}
	case *ast.InExpr:
		if !x.Not {
			f(x.X, true, x.List...)
		}
	case *ast.BetweenExpr:
		if !x.Not {
			f(x.X, false, x.Lo, x.Hi)
		}
	}
}

// compare keeps a comparison of a column with other values.
func (f *comparisons) compare(x ast.Expr, equal bool, with ...ast.Expr) {
	column, wrapped := columnIn(x)
	if column == nil {
		return
	}
	t, name := f.resolve(column)
	if t == nil || t.columns == nil {
		return
	}
	c := Comparison{Schema: t.schema, Table: t.name, Alias: t.alias, Column: name, Equal: equal, Offset: f.statement.Offset + column.Pos()}
	if wrapped != nil {
		c.Wrapped = f.statement.Text[wrapped.Pos():wrapped.End()]
	}
	for _, value := range with {
		c.Others = append(c.Others, f.tablesOf(value)...)
	}
	if !slices.Contains(c.Others, t.alias) { // a row is not found by itself
		f.found = append(f.found, c)
	}
}

// columnIn returns the column of an expression, and the expression around it if it is not
// compared itself. A function may be around a column and literals: an index may be on the
// call.
func columnIn(x ast.Expr) (column, wrapped ast.Expr) {
	var inside []ast.Expr
	switch x := x.(type) {
	case *ast.Ident, *ast.QualifiedRef:
		return x, nil
	case *ast.ParenExpr:
		return columnIn(x.X)
	case *ast.CollateExpr:
		inside = []ast.Expr{x.X}
	case *ast.CastExpr:
		inside = []ast.Expr{x.X}
	case *ast.UnaryExpr:
		inside = []ast.Expr{x.X}
	case *ast.FuncCall:
		inside = x.Args
	}
	for _, argument := range inside {
		if _, literal := argument.(*ast.Literal); literal {
			continue
		}
		inner, _ := columnIn(argument)
		if inner == nil || column != nil {
			return nil, nil
		}
		column = inner
	}
	return column, x
}

// resolve returns the table of the FROM that a name is a column of, or nil, and the
// column's name.
func (f *comparisons) resolve(x ast.Expr) (*comparedTable, string) {
	table, name := "", ""
	switch x := x.(type) {
	case *ast.Ident:
		name = x.Name
	case *ast.QualifiedRef:
		table, name = x.Parts[len(x.Parts)-2].Name, x.Parts[len(x.Parts)-1].Name
	}
	for _, t := range f.tables {
		if table != "" && !strings.EqualFold(t.alias, table) {
			continue
		}
		if i := slices.IndexFunc(t.columns, func(c syntax.Column) bool { return strings.EqualFold(c.Name, name) }); i >= 0 {
			return t, t.columns[i].Name
		}
		if table != "" {
			return t, name
		}
	}
	return nil, name
}

// tablesOf returns the aliases of the tables that a value is made of. A name that no stored
// table has may belong to any other item of the FROM; a qualified one belongs to a query
// around this one.
func (f *comparisons) tablesOf(value ast.Expr) (list []string) {
	if value == nil {
		return nil
	}
	ast.Walk(value, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectStmt:
			return false
		case *ast.FuncCall: // its name is no column
			for _, argument := range n.Args {
				list = append(list, f.tablesOf(argument)...)
			}
			return false
		case *ast.Ident:
			if t, _ := f.resolve(n); t != nil {
				list = append(list, t.alias)
				return true
			}
			for _, t := range f.tables {
				if t.columns == nil {
					list = append(list, t.alias)
				}
			}
		case *ast.QualifiedRef:
			if t, _ := f.resolve(n); t != nil {
				list = append(list, t.alias)
			}
			return false
		}
		return true
	})
	return list
}
