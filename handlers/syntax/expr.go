package syntax

import (
	"slices"
	"strings"

	"github.com/sqlc-dev/meyer/ast"
)

// expr returns the type of an expression's value.
func (r *resolver) expr(expr ast.Expr, in *scope) ColumnType {
	switch x := expr.(type) {
	case *ast.Literal:
		if x.Kind == ast.LitNull {
			return null
		}
	case *ast.ParenExpr:
		return r.expr(x.X, in)
	case *ast.CollateExpr:
		return r.expr(x.X, in)
	case *ast.BinaryExpr:
		if x.Op == ast.OpPtr {
			return JSON
		}
	case *ast.CaseExpr:
		return r.caseExpr(x, in)
	case *ast.SubqueryExpr:
		if columns := r.selection(x.Select, in); len(columns) == 1 {
			return columns[0].typ
		}
	case *ast.Ident, *ast.QualifiedRef:
		c, _ := in.named(x)
		return c.typ
	case *ast.FuncCall:
		return r.call(x, in)
	}
	return Plain
}

func (r *resolver) caseExpr(x *ast.CaseExpr, in *scope) ColumnType {
	t := null
	for _, when := range x.Whens {
		t = t.and(r.expr(when.Then, in))
	}
	if x.Else != nil {
		t = t.and(r.expr(x.Else, in))
	}
	return t
}

// call returns the type of a function's value. json_extract gives an SQL value
// for one path, but an array, always, for several. The result of json_pretty is
// text to read, not JSON to embed, for SQLite too; the functions that begin with
// jsonb return its binary form, a BLOB like any other.
func (r *resolver) call(call *ast.FuncCall, in *scope) ColumnType {
	args := call.Args
	switch strings.ToLower(call.Name.Name) {
	case "json", "json_array", "json_object", "json_quote",
		"json_insert", "json_replace", "json_set", "json_array_insert", "json_patch", "json_remove",
		"json_group_array", "json_group_object":
		return JSON
	case "json_extract":
		if len(args) > 2 {
			return JSON
		}
		return Plain
	case "coalesce", "ifnull":
		return r.all(args, in)
	case "iif", "if": // condition, value, condition, value, …, else
		return r.all(Branches(args), in)
	case "nullif", "likely", "unlikely", "likelihood", "print": // the first argument, or NULL
		return r.all(args[:min(1, len(args))], in)
	}
	result, _, _ := r.catalog.FunctionType(call.Name.Name)
	return declared(result)
}

// all is the type that all of the expressions have.
func (r *resolver) all(exprs []ast.Expr, in *scope) ColumnType {
	t := null
	for _, x := range exprs {
		t = t.and(r.expr(x, in))
	}
	return t
}

// Branches are the values that iif chooses from.
func Branches(args []ast.Expr) []ast.Expr {
	var values []ast.Expr
	for i, x := range args {
		if i%2 == 1 || i > 0 && i == len(args)-1 {
			values = append(values, x)
		}
	}
	return values
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
