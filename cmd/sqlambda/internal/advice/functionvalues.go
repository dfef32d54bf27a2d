package advice

import (
	"slices"
	"strings"

	"github.com/sqlc-dev/meyer/ast"

	"sqlambda/handlers/syntax"
)

// callValues returns what a function gives: one of SQLite
// (https://sqlite.org/lang_corefunc.html and its neighbours), or one of the runtime's own.
func (j *judge) callValues(call *ast.FuncCall, at syntax.Place) Values {
	args, always := []Values{}, NullValue
	for _, x := range call.Args {
		args = append(args, j.Expr(x, at))
		always &= args[len(args)-1]
	}
	first, any := union(args[:min(1, len(args))]), union(args)
	null := any & NullValue
	when := func(holds bool, v Values) Values { return map[bool]Values{true: v}[holds] }
	name := strings.ToLower(call.Name.Name)
	j.embeds(call, name, args)
	for _, f := range []struct {
		names  string
		values Values
	}{
		{"count random changes total_changes last_insert_rowid row_number rank dense_rank ntile", IntegerValue},
		{"total percent_rank cume_dist", RealValue},
		{"avg julianday", RealValue | NullValue},
		{"sum unixepoch", AnyNumber | NullValue},
		{"group_concat string_agg json_type concat_ws format printf date time datetime strftime timediff", TextValue | NullValue},
		{"json_object json_group_object", ObjectValue},
		{"json_array json_group_array", ArrayValue},
		{"json", AnyJSON | null},
		{"json_quote", AnyJSON},
		{"json_insert json_replace json_set json_array_insert json_patch json_remove", AnyJSON | NullValue},
		{"json_extract", NullValue | when(len(args) > 2, AnyJSON) | when(len(args) <= 2, fromOfJSON)},
		{"json_array_length sign unicode", IntegerValue | NullValue},
		{"json_valid length octet_length instr", IntegerValue | null},
		{"abs", AnyNumber | null},
		{"round", RealValue | null},
		{"lower upper trim ltrim rtrim replace", TextValue | null},
		{"substr substring", TextValue | NullValue | first&BlobValue},
		{"hex quote typeof char concat sqlite_version", TextValue},
		{"randomblob zeroblob unhex", BlobValue | NullValue},
		{"coalesce ifnull", any&^NullValue | always},
		{"iif if", union(syntax.Branches(args)) | when(len(args)%2 == 0, NullValue)},
		{"nullif", first | NullValue},
		{"likely unlikely likelihood print", first},
		{"min max", any | when(len(args) == 1, NullValue)}, // of no row
		{"lag lead first_value last_value nth_value", any | NullValue},
		{"event context", fromOfJSON},
		{"log_debug log_info log_warn log_error", NullValue},
		{"error", NoValue},
	} {
		if slices.Contains(strings.Fields(f.names), name) {
			return f.values
		}
	}
	declared, nullable, ok := j.catalog.FunctionType(name)
	if !ok || declared == "" {
		return AnyValue
	}
	return typeValues(declared) | null | when(nullable, NullValue)
}

// union is what any of the expressions can give that give these.
func union(list []Values) (all Values) {
	for _, v := range list {
		all |= v
	}
	return all
}

// embeds finds the values that a JSON function embeds.
func (j *judge) embeds(call *ast.FuncCall, name string, args []Values) {
	text := j.statement.Text
	for i, x := range call.Args {
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
		if !embeds || !own || !Has(args[i], declaredJSON|declaredBoolean) {
			continue
		}
		value := text[x.Pos():x.End()]
		found := Finding{j.statement.Offset + x.Pos(), value + " is JSON, and becomes a string in " + name + "()", "json(" + value + ") embeds it"}
		if !Has(args[i], declaredJSON) {
			found.Message = value + " is BOOLEAN, and becomes 1 or 0 in " + name + "()"
			found.Hint = "json(iif(" + value + ", 'true', 'false')) embeds true or false"
		}
		if !slices.Contains(j.embedded, found) {
			j.embedded = append(j.embedded, found)
		}
	}
}
