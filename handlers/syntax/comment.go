package syntax

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/sqlc-dev/meyer/token"
)

// directive is a line comment that says something about a query:
//
//	-- name: list :many
//	-- param: limit INTEGER DEFAULT 20
//
// It stands on a line of its own. Blanks are free after the dashes and around
// the colon.
type directive struct {
	start  int         // of the comment
	text   string      // what follows the colon, without blanks at its ends
	end    int         // of the text
	params []directive // of a name: the declarations that follow it
}

// eachComment yields the comments between the tokens, the last of which is the end of
// the text. (The lexer lists them too, but with all blanks, for twice the memory.) The body
// of a comment is what stands between its marks.
func eachComment(text string, tokens []token.Token, yield func(start int, body string, block, closed bool)) {
	end := 0
	for _, t := range tokens {
		for gap := text[end:t.Pos]; len(gap) > 1; { // only blanks and comments
			begin := strings.IndexAny(gap, "-/")
			if begin < 0 {
				break
			}
			block, mark := gap[begin] == '/', "\n"
			if block {
				mark = "*/"
			}
			body, rest, closed := strings.Cut(gap[begin+2:], mark)
			yield(t.Pos-len(gap)+begin, body, block, closed)
			gap = rest
		}
		end = t.End
	}
}

// comment keeps a comment that is a directive, and reports one that looks like
// a query's name but, by SQLite's or our rules, names nothing.
func (r *reader) comment(start int, body string, block, closed bool) {
	if block && !closed {
		r.report(start, "a comment that does not end", "close it with */")
		return
	}
	word, text, found := strings.Cut(body, ":")
	if !found {
		return
	}
	word = strings.TrimSpace(word)
	d := directive{start: start, text: strings.TrimSpace(text), end: start + 2 + len(strings.TrimRightFunc(body, unicode.IsSpace))}
	switch directs := !block && r.file.BeginsLine(start); {
	case directs && word == "name":
		r.names = append(r.names, d)
	case directs && word == "param" && len(r.names) == 0:
		r.params = append(r.params, d)
	case directs && word == "param":
		head := &r.names[len(r.names)-1]
		head.params = append(head.params, d)
	case directs && word == "function":
		r.uses = append(r.uses, d)
	case !strings.EqualFold(word, "name") || !namesQuery(d.text):
	case block:
		r.report(start, "this names no query", "a name is a line comment: -- name: "+d.text)
	default:
		r.report(start, "this names no query", "a name is in small letters and on a line of its own: -- name: "+d.text)
	}
}

// namesQuery reports whether text is all that may follow "-- name:", with a kind,
// so that it can hardly be prose.
func namesQuery(text string) bool {
	words := strings.Fields(text)
	return len(words) == 2 && isIdentifier(words[0]) && strings.HasPrefix(words[1], ":")
}

// isIdentifier reports whether name can name a query: letters, digits and
// underscores, not beginning with a digit.
func isIdentifier(name string) bool {
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return name != ""
}

// named reads a query's name and kind from what follows "-- name:".
func (r *reader) named(head directive) *Query {
	name, rest := cutWord(head.text)
	kind, option := cutWord(rest)
	q := &Query{Name: name, Offset: head.end - len(head.text)}
	switch first, twice := r.file.Query(name); {
	case name == "":
		r.report(head.start, "a query without a name", "write -- name: list :many")
	case !isIdentifier(name):
		r.report(q.Offset, name+" cannot name a query", "a name is letters, digits and underscores, and begins with no digit")
	case twice:
		r.report(q.Offset, "a second query named "+name, "the first is in line "+strconv.Itoa(r.file.Position(first.Offset).Line))
	}
	if word, ok := strings.CutPrefix(kind, ":"); ok {
		q.Kind = kindOf(word)
	}
	q.ByGroup = q.Kind == Batch && option == "by-group"
	switch {
	case kind != "" && kind[0] != ':':
		r.report(head.end-len(rest), "unexpected "+kind+" after the name", "a kind begins with a colon, as :many")
	case kind != "" && q.Kind == None:
		r.report(head.end-len(rest), "unknown kind "+kind, didYouMean(kind[1:], ":", kindNames[One:]))
	case option != "" && !q.ByGroup:
		word, _ := cutWord(option)
		r.report(head.end-len(option), "unexpected "+word+" after the kind", "only by-group follows a kind, and only :batch")
	}
	return q
}

// cutWord divides a text into its first word and what follows.
func cutWord(text string) (word, rest string) {
	end := strings.IndexFunc(text, unicode.IsSpace)
	if end < 0 {
		return text, ""
	}
	return text[:end], strings.TrimLeftFunc(text[end:], unicode.IsSpace)
}
