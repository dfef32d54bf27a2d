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

// isCalled reports whether a name's parts before the last are those of the source.
func (s *source) isCalled(parts []*ast.Ident) bool {
	n := len(parts)
	return (n < 2 || strings.EqualFold(parts[n-2].Name, s.name)) && (n < 3 || strings.EqualFold(parts[0].Name, s.schema))
}

// column returns the column that a name means: that of the innermost table that has it. It
// is unnamed for what is no column, and unknown if a table whose columns are not known comes
// before it: that may have any.
func (in *scope) column(parts []*ast.Ident) column {
	for ; in != nil && len(parts) > 0; in = in.outer {
		name, known, hasRowid := parts[len(parts)-1].Name, true, false
		for _, s := range in.sources {
			if !s.isCalled(parts) {
				continue
			}
			hasRowid = hasRowid || s.rowid
			for _, c := range s.columns {
				if strings.EqualFold(c.name, name) {
					return c
				}
				known = known && !c.unknown
			}
		}
		if !known || hasRowid && isRowid(name) {
			return column{name: name, kinds: AnyKind, unknown: !known}
		}
	}
	return column{kinds: AnyKind, unnamed: true}
}

// isRowid reports whether a name that no column has is that of a table's rowid:
// https://sqlite.org/lang_createtable.html#rowid.
func isRowid(name string) bool {
	return slices.Contains([]string{"rowid", "oid", "_rowid_"}, strings.ToLower(name))
}
