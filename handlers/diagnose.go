package handlers

import (
	"slices"
	"strings"

	"sqlambda/engine"
	"sqlambda/handlers/syntax"
	"sqlambda/internal/nearest"
)

// diagnose says where in a file a failure is, and what helps against it.
func (h *Handler) diagnose(file *syntax.File, query string, s *syntax.Statement, f *engine.Failure) syntax.Problem {
	offset, hint := s.Offset, ""
	if f.Offset >= 0 {
		offset += min(f.Offset, len(s.Text))
	} else if f.Name != "" {
		if found, ok := s.Find(nouns[f.Object], f.Name); ok {
			offset = found
		}
	}
	if f.Name != "" {
		hint = h.hint(s, f)
	}
	p := file.Problem(offset, message(f), hint)
	p.Query = query
	return p
}

func message(f *engine.Failure) string {
	if f.Code == "" {
		return f.Message
	}
	return f.Code + ": " + f.Message
}

// nouns are SQLite's words for what can be missing.
var nouns = [...]string{
	engine.TableObject:    "table",
	engine.ColumnObject:   "column",
	engine.FunctionObject: "function",
}

// hint names what there is in the place of what there is not.
func (h *Handler) hint(s *syntax.Statement, f *engine.Failure) string {
	name := f.Name[strings.LastIndexByte(f.Name, '.')+1:]
	switch f.Object {
	case engine.TableObject:
		return suggest(name, h.conn.Tables(), "the tables are ")
	case engine.ColumnObject:
		return suggest(name, h.columnsAtHand(s), "the columns are ")
	case engine.FunctionObject:
		return nearest.Hint(name, h.conn.Functions())
	}
	return ""
}

// mostSuggested is how many names a hint lists where none is near.
const mostSuggested = 20

func suggest(name string, names []string, list string) string {
	if hint := nearest.Hint(name, names); hint != "" {
		return hint
	}
	switch {
	case len(names) == 0 && list == "the tables are ":
		return "there are no tables"
	case len(names) == 0:
		return ""
	case len(names) > mostSuggested:
		names = append(names[:mostSuggested:mostSuggested], "…")
	}
	return list + strings.Join(names, ", ")
}

// columnsAtHand lists the columns of the tables that a statement names.
func (h *Handler) columnsAtHand(s *syntax.Statement) []string {
	var names []string
	for _, table := range h.conn.Tables() {
		if _, ok := s.Find(nouns[engine.TableObject], table); !ok {
			continue
		}
		t, _ := h.conn.Table("", table)
		for _, c := range t.Columns {
			if !c.Hidden && !slices.Contains(names, c.Name) {
				names = append(names, c.Name)
			}
		}
	}
	return names
}
