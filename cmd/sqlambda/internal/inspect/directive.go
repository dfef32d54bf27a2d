package inspect

import (
	"slices"
	"strings"
	"unicode"

	"sqlambda/cmd/sqlambda/internal/advice"
	"sqlambda/internal/nearest"
)

// meant says which directive a comment, of a word and a text after it, was probably meant
// to be. It is "" for prose.
func meant(word, rest string, c advice.Comment) string {
	if strings.HasPrefix(c.Text, "/*") || !c.OwnLine || rest == "" || isOurs(c.Text) && colon(c.Text) {
		return ""
	}
	words := strings.Fields(rest)
	switch {
	case near(word, "name") && namesQuery(word, words):
		return "a query is named so: -- name: " + rest
	case near(word, "param") && len(words) > 1 && isType(words[1]):
		return "a field is declared so: -- param: " + rest
	case near(word, "sqlambda") && near(words[0], "ignore"):
		return "a warning is ignored so: -- sqlambda: ignore " + strings.Join(words[1:], " ")
	}
	return ""
}

// colon says whether the first word of a comment has a colon.
func colon(comment string) bool {
	body := strings.TrimLeft(comment, "- \t")
	return strings.HasPrefix(strings.TrimLeftFunc(body, unicode.IsLetter), ":")
}

func near(word, name string) bool {
	if strings.EqualFold(word, name) {
		return true
	}
	_, ok := nearest.Name(word, []string{name})
	return ok
}

// namesQuery says whether words can be those after "name:". A name alone may be prose
// after a word such as "same", but not after the letters of "name" in another order.
func namesQuery(word string, words []string) bool {
	identifier := func(s string) bool {
		return strings.TrimFunc(s, func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }) == ""
	}
	switch {
	case !identifier(words[0]):
		return false
	case len(words) == 2:
		return strings.HasPrefix(words[1], ":")
	}
	return len(words) == 1 && sorted(word) == sorted("name") && !strings.EqualFold(word, "mean") && !strings.EqualFold(word, "name")
}

func sorted(word string) string {
	letters := []byte(strings.ToLower(word))
	slices.Sort(letters)
	return string(letters)
}

// isType says whether a word is a type of ours, or one of those that are taken for it.
func isType(word string) bool {
	return slices.Contains([]string{
		"TEXT", "INTEGER", "REAL", "BOOLEAN", "JSON", "BLOB", "INT", "BIGINT", "FLOAT", "DOUBLE", "NUMERIC", "VARCHAR", "STRING", "BOOL",
	}, strings.ToUpper(word))
}
