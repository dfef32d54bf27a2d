package syntax

import (
	"strings"

	"github.com/sqlc-dev/meyer/ast"

	"sqlambda/engine"
)

// Kinds is a set of the kinds of value that a column can hold. What the kinds are is for
// a [Judge] to say. This package unites sets, and adds Null to a column of a row that may
// be missing.
type Kinds uint16

// The sets that this package knows.
const (
	Null    Kinds = 1
	AnyKind Kinds = 0xffff // of a column of which nothing is known
)

// Judge says what columns and expressions can hold. The runtime's own is [types]; tools
// want to know more.
type Judge interface {
	// Column returns what a table's column holds.
	Column(c engine.Column) Kinds
	// Expr returns what an expression gives at its place.
	Expr(x ast.Expr, at Place) Kinds
}

// Place is where an expression stands: it tells what names mean there.
type Place struct {
	resolver *resolver
	scope    *scope
}

// Column returns what the column can hold that a name means; AnyKind if there is none, or
// if it is not known which.
func (p Place) Column(x ast.Expr) Kinds { return p.scope.column(nameParts(x)).kinds }

// Subquery returns what the only column of a subquery can hold; AnyKind if that is not known.
func (p Place) Subquery(s *ast.SelectStmt) Kinds {
	columns := p.resolver.selection(s, p.scope)
	if len(columns) != 1 {
		return AnyKind
	}
	return columns[0].kinds
}

// types is the judge of the runtime: it knows values that are to be JSON or booleans in
// a response from all others.
type types struct{ catalog engine.Catalog }

const (
	jsonKind Kinds = Null << (1 + iota)
	booleanKind
	plainKind
)

// typeOf returns the type that all values of the kinds have, NULL aside.
func typeOf(k Kinds) ColumnType {
	switch k &^ Null {
	case jsonKind:
		return JSON
	case booleanKind:
		return Boolean
	}
	return Plain
}

// Column returns what a column holds by its declaration.
func (types) Column(c engine.Column) Kinds { return declared(c.Type) }

// declared is what is declared by a type's name, in any case.
func declared(name string) Kinds {
	switch {
	case strings.EqualFold(name, "JSON"):
		return jsonKind
	case strings.EqualFold(name, "BOOLEAN"):
		return booleanKind
	}
	return plainKind
}

// Expr returns what an expression gives.
func (t types) Expr(expr ast.Expr, at Place) Kinds {
	switch x := expr.(type) {
	case *ast.Literal:
		if x.Kind == ast.LitNull {
			return Null
		}
	case *ast.ParenExpr:
		return t.Expr(x.X, at)
	case *ast.CollateExpr:
		return t.Expr(x.X, at)
	case *ast.BinaryExpr:
		if x.Op == ast.OpPtr {
			return jsonKind
		}
	case *ast.CaseExpr:
		kinds := Null // without ELSE
		for _, when := range x.Whens {
			kinds |= t.Expr(when.Then, at)
		}
		if x.Else != nil {
			kinds |= t.Expr(x.Else, at)
		}
		return kinds
	case *ast.SubqueryExpr:
		return at.Subquery(x.Select)
	case *ast.Ident, *ast.QualifiedRef:
		return at.Column(x)
	case *ast.FuncCall:
		return t.call(x, at)
	}
	return plainKind
}

// call returns what a function gives. json_extract gives an SQL value
// for one path, but an array, always, for several. The result of json_pretty is
// text to read, not JSON to embed, for SQLite too; the functions that begin with
// jsonb return its binary form, a BLOB like any other.
func (t types) call(call *ast.FuncCall, at Place) Kinds {
	args := call.Args
	switch strings.ToLower(call.Name.Name) {
	case "json", "json_array", "json_object", "json_quote",
		"json_insert", "json_replace", "json_set", "json_array_insert", "json_patch", "json_remove",
		"json_group_array", "json_group_object":
		return jsonKind
	case "json_extract":
		if len(args) > 2 {
			return jsonKind
		}
	case "coalesce", "ifnull":
		return t.either(args, at)
	case "iif", "if": // condition, value, condition, value, …, else
		return t.either(Branches(args), at)
	case "nullif", "likely", "unlikely", "likelihood", "print": // the first argument, or NULL
		return t.either(args[:min(1, len(args))], at)
	}
	result, _, _ := t.catalog.FunctionType(call.Name.Name)
	return declared(result)
}

// either is what one of the expressions gives.
func (t types) either(exprs []ast.Expr, at Place) (kinds Kinds) {
	for _, x := range exprs {
		kinds |= t.Expr(x, at)
	}
	return kinds
}

// Branches are those of iif's arguments that it chooses from.
func Branches[T any](args []T) []T {
	var values []T
	for i, x := range args {
		if i%2 == 1 || i > 0 && i == len(args)-1 {
			values = append(values, x)
		}
	}
	return values
}
