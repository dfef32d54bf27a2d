package syntax

import (
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
	word       string // "name" or "param"
	start      int    // of the comment
	text       string // what follows the colon, without blanks at its ends
	textOffset int
}

// eachComment yields the comments between the tokens, the last of which is the end of
// the text. (The lexer lists them too, but with all blanks, for twice the memory.)
func eachComment(text string, tokens []token.Token, yield func(start int, comment string)) {
	start := 0
	for _, t := range tokens {
		for start < t.Pos {
			length := commentLength(text[start:t.Pos])
			if length > 0 {
				yield(start, text[start:start+length])
			}
			start += max(length, 1)
		}
		start = t.End
	}
}

// commentLength returns the length of the comment that begins a text which holds
// blanks and comments alone, or 0 if it begins with a blank.
func commentLength(text string) int {
	end := -1
	switch {
	case strings.HasPrefix(text, "--"):
		end = strings.IndexByte(text, '\n')
	case strings.HasPrefix(text, "/*"):
		if end = strings.Index(text[2:], "*/"); end >= 0 {
			end += len("/**/")
		}
	default:
		return 0
	}
	if end < 0 {
		return len(text)
	}
	return end
}

// comment keeps a comment that is a directive, and reports one that looks like
// a query's name but, by SQLite's or our rules, names nothing.
func (r *reader) comment(start int, text string) {
	if strings.HasPrefix(text, "/*") {
		r.blockComment(start, text)
		return
	}
	d, ok := directiveOf(text[2:], start+2)
	if !ok {
		return
	}
	d.start = start
	ownLine := r.file.BeginsLine(start)
	switch {
	case ownLine && (d.word == "name" || d.word == "param"):
		r.directives = append(r.directives, d)
	case strings.EqualFold(d.word, "name") && namesQuery(d.text):
		r.problems.report(start, "this names no query", "a name is in small letters and on a line of its own: -- name: "+d.text)
	}
}

func (r *reader) blockComment(start int, text string) {
	body, closed := strings.CutSuffix(text[2:], "*/")
	if !closed {
		r.problems.report(start, "a comment that does not end", "close it with */")
		return
	}
	if d, ok := directiveOf(body, start+2); ok && strings.EqualFold(d.word, "name") && namesQuery(d.text) {
		r.problems.report(start, "this names no query", "a name is a line comment: -- name: "+d.text)
	}
}

// BeginsLine reports whether only blanks stand before an offset on its line.
func (f *File) BeginsLine(offset int) bool {
	before := f.Text[:offset]
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return strings.Trim(line, " \t\r\f"+byteOrderMark) == ""
}

// directiveOf reads "word: text" from a comment's body.
func directiveOf(body string, offset int) (directive, bool) {
	before, after, found := strings.Cut(body, ":")
	word := strings.TrimSpace(before)
	if !found || !strings.EqualFold(word, "name") && !strings.EqualFold(word, "param") {
		return directive{}, false
	}
	text := strings.TrimLeftFunc(after, unicode.IsSpace)
	offset += len(body) - len(text)
	return directive{word: word, text: strings.TrimSpace(text), textOffset: offset}, true
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

// names returns the directives that name queries.
func (r *reader) names() []directive {
	var names []directive
	for _, d := range r.directives {
		if d.word == "name" {
			names = append(names, d)
		}
	}
	return names
}

// before takes the declarations that stand before end.
func (r *reader) before(end int) []directive {
	var taken []directive
	for len(r.directives) > 0 && r.directives[0].start < end {
		if r.directives[0].word == "param" {
			taken = append(taken, r.directives[0])
		}
		r.directives = r.directives[1:]
	}
	return taken
}

// readName reads a query's name and kind from what follows "-- name:".
func (r *reader) readName(q *Query, head directive) {
	words := strings.Fields(head.text)
	if len(words) == 0 {
		r.problems.report(head.start, "a query without a name", "write -- name: list :many")
		return
	}
	q.Name = words[0]
	if !isIdentifier(q.Name) {
		r.problems.report(head.textOffset, q.Name+" cannot name a query",
			"a name is letters, digits and underscores, and begins with no digit")
	} else if first, twice := r.file.Query(q.Name); twice {
		r.problems.report(head.textOffset, "a second query named "+q.Name,
			"the first is in line "+strings.Split(r.file.Position(first.Offset).String(), ":")[0])
	}
	if len(words) == 1 {
		return
	}
	at := head.textOffset + len(q.Name) + strings.Index(head.text[len(q.Name):], words[1])
	if kind, ok := strings.CutPrefix(words[1], ":"); !ok {
		r.problems.report(at, "unexpected "+words[1]+" after the name", "a kind begins with a colon, as :many")
	} else if q.Kind, ok = kindOf(kind); !ok {
		r.problems.report(at, "unknown kind :"+kind, didYouMean(kind, ":", kindNames[One:]))
	} else if rest := head.text[at-head.textOffset+len(words[1]):]; q.Kind == Batch && strings.TrimSpace(rest) == byGroup {
		q.ByGroup = true
	} else if len(words) > 2 {
		r.problems.report(at+len(words[1])+strings.Index(rest, words[2]), "unexpected "+words[2]+" after the kind",
			"only by-group follows a kind, and only :batch")
	}
}

// byGroup is what may follow :batch: see [Query].
const byGroup = "by-group"
