package syntax

import (
	"strings"

	"github.com/sqlc-dev/meyer/ast"

	"sqlambda/event"
)

// Values is a set of the kinds of value that a result column can hold, as far as its
// text and what tables declare tell. A table's column is taken to hold what it is
// declared as.
type Values uint8

// The kinds of value. Of text that is JSON (ColumnType) it is known what it holds.
const (
	NullValue Values = 1 << iota
	IntegerValue
	RealValue
	TextValue
	BlobValue
	ObjectValue // text that holds a JSON object
	ArrayValue  // text that holds a JSON array
	ScalarValue // text that holds any other JSON

	NoValue    Values = 0 // the expression gives none: it fails
	AnyValue          = NullValue | IntegerValue | RealValue | TextValue | BlobValue
	AnyNumber         = IntegerValue | RealValue
	AnyJSON           = ObjectValue | ArrayValue | ScalarValue
	fromOfJSON        = NullValue | IntegerValue | RealValue | TextValue // what a JSON value is in SQL
)

// Has reports whether some of the kinds are in the set.
func (v Values) Has(kinds Values) bool { return v&kinds != 0 }

// ResultValues returns for each of the statement's result columns, whose names are the
// engine's, what it can hold. Parameter tells it of a parameter as it is written; what
// the parser cannot follow can hold anything.
func (s *Statement) ResultValues(names []string, catalog Catalog, parameter func(raw string) Values) []Values {
	values := make([]Values, len(names))
	r := &resolver{catalog: catalog, parameter: parameter}
	columns := fill(r.statement(s.parse()), len(names))
	known := r.steps <= maxSteps && len(columns) == len(names)
	for i := range values {
		if values[i] = AnyValue | AnyJSON; known && !columns[i].unknown {
			values[i] = columns[i].values
		}
	}
	return values
}

// Values is what a parameter that is declared so can be: what the field is converted to.
func (d Declaration) Values() Values {
	v := [...]Values{
		event.TextType: TextValue, event.IntegerType: IntegerValue, event.RealType: RealValue, event.BooleanType: IntegerValue,
		event.JSONType: TextValue | AnyJSON, event.BlobType: BlobValue,
	}[d.Type]
	if !d.NotNull { // a default stands in for what is missing, not for null
		v |= NullValue
	}
	return v
}

// declaredValues is what a column that is declared so holds:
// https://sqlite.org/datatype3.html#determination_of_column_affinity.
func declaredValues(c Column) Values {
	v := typeValues(c.Type)
	if !c.NotNull {
		v |= NullValue
	}
	return v
}

func typeValues(name string) Values {
	name = strings.ToUpper(name)
	holds := func(parts ...string) bool {
		for _, part := range parts {
			if strings.Contains(name, part) {
				return true
			}
		}
		return false
	}
	switch {
	case name == "JSON": // of the affinity NUMERIC: a text that is a number becomes one
		return AnyJSON | AnyNumber
	case name == "":
		return IntegerValue | RealValue | TextValue | BlobValue
	case name == "BOOLEAN", holds("INT"):
		return IntegerValue
	case holds("CHAR", "CLOB", "TEXT"):
		return TextValue
	case holds("BLOB"):
		return BlobValue
	case holds("REAL", "FLOA", "DOUB"):
		return RealValue
	}
	return AnyNumber | TextValue // NUMERIC, and DATE and its like
}

// nullable adds NULL to what the columns of tables can hold.
func nullable(sources []source) {
	for _, s := range sources {
		for i := range s.columns {
			s.columns[i].values |= NullValue
		}
	}
}

// valuesOf returns what an expression can give. It is asked for by tools alone.
func (r *resolver) valuesOf(expr ast.Expr, in *scope) Values {
	if r.parameter == nil {
		return NoValue
	}
	switch x := expr.(type) {
	case *ast.Literal:
		return literalValues(x)
	case *ast.BindParam:
		return r.parameter(x.Raw)
	case *ast.ParenExpr:
		return r.valuesOf(x.X, in)
	case *ast.CollateExpr:
		return r.valuesOf(x.X, in)
	case *ast.CastExpr:
		return plain(typeValues(x.Type.Name)) | r.valuesOf(x.X, in)&NullValue
	case *ast.UnaryExpr:
		return r.unary(x, in)
	case *ast.BinaryExpr:
		return r.binary(x, in)
	case *ast.IsExpr, *ast.NullCheckExpr, *ast.ExistsExpr:
		return IntegerValue
	case *ast.LikeExpr, *ast.InExpr, *ast.BetweenExpr:
		return IntegerValue | NullValue
	case *ast.CaseExpr:
		return r.caseValues(x, in)
	case *ast.SubqueryExpr:
		return r.subquery(x, in)
	case *ast.Ident:
		if c, ok := in.find("", "", x.Name); !ok && x.Quote == ast.QuoteNone && isTruth(x.Name) {
			return IntegerValue
		} else if ok {
			return c.values
		}
	case *ast.QualifiedRef:
		schema, last := "", len(x.Parts)-1
		if last == 2 {
			schema = x.Parts[0].Name
		}
		return in.values(schema, x.Parts[last-1].Name, x.Parts[last].Name)
	case *ast.FuncCall:
		return r.callValues(x, in)
	}
	return AnyValue
}

// plain is what SQL sees of values of which JSON may be one: text.
func plain(v Values) Values {
	if v.Has(AnyJSON) {
		v = v&^AnyJSON | TextValue
	}
	return v
}

func literalValues(x *ast.Literal) Values {
	switch x.Kind {
	case ast.LitNull:
		return NullValue
	case ast.LitInteger:
		return IntegerValue
	case ast.LitFloat:
		return RealValue
	case ast.LitBlob:
		return BlobValue
	}
	return TextValue
}

func (r *resolver) unary(x *ast.UnaryExpr, in *scope) Values {
	v := r.valuesOf(x.X, in)
	switch {
	case x.Op == ast.OpPlus:
		return v
	case x.Op == ast.OpMinus && v&^NullValue == IntegerValue || x.Op == ast.OpNot || x.Op == ast.OpBitNot:
		return IntegerValue | v&NullValue
	}
	return AnyNumber | v&NullValue
}

func (r *resolver) binary(x *ast.BinaryExpr, in *scope) Values {
	a, b := r.valuesOf(x.X, in), r.valuesOf(x.Y, in)
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

func (r *resolver) caseValues(x *ast.CaseExpr, in *scope) (v Values) {
	for _, when := range x.Whens {
		v |= r.valuesOf(when.Then, in)
	}
	if x.Else == nil {
		return v | NullValue
	}
	return v | r.valuesOf(x.Else, in)
}

// subquery returns the value of a scalar subquery, which is NULL where it has no row.
func (r *resolver) subquery(x *ast.SubqueryExpr, in *scope) Values {
	columns := r.selection(x.Select, in)
	if len(columns) != 1 || columns[0].unknown {
		return AnyValue
	}
	if exactlyOneRow(x.Select) {
		return columns[0].values
	}
	return columns[0].values | NullValue
}

// values is what the column of that name can hold.
func (in *scope) values(schema, table, name string) Values {
	if c, ok := in.find(schema, table, name); ok {
		return c.values
	}
	return AnyValue
}

// isTruth says whether a name is that of a constant, where there is no such column:
// https://sqlite.org/lang_expr.html#boolean_expressions.
func isTruth(name string) bool {
	return strings.EqualFold(name, "TRUE") || strings.EqualFold(name, "FALSE")
}
