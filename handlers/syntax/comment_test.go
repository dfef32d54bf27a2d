package syntax

import (
	"testing"

	"github.com/sqlc-dev/meyer/lexer"
	"github.com/sqlc-dev/meyer/token"
)

// FuzzComments: the tokens, the comments and the blanks between them are the text,
// and the comments are those that the lexer of SQLite's grammar sees.
func FuzzComments(f *testing.F) {
	for _, seed := range []string{
		"", "-- a", "-- a\nSELECT 1 /* b */; -- c\r\n/* d", "/*/ */", "/**/--/*\n*/", "SELECT '--', \"/*\" -/- 1", "--\n--\n/***/ \v /*-*", "\uFEFF-- é🎉\n/* é */x",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tokens, trivia := lexer.LexFile(text)
		var want []token.Token
		for _, c := range trivia {
			if c.Kind == token.COMMENT {
				want = append(want, c)
			}
		}
		start, found := 0, 0
		for _, next := range tokens {
			for start < next.Pos {
				n := commentLength(text[start:next.Pos])
				if n > 0 {
					if found >= len(want) || want[found].Pos != start || want[found].End != start+n {
						t.Fatalf("%q has no comment at %d to %d; the lexer's are %v", text, start, start+n, want)
					}
					found++
				}
				start += max(n, 1)
			}
			start = next.End
		}
		if found < len(want) {
			t.Fatalf("%q: the comment at %d was not found", text, want[found].Pos)
		}
	})
}
