// Package advice reads more from a handler's text than the runtime needs: what result
// columns can hold, which comparisons an index could serve, which stars take all columns of a
// table, which JSON is put together as text or loses its type, and the comments of a file.
//
// What the parser cannot follow is left out.
package advice

import (
	"cmp"
	"strings"

	"github.com/sqlc-dev/meyer/ast"

	"sqlambda/engine"
	"sqlambda/event"
	"sqlambda/handlers/syntax"
)

// Values is a set of the kinds of value that a result column can hold, as far as the text
// and the declarations of tables tell. A table's column is taken to hold what it is
// declared as.
type Values = syntax.Kinds

// The kinds of value. Of text that is JSON (ColumnType) it is known what it holds.
const (
	NullValue Values = syntax.Null << iota
	IntegerValue
	RealValue
	TextValue
	BlobValue
	ObjectValue // text that holds a JSON object
	ArrayValue  // text that holds a JSON array
	ScalarValue // text that holds any other JSON

	// What is said of a value beside: it is one of a column, a parameter or a function that
	// is declared so.
	declaredJSON
	declaredBoolean

	NoValue    Values = 0 // the expression gives none: it fails
	AnyValue          = NullValue | IntegerValue | RealValue | TextValue | BlobValue
	AnyNumber         = IntegerValue | RealValue
	AnyJSON           = ObjectValue | ArrayValue | ScalarValue
	fromOfJSON        = NullValue | IntegerValue | RealValue | TextValue // what a JSON value is in SQL
)

// ResultValues returns for each of the statement's result columns, whose names are the
// engine's, what it can hold. Parameter tells that of a parameter as it is written. What
// the parser cannot follow can hold anything.
//
// Embedded are the values that are declared JSON or BOOLEAN and become text or a number,
// because a JSON function takes them as SQL's values: json_object('tags', tags).
func ResultValues(s *syntax.Statement, names []string, catalog engine.Catalog, parameter func(raw string) Values) (values []Values, embedded []Finding) {
	j := &judge{statement: s, parameter: parameter, catalog: catalog}
	values = s.ResultKinds(names, catalog, j)
	return values, j.embedded
}

// Has reports whether some of the kinds are in the set.
func Has(v, kinds Values) bool { return v&kinds != 0 }

// judge says what columns and expressions hold.
type judge struct {
	statement *syntax.Statement
	parameter func(raw string) Values
	catalog   engine.Catalog
	embedded  []Finding
}

// OfDeclaration is what a declared parameter can be: what the field is converted to.
func OfDeclaration(d syntax.Declaration) Values {
	v := [...]Values{
		event.TextType: TextValue, event.IntegerType: IntegerValue, event.RealType: RealValue, event.BooleanType: IntegerValue | declaredBoolean,
		event.JSONType: TextValue | AnyJSON | declaredJSON, event.BlobType: BlobValue,
	}[d.Type]
	if !d.NotNull { // a default stands in for what is missing, not for null
		v |= NullValue
	}
	return v
}

// Column is what a column that is declared so holds:
// https://sqlite.org/datatype3.html#determination_of_column_affinity.
func (*judge) Column(c engine.Column) Values {
	v := typeValues(c.Type)
	if !c.NotNull {
		v |= NullValue
	}
	return v
}

func typeValues(name string) Values {
	switch name = strings.ToUpper(name); name {
	case "JSON": // of the affinity NUMERIC: a text that is a number becomes one
		return AnyJSON | AnyNumber | declaredJSON
	case "BOOLEAN":
		return IntegerValue | declaredBoolean
	case "":
		return IntegerValue | RealValue | TextValue | BlobValue
	}
	for _, t := range [...]struct {
		part   string
		values Values
	}{
		{"INT", IntegerValue}, {"CHAR", TextValue}, {"CLOB", TextValue}, {"TEXT", TextValue}, {"BLOB", BlobValue},
		{"REAL", RealValue}, {"FLOA", RealValue}, {"DOUB", RealValue}, {"", AnyNumber | TextValue}, // DATE and its like
	} {
		if strings.Contains(name, t.part) {
			return t.values
		}
	}
	return AnyValue
}

// literalValues are what literals are that are not text.
var literalValues = map[ast.LiteralKind]Values{
	ast.LitNull: NullValue, ast.LitInteger: IntegerValue, ast.LitFloat: RealValue, ast.LitBlob: BlobValue,
}

