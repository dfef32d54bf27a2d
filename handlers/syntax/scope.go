package syntax

import (
	"slices"
	"strings"

	"github.com/sqlc-dev/meyer/ast"
)

// scope is what names mean at one place of a statement: the tables of a FROM, or
// the tables of a WITH, and what surrounds them.
type scope struct {
	outer   *scope
	sources []source
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

// cte returns the innermost common table expression of that name, or
// nil.
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

// named returns the column that c, t.c or schema.t.c means.
func (in *scope) named(x ast.Expr) (column, bool) {
	switch x := x.(type) {
	case *ast.Ident:
		return in.find("", "", x.Name)
	case *ast.QualifiedRef:
		schema, last := "", len(x.Parts)-1
		if last == 2 {
			schema = x.Parts[0].Name
		}
		return in.find(schema, x.Parts[last-1].Name, x.Parts[last].Name)
	}
	return column{}, false
}

// find returns a column: that of the innermost table that has it. It is false if
// there is none, or a table before it whose columns are not known: it may have any.
func (in *scope) find(schema, table, name string) (column, bool) {
	for ; in != nil; in = in.outer {
		unknown := false
		for _, s := range in.sources {
			if table != "" && !strings.EqualFold(s.name, table) || schema != "" && !strings.EqualFold(s.schema, schema) {
				continue
			}
			for _, c := range s.columns {
				if strings.EqualFold(c.name, name) {
					return c, true
				}
				unknown = unknown || c.unknown
			}
		}
		if unknown {
			return column{unknown: true}, false
		}
		if in.hasRowid(table, name) {
			return column{name: name, kinds: AnyKind}, true
		}
	}
	return column{}, false
}

// isUnnamed reports whether an expression is a column that has no name but the text of its
// own expression, as that of a view or a subquery may.
func (in *scope) isUnnamed(x ast.Expr) bool {
	c, ok := in.named(x)
	return c.unnamed || !ok && !c.unknown
}

// hasRowid reports whether a name that no column has is that of a table's rowid:
// https://sqlite.org/lang_createtable.html#rowid.
func (in *scope) hasRowid(table, name string) bool {
	switch strings.ToLower(name) {
	case "rowid", "oid", "_rowid_":
		return slices.ContainsFunc(in.sources, func(s source) bool { return s.rowid && (table == "" || strings.EqualFold(s.name, table)) })
	}
	return false
}
