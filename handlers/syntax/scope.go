package syntax

import (
	"slices"
	"strings"

	"github.com/sqlc-dev/meyer/ast"
)

// scope is what names mean at one place of a statement: the columns of a FROM, or
// the tables of a WITH, and what surrounds them.
type scope struct {
	outer   *scope
	columns []column
	ctes    []*cte
}

// cte is a table of a WITH clause.
type cte struct {
	tree    *ast.CTE
	scope   *scope // where its SELECT stands
	columns []column
	begun   bool // columns are read, or, for a recursive one, are being read
}

// with is the scope within a WITH clause: each of its tables sees all of them.
func (in *scope) with(with *ast.With) *scope {
	if with == nil {
		return in
	}
	inner := &scope{outer: in}
	for _, tree := range with.CTEs {
		inner.ctes = append(inner.ctes, &cte{tree: tree, scope: inner})
	}
	return inner
}

// cte returns the innermost common table expression of that name, or nil.
func (in *scope) cte(name string) *cte {
	for ; in != nil; in = in.outer {
		for _, c := range in.ctes {
			if strings.EqualFold(c.tree.Name.Name, name) {
				return c
			}
		}
	}
	return nil
}

// nameParts returns the parts of the name c, t.c or schema.t.c; none of any other expression.
func nameParts(x ast.Expr) []*ast.Ident {
	switch x := x.(type) {
	case *ast.Ident:
		return []*ast.Ident{x}
	case *ast.QualifiedRef:
		return x.Parts
	}
	return nil
}

// isCalled reports whether a name's parts before the last are those of the column.
func (c *column) isCalled(parts []*ast.Ident) bool {
	n := len(parts)
	return (n < 2 || strings.EqualFold(parts[n-2].Name, c.table)) && (n < 3 || strings.EqualFold(parts[0].Name, c.schema))
}

// column returns the column that a name means: that of the innermost table that has it. It
// is unnamed for what is no column, and unknown if it may be one of those that are not known.
func (in *scope) column(parts []*ast.Ident) column {
	for ; in != nil && len(parts) > 0; in = in.outer {
		name, isUnknown, isRowid := parts[len(parts)-1].Name, false, false
		for i := range in.columns {
			switch c := &in.columns[i]; {
			case !c.isCalled(parts):
			case c.unknown:
				isUnknown = true
			case c.rowid:
				isRowid = slices.Contains(rowids, strings.ToLower(name))
			case strings.EqualFold(c.name, name):
				return *c
			}
		}
		if isUnknown || isRowid {
			return column{name: name, kinds: AnyKind, unknown: isUnknown}
		}
	}
	return column{kinds: AnyKind, unnamed: true}
}

// rowids are the names of a table's rowid, unless a column has that name:
// https://sqlite.org/lang_createtable.html#rowid.
var rowids = []string{"rowid", "oid", "_rowid_"}

// from returns the columns of the tables of a FROM clause. Subqueries in it see what
// surrounds the clause, not each other.
func (r *resolver) from(list []*ast.TableRef, in *scope) []column {
	var columns []column
	for _, item := range list {
		added := r.item(item, in)
		if item.Join != nil {
			join(columns, added, item)
			if item.Join.Type&ast.JoinLeft != 0 {
				nullable(added)
			}
			if item.Join.Type&ast.JoinRight != 0 {
				nullable(columns)
			}
		}
		columns = append(columns, added...)
	}
	return columns
}

// nullable adds Null to what columns can hold.
func nullable(columns []column) {
	for i := range columns {
		columns[i].kinds |= Null
	}
}

func (r *resolver) item(item *ast.TableRef, in *scope) []column {
	alias := ""
	if item.Alias != nil {
		alias = item.Alias.Name
	}
	switch {
	case item.Select != nil:
		return called(r.selection(item.Select, in), "", alias)
	case item.List != nil && item.Alias != nil:
		return called(expand(&ast.Star{}, r.from(item.List, in)), "", alias)
	case item.List != nil:
		return r.from(item.List, in)
	case item.Alias != nil:
		return called(r.table(item.Name, in), "", alias)
	}
	return r.table(item.Name, in)
}

// called gives columns the name of that which they are of in a FROM.
func called(columns []column, schema, table string) []column {
	for i := range columns {
		columns[i].schema, columns[i].table, columns[i].joined = schema, table, false
	}
	return columns
}

// join marks the columns to the right that USING or NATURAL makes one with columns to the
// left. Such a column holds either value: of an outer join, the one there is.
func join(left, right []column, item *ast.TableRef) {
	for i := range left {
		for j := range right {
			a, b := &left[i], &right[j]
			if b.name != "" && !b.hidden && strings.EqualFold(a.name, b.name) && joins(item, b.name) {
				a.kinds |= b.kinds
				b.joined = true
			}
		}
	}
}

// joins reports whether a join compares the columns of that name.
func joins(item *ast.TableRef, name string) bool {
	return item.Join.Type&ast.JoinNatural != 0 ||
		slices.ContainsFunc(item.Using, func(u *ast.Ident) bool { return strings.EqualFold(u.Name, name) })
}

// table returns the columns of a table, a view or a common table expression.
func (r *resolver) table(name *ast.QualifiedName, in *scope) []column {
	if name.Schema != nil {
		return r.stored(name.Schema.Name, name.Name.Name)
	}
	if c := in.cte(name.Name.Name); c != nil {
		return called(slices.Clone(r.cte(c)), "", name.Name.Name)
	}
	return r.stored(r.schema, name.Name.Name)
}

// cte returns the columns of a common table expression. One that is recursive
// begins with what its first arm gives, to which its other arms, reading it,
// can only add; it is read again until they no longer do.
func (r *resolver) cte(c *cte) []column {
	if c.begun {
		return c.columns
	}
	c.begun, c.columns = true, unknown()
	tree := c.tree.Select
	c.columns = rename(r.core(tree.Cores[0], c.scope.with(tree.With)), c.tree.Columns)
	for r.steps <= MaxSteps {
		columns := rename(r.selection(tree, c.scope), c.tree.Columns)
		if slices.Equal(columns, c.columns) {
			break
		}
		c.columns = columns
	}
	return c.columns
}

// rename gives columns the names of a list in parentheses, if there is one.
func rename(columns []column, names []*ast.Ident) []column {
	if len(names) == 0 {
		return columns
	}
	if columns = fill(columns, len(names)); len(columns) == len(names) {
		for i, name := range names {
			columns[i].name, columns[i].unnamed, columns[i].unknown = name.Name, false, false
		}
	}
	return columns
}

// stored returns the columns of a table or a view in the database. A view refers to its own
// schema, except one of temp, which sees all.
func (r *resolver) stored(schema, name string) []column {
	table, ok := r.catalog.Table(schema, name)
	if !ok {
		return called(unknown(), schema, name)
	}
	columns := make([]column, len(table.Columns))
	for i, c := range table.Columns {
		columns[i] = column{name: c.Name, kinds: r.judge.Column(c), hidden: c.Hidden}
	}
	if table.View == "" {
		columns = append(columns, column{rowid: true, hidden: true})
	} else if view, ok := parse(table.View).(*ast.CreateViewStmt); ok {
		outside := r.schema
		if r.schema = table.Schema; strings.EqualFold(r.schema, "temp") {
			r.schema = ""
		}
		shown := fill(r.selection(view.Select, nil), len(columns))
		r.schema = outside
		for i := range columns {
			if len(shown) == len(columns) {
				columns[i].kinds, columns[i].unnamed = shown[i].kinds, shown[i].unnamed && len(view.Columns) == 0
			}
		}
	}
	return called(columns, table.Schema, name)
}
