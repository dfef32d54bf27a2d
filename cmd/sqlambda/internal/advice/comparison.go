package advice

import (
	"slices"
	"sqlambda/handlers/syntax"
	"strings"

	"github.com/sqlc-dev/meyer/ast"
)

// Comparison is a term of a WHERE or of a join that picks rows of a stored table by the
// value of a column, so that an index on the column could find them.
type Comparison struct {
	// Schema and Table are the table as the text names it, Alias is what it is called
	// in the statement, which is the table's name where there is no other.
	Schema, Table, Alias string
	// Column is the column that is compared.
	Column string
	// Wrapped is the expression around the column, as lower(name), which no index on
	// the column serves; empty where the column is compared as it is.
	Wrapped string
	// Equal is a comparison with =, IS or IN; any other is one with a range.
	Equal bool
	// Others are the aliases of the tables beside it that the other value is made of,
	// so that they have to be read first.
	Others []string
	// Offset is where the column stands.
	Offset int
}

// Comparisons returns the comparisons of a statement, its subqueries included, in the
// order of the text. It is empty where the parser cannot follow.
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

// comparedTable is an item of a FROM: a stored table or, where it has no columns,
// anything else.
type comparedTable struct {
	schema, name, alias string
	columns             []syntax.Column
}

// find reads one FROM and the terms that go with it.
func (f *comparisons) find(from []*ast.TableRef, where ast.Expr) {
	outer := f.tables
	defer func() { f.tables = outer }()
	f.tables = nil
	var terms []ast.Expr
	f.add(from, &terms)
	terms = append(terms, where)
	for _, term := range terms {
		f.term(term)
	}
}

// add takes the tables of a FROM, and the terms after ON.
func (f *comparisons) add(from []*ast.TableRef, terms *[]ast.Expr) {
	for _, item := range from {
		*terms = append(*terms, item.On)
		if item.List != nil {
			f.add(item.List, terms)
			continue
		}
		t := &comparedTable{alias: syntax.AliasName(item.Alias)}
		if item.Name != nil {
			t.name = item.Name.Name.Name
			if item.Name.Schema != nil {
				t.schema = item.Name.Schema.Name
			}
			if t.alias == "" {
				t.alias = t.name
			}
			isCTE := t.schema == "" && slices.ContainsFunc(f.ctes, func(name string) bool { return strings.EqualFold(name, t.name) })
			if stored, ok := f.catalog.Table(t.schema, t.name); ok && !isCTE && !item.HasArgs && stored.View == "" {
				t.columns = stored.Columns
			}
		}
		f.tables = append(f.tables, t)
		for _, column := range item.Using {
			f.using(column)
		}
	}
}

// using compares a column of the last table with that of those before it.
func (f *comparisons) using(column *ast.Ident) {
	last := f.tables[len(f.tables)-1]
	for _, t := range f.tables[:len(f.tables)-1] {
		for _, pair := range [...][2]*comparedTable{{last, t}, {t, last}} {
			if pair[0].has(column.Name) && (pair[1].has(column.Name) || pair[1].columns == nil) {
				f.found = append(f.found, Comparison{
					Schema: pair[0].schema, Table: pair[0].name, Alias: pair[0].alias, Column: column.Name,
					Equal: true, Others: []string{pair[1].alias}, Offset: f.statement.Offset + column.Pos(),
				})
			}
		}
	}
}

func (t *comparedTable) has(column string) bool {
	return slices.ContainsFunc(t.columns, func(c syntax.Column) bool { return strings.EqualFold(c.Name, column) })
}

// term reads a condition: the terms of an AND each for itself.
func (f *comparisons) term(x ast.Expr) {
	switch x := x.(type) {
	case *ast.ParenExpr:
		f.term(x.X)
	case *ast.BinaryExpr:
		switch x.Op {
		case ast.OpAnd:
			f.term(x.X)
			f.term(x.Y)
		case ast.OpEq, ast.OpLt, ast.OpLe, ast.OpGt, ast.OpGe:
			f.compare(x.X, x.Op == ast.OpEq, x.Y)
			f.compare(x.Y, x.Op == ast.OpEq, x.X)
		}
	case *ast.IsExpr:
		if x.Not == x.Distinct {
			f.compare(x.X, true, x.Y)
		}
	case *ast.InExpr:
		if !x.Not {
			f.compare(x.X, true, x.List...)
		}
	case *ast.BetweenExpr:
		if !x.Not {
			f.compare(x.X, false, x.Lo, x.Hi)
		}
	}
}

// compare keeps a comparison of a column with other values.
func (f *comparisons) compare(x ast.Expr, equal bool, with ...ast.Expr) {
	column, wrapped := f.columnIn(x)
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
		c.Others = f.others(c.Others, value)
	}
	if !slices.Contains(c.Others, t.alias) { // a row is not found by itself
		f.found = append(f.found, c)
	}
}

// columnIn returns the column of an expression, and the expression around it where it is
// not compared as it is.
func (f *comparisons) columnIn(x ast.Expr) (column, wrapped ast.Expr) {
	switch x := x.(type) {
	case *ast.Ident, *ast.QualifiedRef:
		return x, nil
	case *ast.ParenExpr:
		return f.columnIn(x.X)
	case *ast.CollateExpr:
		column, _ = f.columnIn(x.X)
		return column, x
	case *ast.CastExpr:
		column, _ = f.columnIn(x.X)
		return column, x
	case *ast.UnaryExpr:
		column, _ = f.columnIn(x.X)
		return column, x
	case *ast.FuncCall:
		return f.argument(x), x
	}
	return nil, nil
}

// argument returns the column that a function is called with, where all else that it is
// given stands in the text: then an index may be on the call.
func (f *comparisons) argument(call *ast.FuncCall) (column ast.Expr) {
	for _, x := range call.Args {
		if _, literal := x.(*ast.Literal); literal {
			continue
		}
		inner, _ := f.columnIn(x)
		if inner == nil || column != nil {
			return nil
		}
		column = inner
	}
	return column
}

// resolve returns the table of the FROM that a name is a column of, and the column's
// name; nil where it is of none.
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
		for _, c := range t.columns {
			if strings.EqualFold(c.Name, name) {
				return t, c.Name
			}
		}
		if table != "" {
			return t, name
		}
	}
	return nil, name
}

// others adds the tables that a value is made of. A name that no stored table has is of
// whatever else there is in the FROM, or of what is around it.
func (f *comparisons) others(list []string, value ast.Expr) []string {
	if value == nil {
		return list
	}
	ast.Walk(value, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectStmt:
			return false
		case *ast.FuncCall:
			for _, argument := range n.Args {
				list = f.others(list, argument)
			}
			return false // its name is no column
		case *ast.Ident:
			list = append(list, f.ownerOf(n)...)
		case *ast.QualifiedRef:
			list = append(list, f.ownerOf(n)...)
			return false
		}
		return true
	})
	return list
}

func (f *comparisons) ownerOf(x ast.Expr) []string {
	if t, _ := f.resolve(x); t != nil {
		return []string{t.alias}
	}
	if _, qualified := x.(*ast.QualifiedRef); qualified {
		return nil // of a query around this one
	}
	var unknown []string
	for _, t := range f.tables {
		if t.columns == nil {
			unknown = append(unknown, t.alias)
		}
	}
	return unknown
}
