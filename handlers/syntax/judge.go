package syntax

import (
	"github.com/sqlc-dev/meyer/ast"

	"sqlambda/engine"
)

// Kinds is a set of the kinds of value that a column can hold. What the kinds are is for
// a [Judge] to say. This package unites sets, and adds Null to a column of a row that may
// be missing.
type Kinds uint8

// The sets that this package knows.
const (
	Null    Kinds = 1
	AnyKind Kinds = 0xff // of a column of which nothing is known
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

// ResultKinds returns for each of the statement's result columns, whose names are the
// engine's, what it can hold by the judge.
func (s *Statement) ResultKinds(names []string, catalog engine.Catalog, judge Judge) []Kinds {
	var kinds []Kinds
	for _, c := range resolve(s, len(names), catalog, judge) {
		kinds = append(kinds, c.kinds)
	}
	return kinds
}
