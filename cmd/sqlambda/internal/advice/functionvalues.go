package advice

import (
	"slices"
	"strings"

	"github.com/sqlc-dev/meyer/ast"

	"sqlambda/handlers/syntax"
)

// functionValues is what functions give: those of
// https://sqlite.org/lang_corefunc.html and its neighbours, and those of the runtime's own
// whose values have no one type. Strict
// ones also give NULL for NULL; any other reason to is in their values.
var functionValues = []struct {
	names  string
	values Values
	strict bool
}{
	{"count random changes total_changes last_insert_rowid row_number rank dense_rank ntile", IntegerValue, false},
	{"total percent_rank cume_dist", RealValue, false},
	{"avg julianday", RealValue | NullValue, false},
	{"sum unixepoch", AnyNumber | NullValue, false},
	{"group_concat string_agg json_type concat_ws format printf date time datetime strftime timediff", TextValue | NullValue, false},
	{"json_object json_group_object", ObjectValue, false},
	{"json_array json_group_array", ArrayValue, false},
	{"json", AnyJSON, true},
	{"json_quote", AnyJSON, false},
	{"json_insert json_replace json_set json_array_insert json_patch json_remove", AnyJSON | NullValue, false},
	{"json_array_length sign unicode", IntegerValue | NullValue, false},
	{"json_valid length octet_length instr", IntegerValue, true},
	{"abs", AnyNumber, true},
	{"round", RealValue, true},
	{"lower upper trim ltrim rtrim replace", TextValue, true},
	{"hex quote typeof char concat sqlite_version", TextValue, false},
	{"randomblob zeroblob unhex", BlobValue | NullValue, false},
	{"event context", fromOfJSON, false},
	{"log_debug log_info log_warn log_error", NullValue, false},
	{"error", NoValue, false},
}

// callValues returns what a function gives.
func (j judge) callValues(call *ast.FuncCall, at syntax.Place) Values {
	name := strings.ToLower(call.Name.Name)
	args := call.Args
	switch {
	case name == "coalesce" || name == "ifnull":
		return j.firstNotNull(args, at)
	case name == "iif" || name == "if":
		v := j.union(syntax.Branches(args), at)
		if len(args)%2 == 0 {
			v |= NullValue
		}
		return v
	case len(args) == 0:
	case name == "nullif":
		return j.Expr(args[0], at) | NullValue
	case name == "likely" || name == "unlikely" || name == "likelihood" || name == "print":
		return j.Expr(args[0], at)
	case name == "min" || name == "max" || name == "lag" || name == "lead" || name == "first_value" || name == "last_value" || name == "nth_value":
		v := j.union(args, at)
		if len(args) == 1 || name[0] == 'l' || name[0] == 'f' || name[0] == 'n' {
			v |= NullValue // no row
		}
		return v
	case name == "substr" || name == "substring":
		return TextValue | BlobValue&j.Expr(args[0], at) | NullValue
	case name == "json_extract" && len(args) > 2:
		return AnyJSON | NullValue
	case name == "json_extract":
		return fromOfJSON
	}
	for _, f := range functionValues {
		if slices.Contains(strings.Fields(f.names), name) {
			if f.strict {
				return f.values | j.union(args, at)&NullValue
			}
			return f.values
		}
	}
	if declared, nullable, ok := j.catalog.FunctionType(name); ok && declared != "" {
		if nullable {
			return typeValues(declared) | NullValue
		}
		return typeValues(declared) | j.union(args, at)&NullValue
	}
	return AnyValue
}

// union is what any of the expressions can give.
func (j judge) union(exprs []ast.Expr, at syntax.Place) (v Values) {
	for _, x := range exprs {
		v |= j.Expr(x, at)
	}
	return v
}

// firstNotNull is what coalesce gives: NULL only if all of its arguments can be NULL.
func (j judge) firstNotNull(args []ast.Expr, at syntax.Place) (v Values) {
	missing := NullValue
	for _, x := range args {
		of := j.Expr(x, at)
		v |= of
		missing &= of
	}
	return v&^NullValue | missing
}
