package advice

import (
	"sqlambda/handlers/syntax"
	"strings"

	"github.com/sqlc-dev/meyer/ast"
)

// functionValues is what a function gives: those of
// https://sqlite.org/lang_corefunc.html and its neighbours, and the runtime's own. One
// that is strict gives NULL for NULL too; any other reason to is in its values.
func functionValues(name string) (v Values, strict, known bool) {
	switch name {
	case "count", "random", "changes", "total_changes", "last_insert_rowid", "row_number", "rank",
		"dense_rank", "ntile":
		return IntegerValue, false, true
	case "total", "percent_rank", "cume_dist":
		return RealValue, false, true
	case "avg", "julianday":
		return RealValue | NullValue, false, true
	case "sum", "unixepoch":
		return AnyNumber | NullValue, false, true
	case "group_concat", "string_agg", "json_type", "concat_ws", "format", "printf", "date", "time",
		"datetime", "strftime", "timediff", "env":
		return TextValue | NullValue, false, true
	case "json_object", "json_group_object":
		return ObjectValue, false, true
	case "json_array", "json_group_array":
		return ArrayValue, false, true
	case "json":
		return AnyJSON, true, true
	case "json_quote":
		return AnyJSON, false, true
	case "json_insert", "json_replace", "json_set", "json_array_insert", "json_patch",
		"json_remove":
		return AnyJSON | NullValue, false, true
	case "json_array_length", "sign", "unicode":
		return IntegerValue | NullValue, false, true
	case "json_valid", "length", "octet_length", "instr", "bool", "regexp":
		return IntegerValue, true, true
	case "abs":
		return AnyNumber, true, true
	case "round":
		return RealValue, true, true
	case "lower", "upper", "trim", "ltrim", "rtrim", "replace", "base64", "url_encode",
		"url_decode":
		return TextValue, true, true
	case "hex", "quote", "typeof", "char", "concat", "sqlite_version", "uuid", "uuidv7":
		return TextValue, false, true
	case "randomblob", "zeroblob", "unhex", "from_base64", "gunzip":
		return BlobValue | NullValue, false, true
	case "sha256", "hmac_sha256":
		return BlobValue, true, true
	case "event", "context":
		return fromOfJSON, false, true
	case "log_debug", "log_info", "log_warn", "log_error":
		return NullValue, false, true
	case "error":
		return NoValue, false, true
	}
	return AnyValue, false, false
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
	v, strict, known := functionValues(name)
	switch {
	case !known:
		return AnyValue
	case strict:
		return v | j.union(args, at)&NullValue
	}
	return v
}

// union is what any of the expressions can give.
func (j judge) union(exprs []ast.Expr, at syntax.Place) (v Values) {
	for _, x := range exprs {
		v |= j.Expr(x, at)
	}
	return v
}

// firstNotNull is what coalesce gives: NULL only where all of its arguments can be.
func (j judge) firstNotNull(args []ast.Expr, at syntax.Place) (v Values) {
	missing := NullValue
	for _, x := range args {
		of := j.Expr(x, at)
		v |= of
		missing &= of
	}
	return v&^NullValue | missing
}
