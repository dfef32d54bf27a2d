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
// between a query's name and its first statement, for the query. What is for the first
// line of a statement, or of a query's name, is for the whole of it.
type ignore struct {
	offset int
	rules  []string
	line   int           // that it is for
	query  *syntax.Query // that it is for, or nil
	used   map[string]bool
}

// comments reads the directives of a file, and reports those that are mistaken.
func comments(file *syntax.File) (ignores []*ignore, mistakes []finding) {
	fail := func(rule string, c advice.Comment, message, hint string) {
		mistakes = append(mistakes, newFinding(file, rule, nil, nil, c.Offset, message, hint))
	}
	for _, c := range advice.Comments(file) {
		word, rest, found := divide(c.Text)
		switch {
		case !found:
		case strings.EqualFold(word, "sqlambda") && strings.HasPrefix(c.Text, "/*"):
			fail(misspelledDirective, c, "this ignores nothing", "it is a line comment: -- sqlambda: "+strings.TrimSpace(strings.TrimSuffix(rest, "*/")))
		case strings.EqualFold(word, "sqlambda"):
			names, ok := ignored(rest)
			if !ok {
				fail(misspelledDirective, c, "this ignores nothing", "write -- sqlambda: ignore full-scan")
				continue
			}
			i := &ignore{offset: c.Offset, used: map[string]bool{}}
			i.line, i.query = target(file, c)
			for _, name := range names {
				if slices.Contains(RuleNames(), name) {
					i.rules = append(i.rules, name)
					continue
				}
				fail(unknownWarning, c, "there is no warning "+name, suggestion(name, RuleNames()))
			}
			ignores = append(ignores, i)
		default:
			if hint := meant(word, rest, c); hint != "" {
				fail(misspelledDirective, c, "this is a comment, and nothing else", hint)
			}
		}
	}
	return ignores, mistakes
}

// divide divides "-- word: rest", and "-- word rest" too.
func divide(comment string) (word, rest string, found bool) {
	body := strings.TrimSpace(strings.TrimLeft(comment, "-/*"))
	end := strings.IndexFunc(body, func(r rune) bool { return !unicode.IsLetter(r) && r != '_' })
	if end <= 0 {
		return "", "", false
	}
	word, rest = body[:end], strings.TrimSpace(body[end:])
	after, _ := strings.CutPrefix(rest, ":")
	return word, strings.TrimSpace(after), true
}

// ignored returns the names after "ignore". What stands in parentheses says why.
func ignored(text string) ([]string, bool) {
	text, _, _ = strings.Cut(text, "(")
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	if len(words) < 2 || words[0] != "ignore" {
		return nil, false
	}
	return words[1:], true
}

func suggestion(name string, names []string) string {
	return cmp.Or(nearest.Hint(name, names), "one of "+strings.Join(names, ", "))
}

// target returns what a comment is for: a line, or a query.
func target(file *syntax.File, c advice.Comment) (line int, query *syntax.Query) {
	line = file.Position(c.Offset).Line
	if !c.OwnLine {
		return line, nil
	}
	for _, q := range file.Queries {
		if begin := nameLine(file, q); len(q.Statements) > 0 && begin < line && c.Offset < q.Statements[0].Offset {
			return 0, q
		}
	}
	for line++; ; line++ {
		text := strings.TrimSpace(file.Line(line))
		directive := strings.HasPrefix(text, "--") && isOurs(text)
		if text != "" && (directive || !strings.HasPrefix(text, "--")) || line > strings.Count(file.Text, "\n")+1 {
			return line, nil
		}
	}
}

// isOurs says whether a comment is a name or a declaration.
func isOurs(comment string) bool {
	word, _, _ := divide(comment)
	return word == "name" || word == "param"
}

// nameLine is the line of a query's name; a script begins before the first.
func nameLine(file *syntax.File, q *syntax.Query) int {
	if q.Name == "" {
		return 0
	}
	return file.Position(q.Offset).Line
}

// silences says whether the comment is for a finding.
func (i *ignore) silences(file *syntax.File, f finding) bool {
	if !slices.Contains(i.rules, f.Code) {
		return false
	}
	if i.query != nil {
		return f.query != nil && f.query.Offset == i.query.Offset
	}
	lines := []int{f.Line}
	if f.statement != nil {
		lines = append(lines, file.Position(f.statement.Offset).Line)
	}
	if f.query != nil {
		lines = append(lines, nameLine(file, f.query))
	}
	return slices.Contains(lines, i.line)
}

// apply returns the findings of a file that no comment ignores, and a finding for each
// comment that ignores nothing. Where there are errors, what is not found may only be
// hidden by them.
func apply(file *syntax.File, found []finding, errors bool) []finding {
	ignores, mistakes := comments(file)
	found = slices.DeleteFunc(append(found, mistakes...), func(f finding) bool {
		silenced := false
		for _, i := range ignores {
			if i.silences(file, f) {
				silenced, i.used[f.Code] = true, true
			}
		}
		return silenced
	})
	for _, i := range ignores {
		for _, rule := range i.rules {
			if !i.used[rule] && !errors {
				found = append(found, newFinding(file, unusedIgnore, nil, nil, i.offset, "there is no warning "+rule+" here to ignore",
					"remove it, or put it on the line of the warning or above it"))
			}
		}
	}
	return found
}
