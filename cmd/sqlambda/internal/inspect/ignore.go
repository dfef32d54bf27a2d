package inspect

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"sqlambda/cmd/sqlambda/internal/advice"
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
	for _, c := range advice.Comments(file) {
		fail := func(rule, message, hint string) {
			mistakes = append(mistakes, warning(file, rule, "", c.Offset, message, hint))
		}
		word, rest := divide(c.Text)
		switch names, ok := ignored(rest); {
		case !strings.EqualFold(word, "sqlambda"):
			if hint := meant(word, rest, c); hint != "" {
				fail(misspelledDirective, "this is a comment, and nothing else", hint)
			}
		case strings.HasPrefix(c.Text, "/*"):
			fail(misspelledDirective, "this ignores nothing", "it is a line comment: -- sqlambda: "+strings.TrimSpace(strings.TrimSuffix(rest, "*/")))
		case !ok:
			fail(misspelledDirective, "this ignores nothing", "write -- sqlambda: ignore full-scan")
		default:
			i := &ignore{offset: c.Offset, used: map[string]bool{}}
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
	}
	return ignores, mistakes
}

// divide divides "-- word: rest", and "-- word rest" too.
func divide(comment string) (word, rest string) {
	body := strings.TrimSpace(strings.TrimLeft(comment, "-/*"))
	end := strings.IndexFunc(body, func(r rune) bool { return !unicode.IsLetter(r) && r != '_' })
	if end <= 0 {
		return "", ""
	}
	rest, _ = strings.CutPrefix(strings.TrimSpace(body[end:]), ":")
	return body[:end], strings.TrimSpace(rest)
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
func scope(file *syntax.File, c advice.Comment) (from, to int) {
	line := func(from int) (end int) { // of the line that begins there
		if n := strings.IndexByte(file.Text[from:], '\n'); n >= 0 {
			return from + n + 1
		}
		return len(file.Text)
	}
	from = strings.LastIndexByte(file.Text[:c.Offset], '\n') + 1
	to = line(from)
	if c.OwnLine {
		for _, q := range file.Queries {
			if len(q.Statements) > 0 && (q.Name == "" || q.Offset < from) && c.Offset < q.Statements[0].Offset {
				return min(q.Offset, from), endOf(q)
			}
		}
		for skip := true; skip && to < len(file.Text); {
			from, to = to, line(to)
			text := strings.TrimSpace(file.Text[from:to])
			skip = text == "" || strings.HasPrefix(text, "--") && !isOurs(text)
		}
	}
	end := to
	for _, q := range file.Queries {
		if q.Name != "" && q.Offset >= from && q.Offset < end {
			to = max(to, endOf(q))
		}
		for _, s := range q.Statements {
			if s.Offset >= from && s.Offset < end {
				to = max(to, s.Offset+len(s.Text))
			}
		}
	}
	return from, to
}

// endOf is where a query ends.
func endOf(q *syntax.Query) int {
	if len(q.Statements) == 0 {
		return q.Offset
	}
	return q.Last().Offset + len(q.Last().Text)
}

// isOurs says whether a comment is a name or a declaration.
func isOurs(comment string) bool {
	word, _ := divide(comment)
	return word == "name" || word == "param"
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