// Expr returns what an expression can give.
func (j *judge) Expr(expr ast.Expr, at syntax.Place) Values {
	switch x := expr.(type) {
	case *ast.Literal:
		return cmp.Or(literalValues[x.Kind], TextValue)
	case *ast.BindParam:
		return j.parameter(x.Raw)
	case *ast.ParenExpr:
		return j.Expr(x.X, at)
	case *ast.CollateExpr:
		return j.Expr(x.X, at)
	case *ast.CastExpr:
		v := typeValues(x.Type.Name) &^ (declaredJSON | declaredBoolean)
		if Has(v, AnyJSON) { // it is text to SQL
			v = v&^AnyJSON | TextValue
		}
		return v | j.Expr(x.X, at)&NullValue
	case *ast.UnaryExpr:
		return j.unary(x, at)
	case *ast.BinaryExpr:
		return j.binary(x, at)
	case *ast.IsExpr, *ast.NullCheckExpr, *ast.ExistsExpr:
		return IntegerValue
	case *ast.LikeExpr, *ast.InExpr, *ast.BetweenExpr:
		return IntegerValue | NullValue
	case *ast.CaseExpr:
		v := NullValue
		if x.Else != nil {
			v = j.Expr(x.Else, at)
		}
		for _, when := range x.Whens {
			v |= j.Expr(when.Then, at)
		}
		return v
	case *ast.SubqueryExpr:
		if v := at.Subquery(x.Select); v != syntax.AnyKind && !exactlyOneRow(x.Select) {
			return v | NullValue // of no row
		} else if v != syntax.AnyKind {
			return v
		}
	case *ast.Ident, *ast.QualifiedRef:
		if v := at.Column(x); v != syntax.AnyKind {
			return v
		}
		// https://sqlite.org/lang_expr.html#boolean_expressions
		if name, ok := x.(*ast.Ident); ok && name.Quote == ast.QuoteNone && (strings.EqualFold(name.Name, "TRUE") || strings.EqualFold(name.Name, "FALSE")) {
			return IntegerValue
		}
	case *ast.FuncCall:
		return j.callValues(x, at)
	}
	return AnyValue
}

func (j *judge) unary(x *ast.UnaryExpr, at syntax.Place) Values {
	v := j.Expr(x.X, at)
	switch {
	case x.Op == ast.OpPlus:
		return v
	case x.Op == ast.OpMinus && v&^(NullValue|declaredBoolean) == IntegerValue || x.Op == ast.OpNot || x.Op == ast.OpBitNot:
		return IntegerValue | v&NullValue
	}
	return AnyNumber | v&NullValue
}

func (j *judge) binary(x *ast.BinaryExpr, at syntax.Place) Values {
	a, b := j.Expr(x.X, at), j.Expr(x.Y, at)
	missing := (a | b) & NullValue
	switch x.Op {
	case ast.OpPtr:
		return AnyJSON | NullValue
	case ast.OpPtr2:
		return fromOfJSON
	case ast.OpConcat:
		return TextValue | missing
	case ast.OpAdd, ast.OpSub, ast.OpMul:
		if (a|b)&^NullValue == RealValue {
			return RealValue | missing | NullValue // infinity less infinity
		}
		return AnyNumber | missing
	case ast.OpDiv, ast.OpMod:
		return AnyNumber | NullValue
	}
	return IntegerValue | missing
}

// ExactlyOneRow says whether the statement's text shows that it yields a row whatever
// the data, and no second one.
func ExactlyOneRow(s *syntax.Statement) bool {
	switch n := s.Tree().(type) {
	case *ast.SelectStmt:
		return exactlyOneRow(n)
	case *ast.InsertStmt:
		if n.OrConflict != ast.ConflictDefault || len(n.Upserts) > 0 {
			return false // it may leave the row out
		}
		return n.DefaultValues || n.Select != nil && exactlyOneRow(n.Select)
	}
	return false
}

func exactlyOneRow(s *ast.SelectStmt) bool {
	if len(s.Cores) > 1 {
		return false
	}
	if values, ok := s.Cores[0].(*ast.ValuesClause); ok {
		return len(values.Rows) == 1
	}
	q, ok := s.Cores[0].(*ast.SelectQuery)
	if !ok || q.Having != nil || len(q.GroupBy) > 0 || q.Limit != nil && (!syntax.LimitsToOne(q.Limit) || q.Limit.Offset != nil) {
		return false
	}
	return syntax.Aggregates(q) || len(q.From) == 0 && q.Where == nil
}
