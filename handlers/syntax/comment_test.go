package syntax

import (
	"fmt"
	"slices"
	"testing"

	"github.com/sqlc-dev/meyer/lexer"
	"github.com/sqlc-dev/meyer/token"
)

// FuzzComments: the comments between the tokens are those that the lexer of SQLite's
// grammar sees.
func FuzzComments(f *testing.F) {
	for _, seed := range []string{
		"", "-- a", "-- a\nSELECT 1 /* b */; -- c\r\n/* d", "/*/ */", "/**/--/*\n*/", "SELECT '--', \"/*\" -/- 1", "--\n--\n/***/ \v /*-*", "\uFEFF-- é🎉\n/* é */x",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tokens, trivia := lexer.LexFile(text)
		var want []string
		for _, c := range trivia {
			if c.Kind == token.COMMENT {
				want = append(want, fmt.Sprint(c.Pos, c.Text(text)))
			}
		}
		var got []string
		eachComment(text, tokens, func(start int, body string, block, closed bool) {
			end := start + 2 + len(body)
			if block && closed {
				end += 2
			}
			got = append(got, fmt.Sprint(start, text[start:end]))
		})
		if !slices.Equal(got, want) {
			t.Fatalf("%q has the comments %q; the lexer's are %q", text, got, want)
		}
	})
}
