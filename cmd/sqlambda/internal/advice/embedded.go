package advice

import (
	"slices"
	"strings"

	"github.com/sqlc-dev/meyer/ast"

	"sqlambda/engine"
	"sqlambda/handlers/syntax"
)

// EmbeddedValues finds values in the result of a statement, whose columns have these names,
// that are declared JSON or BOOLEAN and become text or a number, because a JSON function
// takes them as SQL's values: json_object('tags', tags). It finds none if the parser cannot
// follow.
func EmbeddedValues(s *syntax.Statement, names []string, catalog engine.Catalog, declaration func(raw string) *syntax.Declaration) []Finding {
	e := &embedding{statement: s, catalog: catalog, declaration: declaration}
	s.ResultKinds(names, catalog, e)
	return e.found
}

// embedding is the judge that tells columns, and functions of the runtime's own, that are
// declared JSON or BOOLEAN from all other values.
type embedding struct {
	statement   *syntax.Statement
	catalog     engine.Catalog
	declaration func(raw string) *syntax.Declaration
	found       []Finding
}

const (
	jsonColumn syntax.Kinds = 2 << iota
	booleanColumn
)

// Column returns what a column is declared as.
func (*embedding) Column(c engine.Column) syntax.Kinds {
	return map[string]syntax.Kinds{"JSON": jsonColumn, "BOOLEAN": booleanColumn}[strings.ToUpper(c.Type)]
}

// Expr returns what an expression is declared as, and finds the calls in it.
func (e *embedding) Expr(x ast.Expr, at syntax.Place) syntax.Kinds {
	switch x := x.(type) {
	case *ast.Ident, *ast.QualifiedRef:
		return certain(at.Column(x))
	case *ast.ParenExpr:
		return e.Expr(x.X, at)
	case *ast.SubqueryExpr:
		return certain(at.Subquery(x.Select))
	case *ast.BindParam:
		if d := e.declaration(x.Raw); d != nil {
			return e.Column(engine.Column{Type: d.Type.String()})
		}
		return 0
	case *ast.FuncCall:
		e.call(x, at)
		result, _, _ := e.catalog.FunctionType(x.Name.Name)
		return e.Column(engine.Column{Type: result})
	}
	ast.Walk(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncCall, *ast.SubqueryExpr:
			e.Expr(n.(ast.Expr), at)
			return false
		case *ast.SelectStmt:
			return false
		}
		return true
	})
	return 0
}

// certain is what is known of a column, or nothing.
func certain(kinds syntax.Kinds) syntax.Kinds {
	if kinds == syntax.AnyKind {
		return 0
	}
	return kinds
}

// call finds the values that a JSON function embeds.
func (e *embedding) call(call *ast.FuncCall, at syntax.Place) {
	name, text := strings.ToLower(call.Name.Name), e.statement.Text
	for i, x := range call.Args {
		kinds := e.Expr(x, at)
		embeds := false
		switch name {
		case "json_object", "json_group_object":
			embeds = i%2 == 1
		case "json_array", "json_group_array":
			embeds = true
		case "json_insert", "json_replace", "json_set":
			embeds = i > 0 && i%2 == 0
		}
		own := x.End() <= len(text) && strings.HasPrefix(text[call.Pos():], call.Name.Name) // not in the text of a view
		if !embeds || !own || kinds&(jsonColumn|booleanColumn) == 0 {
			continue
		}
		value := text[x.Pos():x.End()]
		found := Finding{e.statement.Offset + x.Pos(), value + " is JSON, and becomes a string in " + name + "()", "json(" + value + ") embeds it"}
		if kinds&jsonColumn == 0 {
			found.Message = value + " is BOOLEAN, and becomes 1 or 0 in " + name + "()"
			found.Hint = "json(iif(" + value + ", 'true', 'false')) embeds true or false"
		}
		if !slices.Contains(e.found, found) {
			e.found = append(e.found, found)
		}
	}
}
