package syntax

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/sqlc-dev/meyer/ast"
)

// from returns the tables of a FROM clause. Subqueries in it see what surrounds
// the clause, not each other.
func (r *resolver) from(list []*ast.TableRef, in *scope) []source {
	var sources []source
	for _, item := range list {
		added := r.item(item, in)
		if item.Join != nil {
			join(sources, added, item)
			if item.Join.Type&ast.JoinLeft != 0 {
				nullable(added)
			}
			if item.Join.Type&ast.JoinRight != 0 {
				nullable(sources)
			}
		}
		sources = append(sources, added...)
	}
	return sources
}

// columnsOf yields the columns of tables.
func columnsOf(sources []source) iter.Seq[*column] {
	return func(yield func(*column) bool) {
		for _, s := range sources {
			for i := range s.columns {
				if !yield(&s.columns[i]) {
					return
				}
			}
		}
	}
}

// nullable adds Null to what the columns of tables can hold.
func nullable(sources []source) {
	for c := range columnsOf(sources) {
		c.kinds |= Null
	}
}

func (r *resolver) item(item *ast.TableRef, in *scope) []source {
	var s source
	switch {
	case item.Select != nil:
		s.columns = r.selection(item.Select, in)
	case item.List == nil:
		s = r.table(item.Name, in)
	case item.Alias == nil:
		return r.from(item.List, in)
	default:
		s.columns = expand(&ast.Star{}, r.from(item.List, in))
	}
	if item.Alias != nil {
		s.schema, s.name = "", item.Alias.Name
	}
	return []source{s}
}

// join marks the columns of the tables to the right that USING or NATURAL makes
// one with columns to the left. Such a column holds either value: of an outer
// join, the one there is.
func join(left, right []source, item *ast.TableRef) {
	for b := range columnsOf(right) {
		for a := range columnsOf(left) {
			if strings.EqualFold(a.name, b.name) && joins(item, b.name) && !b.hidden {
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

// table returns a table, view or common table expression as a source.
func (r *resolver) table(name *ast.QualifiedName, in *scope) source {
	s := source{name: name.Name.Name}
	if name.Schema != nil {
		s.schema = name.Schema.Name
	}
	if c := in.cte(s.name); c != nil && s.schema == "" {
		s.columns = slices.Clone(r.cte(c))
	} else {
		r.stored(&s)
	}
	return s
}

// cte returns the columns of a common table expression. One that is recursive
// begins with what its first arm gives, to which its other arms, reading it,
// can only add; it is read again until they no longer do.
func (r *resolver) cte(c *cte) []column {
	if c.begun {
		return c.columns
	}
	c.begun, c.columns = true, notKnown()
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

// stored finds a table or a view in the database, and its columns. A view refers to its own
// schema, except one of temp, which sees all.
func (r *resolver) stored(s *source) {
	s.schema = cmp.Or(s.schema, r.schema)
	table, ok := r.catalog.Table(s.schema, s.name)
	if !ok {
		s.columns = notKnown()
		return
	}
	s.schema, s.rowid = table.Schema, table.View == ""
	s.columns = make([]column, len(table.Columns))
	for i, c := range table.Columns {
		s.columns[i] = column{name: c.Name, kinds: r.judge.Column(c), hidden: c.Hidden}
	}
	if s.rowid {
		return
	}
	view, ok := parse(table.View).(*ast.CreateViewStmt)
	if !ok {
		return
	}
	outside := r.schema
	if r.schema = table.Schema; strings.EqualFold(r.schema, "temp") {
		r.schema = ""
	}
	shown := fill(r.selection(view.Select, nil), len(s.columns))
	r.schema = outside
	if len(shown) == len(s.columns) {
		for i, c := range shown {
			s.columns[i].kinds, s.columns[i].unnamed = c.kinds, c.unnamed && len(view.Columns) == 0
		}
	}
}
