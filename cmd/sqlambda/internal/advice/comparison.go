package advice

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sqlc-dev/meyer/ast"

	"sqlambda/engine"
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
func Comparisons(s *syntax.Statement, catalog engine.Catalog) []Comparison {
	f := &comparisons{statement: s, catalog: catalog}
	ast.Walk(s.Tree(), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CTE:
			f.ctes = append(f.ctes, n.Name.Name)
		case *ast.SelectQuery:
			f.find(n.From, n.Where)
		case *ast.UpdateStmt, *ast.DeleteStmt:
			c := changeOf(n)
			f.find(c.from, c.where)
		}
		return true
	})
	slices.SortStableFunc(f.found, func(a, b Comparison) int { return a.Offset - b.Offset })
	return f.found
}

// comparisons collects them.
type comparisons struct {
	statement *syntax.Statement
	catalog   engine.Catalog
	ctes      []string
	tables    []*comparedTable // of the FROM that is being read
	found     []Comparison
}

// comparedTable is an item of a FROM: a stored table or, without columns, anything else.
type comparedTable struct {
	Comparison // what all of the table's have
	columns    []engine.Column
}

// find reads one FROM and the terms that belong to it.
func (f *comparisons) find(from []*ast.TableRef, where ast.Expr) {
	f.tables = nil
	terms := []ast.Expr{where}
	for _, item := range items(from) {
		terms = append(terms, item.On)
		if item.List != nil {
			continue
		}
		t := f.table(item)
		for _, column := range item.Using {
			for _, other := range f.tables {
				if t.mayHave(column.Name) && other.mayHave(column.Name) {
					terms = append(terms, &ast.BinaryExpr{Op: ast.OpEq, X: t.column(column), Y: other.column(column)})
				}
			}
		}
		f.tables = append(f.tables, t)
	}
	for _, term := range terms {
		comparisonsIn(term, f.compare)
	}
}

func (f *comparisons) table(item *ast.TableRef) *comparedTable {
	t := &comparedTable{Comparison: Comparison{Alias: cmp.Or(nameOf(item), "(subquery)")}}
	if item.Name == nil {
		return t
	}
	t.Schema, t.Table = qualified(item.Name)
	isCTE := t.Schema == "" && slices.ContainsFunc(f.ctes, func(name string) bool { return strings.EqualFold(name, t.Table) })
	if stored, ok := f.catalog.Table(t.Schema, t.Table); ok && !isCTE && !item.HasArgs && stored.View == "" {
		t.columns = stored.Columns
	}
	return t
}

// index returns the place of a column, or -1.
func (t *comparedTable) index(column string) int {
	return slices.IndexFunc(t.columns, func(c engine.Column) bool { return strings.EqualFold(c.Name, column) })
}

func (t *comparedTable) mayHave(column string) bool { return t.columns == nil || t.index(column) >= 0 }

// column is the table's column of a name in USING.
func (t *comparedTable) column(name *ast.Ident) ast.Expr {
	return &ast.QualifiedRef{Span: name.Span, Parts: []*ast.Ident{{Name: t.Alias}, name}}
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
	c := t.Comparison
	c.Column, c.Equal, c.Offset = name, equal, f.statement.Offset+column.Pos()
	if wrapped != nil {
		c.Wrapped = f.statement.Text[wrapped.Pos():wrapped.End()]
	}
	for _, value := range with {
		c.Others = append(c.Others, f.tablesOf(value)...)
	}
	if !slices.Contains(c.Others, t.Alias) { // a row is not found by itself
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
		inside = slices.DeleteFunc(slices.Clone(x.Args), isLiteral)
	}
	if len(inside) != 1 {
		return nil, nil
	}
	column, _ = columnIn(inside[0])
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
		if table != "" && !strings.EqualFold(t.Alias, table) {
			continue
		}
		if i := t.index(name); i >= 0 {
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
	ast.Walk(value, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectStmt:
			return false
		case *ast.FuncCall: // its name is no column
			for _, argument := range n.Args {
				list = append(list, f.tablesOf(argument)...)
			}
			return false
		case *ast.Ident, *ast.QualifiedRef:
			own, _ := f.resolve(n.(ast.Expr))
			_, unqualified := n.(*ast.Ident)
			for _, t := range f.tables {
				if t == own || own == nil && unqualified && t.columns == nil {
					list = append(list, t.Alias)
				}
			}
			return false
		}
		return true
	})
	return list
}

// EventCondition returns the place of a condition of a statement that writes, if the
// condition is about the event alone: a parameter, or a column that ofEvent names, is
// compared with values in the text. Then the event decides whether the statement writes at
// all. It is -1 if there is none.
func EventCondition(s *syntax.Statement, ofEvent func(column string) bool) int {
	at := -1
	comparisonsIn(changeOf(s.Tree()).where, func(x ast.Expr, equal bool, with ...ast.Expr) {
		if at < 0 && equal && len(with) > 0 && isOfEvent(x, ofEvent) && literals(with) {
			at = s.Offset + x.Pos()
		}
	})
	return at
}

// isOfEvent says whether an expression is a value of the event, or a function of one.
func isOfEvent(x ast.Expr, ofEvent func(string) bool) bool {
	switch x := x.(type) {
	case *ast.BindParam:
		return true
	case *ast.ParenExpr:
		return isOfEvent(x.X, ofEvent)
	case *ast.Ident:
		return ofEvent(x.Name)
	case *ast.QualifiedRef:
		return ofEvent(x.Parts[len(x.Parts)-1].Name)
	case *ast.FuncCall:
		return len(x.Args) == 1 && isOfEvent(x.Args[0], ofEvent)
	}
	return false
}
