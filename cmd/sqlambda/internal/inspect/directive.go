package inspect

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/sqlc-dev/meyer/lexer"
	"github.com/sqlc-dev/meyer/token"

	"sqlambda/handlers/syntax"
	"sqlambda/internal/nearest"
)

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
func (c comment) isOurs() bool { return c.colon && (c.word == "name" || c.word == "param") }

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
	case near(c.word, "sqlambda") && near(words[0], "ignore"):
		return "a warning is ignored so: -- sqlambda: ignore " + strings.Join(words[1:], " ")
	}
	return ""
}

// types are those of a declaration, and what is taken for one.
var types = []string{
	"TEXT", "INTEGER", "REAL", "BOOLEAN", "JSON", "BLOB", "INT", "BIGINT", "FLOAT", "DOUBLE", "NUMERIC", "VARCHAR", "STRING", "BOOL",
}

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
