package inspect

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"sqlambda/handlers/syntax"
	"sqlambda/internal/nearest"
)

// ignore is a comment that silences warnings:
//
//	-- sqlambda: ignore full-scan, select-star (the table has three rows)
//
// Beside code it is for its line. On a line of its own it is for the line below it or,
// between a query's name and its first statement, for the query. If a statement, or a
// query's name, begins on that line, it is for the whole of it.
type ignore struct {
	offset   int
	rules    []string
	from, to int // the offsets that it is for
	used     map[string]bool
}

// comments reads the directives of a file, and reports those that are mistaken.
func comments(file *syntax.File) (ignores []*ignore, mistakes []syntax.Problem) {
	for _, c := range commentsOf(file) {
		fail := func(rule, message, hint string) {
			mistakes = append(mistakes, warning(file, rule, "", c.offset, message, hint))
		}
		names, ok := ignored(c.rest)
		hint := "write -- sqlambda: ignore full-scan"
		switch {
		case !strings.EqualFold(c.word, "sqlambda"):
			if hint := c.meant(); hint != "" {
				fail(misspelledDirective, "this is a comment, and nothing else", hint)
			}
			continue
		case c.block:
			hint = "it is a line comment: -- sqlambda: " + c.rest
			fallthrough
		case !ok:
			if c.colon || c.rest != "" {
				fail(misspelledDirective, "this ignores nothing", hint)
			}
			continue
		}
		i := &ignore{offset: c.offset, used: map[string]bool{}}
		i.from, i.to = scope(file, c)
		for _, name := range names {
			if slices.Contains(RuleNames(), name) {
				i.rules = append(i.rules, name)
				continue
			}
			fail(unknownWarning, "there is no warning "+name, cmp.Or(nearest.Hint(name, RuleNames()), "one of "+strings.Join(RuleNames(), ", ")))
		}
		ignores = append(ignores, i)
	}
	return ignores, mistakes
}

// ignored returns the names after "ignore". A text in parentheses may say why.
func ignored(text string) ([]string, bool) {
	text, _, _ = strings.Cut(text, "(")
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	if len(words) < 2 || words[0] != "ignore" {
		return nil, false
	}
	return words[1:], true
}

// scope returns the offsets that a comment is for.
func scope(file *syntax.File, c comment) (from, to int) {
	next := func(line int) int { // the line after the one that begins there
		return line + len(strings.SplitAfterN(file.Text[line:], "\n", 2)[0])
	}
	from = strings.LastIndexByte(file.Text[:c.offset], '\n') + 1
	to = next(from)
	if c.ownLine {
		for _, q := range file.Queries {
			if len(q.Statements) > 0 && (q.Name == "" || q.Offset < from) && c.offset < q.Statements[0].Offset {
				return min(q.Offset, from), endOf(q)
			}
		}
		for skip := true; skip && to < len(file.Text); {
			from, to = to, next(to)
			text := strings.TrimSpace(file.Text[from:to])
			skip = text == "" || strings.HasPrefix(text, "--") && !readComment(text).isOurs()
		}
	}
	end := to
	whole := func(begin, last int) {
		if begin >= from && begin < end {
			to = max(to, last)
		}
	}
	for _, q := range file.Queries {
		if q.Name != "" {
			whole(q.Offset, endOf(q))
		}
		for _, s := range q.Statements {
			whole(s.Offset, s.Offset+len(s.Text))
		}
	}
	return from, to
}

// endOf is where a query ends.
func endOf(q *syntax.Query) int {
	if last := q.Last(); last != nil {
		return last.Offset + len(last.Text)
	}
	return q.Offset
}

// apply returns the problems of a file that no comment ignores, and one for each comment
// that ignores nothing. With errors in the folder, a warning may only be hidden by them.
func apply(file *syntax.File, found []syntax.Problem, errors bool) []syntax.Problem {
	ignores, mistakes := comments(file)
	found = slices.DeleteFunc(append(found, mistakes...), func(p syntax.Problem) bool {
		silenced := false
		for _, i := range ignores {
			if slices.Contains(i.rules, p.Code) && p.Offset >= i.from && p.Offset < i.to {
				silenced, i.used[p.Code] = true, true
			}
		}
		return silenced
	})
	for _, i := range ignores {
		for _, rule := range i.rules {
			if !i.used[rule] && !errors {
				found = append(found, warning(file, unusedIgnore, "", i.offset, "there is no warning "+rule+" here to ignore",
					"remove it, or put it on the line of the warning or above it"))
			}
		}
	}
	return found
}
