package inspect

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/sqlc-dev/meyer/lexer"
	"github.com/sqlc-dev/meyer/token"

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
	rule     string
	offset   int
	from, to int // the offsets that it is for
	used     bool
}

// comments reads the directives of a file, and reports those that are mistaken.
func comments(file *syntax.File) (ignores []*ignore, mistakes []syntax.Problem) {
	for _, c := range commentsOf(file) {
		fail := func(rule, message, hint string) {
			mistakes = append(mistakes, warning(file, rule, "", c.offset, message, hint))
		}
		if !strings.EqualFold(c.word, "sqlambda") {
			if hint := c.meant(); hint != "" {
				fail(misspelledDirective, "this is a comment, and nothing else", hint)
			}
			continue
		}
		names := ignored(c.rest)
		if c.block {
			names = nil
			fail(misspelledDirective, "this ignores nothing", "it is a line comment: -- sqlambda: "+c.rest)
		} else if names == nil && (c.colon || c.rest != "") {
			fail(misspelledDirective, "this ignores nothing", "write -- sqlambda: ignore full-scan")
		}
		from, to := scope(file, c)
		for _, name := range names {
			if slices.Contains(RuleNames(), name) {
				ignores = append(ignores, &ignore{rule: name, offset: c.offset, from: from, to: to})
				continue
			}
			fail(unknownWarning, "there is no warning "+name, cmp.Or(nearest.Hint(name, RuleNames()), "one of "+strings.Join(RuleNames(), ", ")))
		}
	}
	return ignores, mistakes
}

// ignored returns the names after "ignore". A text in parentheses may say why.
func ignored(text string) []string {
	text, _, _ = strings.Cut(text, "(")
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	if len(words) < 2 || words[0] != "ignore" {
		return nil
	}
	return words[1:]
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
			if i.rule == p.Code && p.Offset >= i.from && p.Offset < i.to {
				silenced, i.used = true, true
			}
		}
		return silenced
	})
	for _, i := range ignores {
		if !i.used && !errors {
			found = append(found, warning(file, unusedIgnore, "", i.offset, "there is no warning "+i.rule+" here to ignore",
				"remove it, or put it on the line of the warning or above it"))
		}
	}
	return found
}

// comment is a comment of a file, read as the directive that it may be.
type comment struct {
	offset  int
	ownLine bool // only blanks stand before it on its line
	block   bool // it begins with /*
	// word is the first word and rest what follows it, without a colon between them.
	word, rest string
	colon      bool
}

// commentsOf returns the comments of a file, in order.
func commentsOf(file *syntax.File) (list []comment) {
	_, blanks := lexer.LexFile(file.Text)
	for _, t := range blanks {
		if t.Kind == token.COMMENT {
			c := readComment(t.Text(file.Text))
			c.offset, c.ownLine = t.Pos, file.BeginsLine(t.Pos)
			list = append(list, c)
		}
	}
	return list
}

var directive = regexp.MustCompile(`(?s)^[-/*]+\s*([\pL_]+)\s*(:?)(.*)`)

// readComment divides "-- word: rest", and "-- word rest" too.
func readComment(text string) comment {
	c := comment{block: strings.HasPrefix(text, "/*")}
	if m := directive.FindStringSubmatch(text); m != nil {
		c.word, c.colon, c.rest = m[1], m[2] != "", strings.TrimSpace(strings.TrimSuffix(m[3], "*/"))
	}
	return c
}

// isOurs says whether a comment is a name or a declaration.
func (c comment) isOurs() bool {
	return c.colon && (c.word == "name" || c.word == "param" || c.word == "function")
}

// meant says which directive the comment was probably meant to be. It is "" for prose.
func (c comment) meant() string {
	if c.block || !c.ownLine || c.rest == "" || c.isOurs() {
		return ""
	}
	words := strings.Fields(c.rest)
	switch {
	case near(c.word, "name") && namesQuery(c.word, words):
		return "a query is named so: -- name: " + c.rest
	case near(c.word, "param") && len(words) > 1 && slices.Contains(types, strings.ToUpper(words[1])):
		return "a field is declared so: -- param: " + c.rest
	case near(c.word, "function") && functionDeclaration.MatchString(c.rest):
		return "a function is declared so: -- function: " + c.rest
	case near(c.word, "sqlambda") && near(words[0], "ignore"):
		return "a warning is ignored so: -- sqlambda: ignore " + strings.Join(words[1:], " ")
	}
	return ""
}

// types are those of a declaration, and what is taken for one.
var types = []string{
	"TEXT", "INTEGER", "REAL", "BOOLEAN", "JSON", "BLOB", "INT", "BIGINT", "FLOAT", "DOUBLE", "NUMERIC", "VARCHAR", "STRING", "BOOL",
}

// functionDeclaration matches what stands after "function:".
var functionDeclaration = regexp.MustCompile(`(?i)^\w+\s*\([\w\s,]*\)\s.*\b(RETURNS|USING)\b`)

func near(word, name string) bool {
	_, ok := nearest.Name(word, []string{name})
	return ok || word == name
}

// namesQuery says whether words can be those after "name:". A name alone may be prose
// after a word such as "same", but not after the letters of "name" in another order.
func namesQuery(word string, words []string) bool {
	isMark := func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	switch {
	case strings.ContainsFunc(words[0], isMark):
		return false
	case len(words) == 2:
		return strings.HasPrefix(words[1], ":")
	}
	letters := []rune(strings.ToLower(word))
	slices.Sort(letters)
	return len(words) == 1 && string(letters) == "aemn" && !strings.EqualFold(word, "mean") && !strings.EqualFold(word, "name")
}
