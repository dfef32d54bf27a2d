package handlers

import (
	"cmp"
	"slices"
	"strings"

	"sqlambda/engine"
	"sqlambda/event"
	"sqlambda/handlers/syntax"
	"sqlambda/internal/nearest"
)

// diagnose says where in a file a failure is, and what could help.
func (h *Handler) diagnose(file *syntax.File, query string, s *syntax.Statement, f *engine.Failure) syntax.Problem {
	offset, hint := s.Offset, ""
	if f.Offset >= 0 {
		offset += min(f.Offset, len(s.Text))
	} else if f.Name != "" {
		if found, ok := s.Find(f.Object, f.Name); ok {
			offset = found
		}
	}
	if f.Name != "" && f.Code == "SQLITE_ERROR" && f.Raised == "" { // not a text that SQL raised
		hint = h.hint(s, f, offset)
	}
	p := file.Problem(offset, f.Error(), hint)
	p.Query = query
	return p
}

// hint names what could be meant by a missing name at an offset of the file.
func (h *Handler) hint(s *syntax.Statement, f *engine.Failure, offset int) string {
	name := f.Name[strings.LastIndexByte(f.Name, '.')+1:]
	switch f.Object {
	case engine.TableObject:
		if strings.EqualFold(name, event.Module) || strings.EqualFold(name, event.Module+"s") {
			return "an event table is declared: CREATE VIRTUAL TABLE records USING event('Records', id TEXT)"
		}
		tables := h.Conn.Tables()
		if hint := nearest.Hint(name, tables); hint != "" {
			return hint
		}
		tables = slices.DeleteFunc(slices.Clone(tables), readyMade)
		return cmp.Or(list("the tables are ", tables), "there are no tables but the ready-made ones")
	case engine.ColumnObject:
		columns := h.columnsAtHand(s, f, offset)
		return cmp.Or(nearest.Hint(name, columns), list("the columns are ", columns))
	case engine.FunctionObject:
		if !strings.HasPrefix(f.Message, "no such ") {
			return h.misused(name, f)
		}
		for _, function := range elsewhere {
			if strings.EqualFold(function[0], name) {
				return "write " + function[1]
			}
		}
		return nearest.Hint(name, h.Conn.Functions())
	}
	return ""
}

// elsewhere are functions of other databases, and what to write in SQLite.
var elsewhere = [...][2]string{
	{"now", "datetime('now'), or unixepoch()"}, {"getdate", "datetime('now')"}, {"sysdate", "datetime('now')"}, {"curdate", "date('now')"},
	{"to_char", "strftime(format, time)"}, {"date_format", "strftime(format, time)"}, {"date_trunc", "strftime(format, time)"},
	{"gen_random_uuid", "uuid()"}, {"uuid_generate_v4", "uuid()"}, {"newid", "uuid()"},
	{"json_agg", "json_group_array(x)"}, {"jsonb_agg", "json_group_array(x)"}, {"array_agg", "json_group_array(x)"},
	{"json_object_agg", "json_group_object(name, x)"}, {"json_build_object", "json_object(name, x)"}, {"jsonb_build_object", "json_object(name, x)"},
	{"json_build_array", "json_array(x)"}, {"json_value", "json_extract(x, path), or x ->> path"},
	{"len", "length(x)"}, {"char_length", "length(x)"}, {"nvl", "ifnull(x, y)"}, {"isnull", "ifnull(x, y)"}, {"greatest", "max(x, y)"}, {"least", "min(x, y)"},
	{"left", "substr(x, 1, n)"}, {"right", "substr(x, -n)"}, {"rand", "random()"}, {"md5", "sha256(x)"}, {"to_json", "json_quote(x)"},
}

// mostSuggested is how many names a hint lists if none is near.
const mostSuggested = 20

// list lists names; it is empty if there are none.
func list(intro string, names []string) string {
	switch {
	case len(names) == 0:
		return ""
	case len(names) > mostSuggested:
		names = append(names[:mostSuggested:mostSuggested], "…")
	}
	return intro + strings.Join(names, ", ")
}

// readyMade reports whether a table exists without a declaration.
func readyMade(table string) bool {
	_, ok := event.ReadyMade(table)
	return ok || table == "generate_series"
}

// columnsAtHand lists the columns that could be meant by a missing one: those of
// the table that the failure is about, or of all tables that the statement names.
func (h *Handler) columnsAtHand(s *syntax.Statement, f *engine.Failure, offset int) []string {
	tables := slices.DeleteFunc(slices.Clone(h.Conn.Tables()), func(table string) bool {
		_, named := s.Find(engine.TableObject, table)
		return !named || strings.EqualFold(table, s.HidesTarget(offset))
	})
	if about, _, ok := strings.Cut(f.Message, " has no column named "); ok {
		tables = []string{strings.TrimPrefix(about, "table ")}
	}
	var names []string
	for _, table := range tables {
		t, _ := h.Conn.Table("", table)
		for _, c := range t.Columns {
			if !c.Hidden && !slices.Contains(names, c.Name) {
				names = append(names, c.Name)
			}
		}
	}
	return names
}
