package syntax

import (
	"strings"

	"github.com/sqlc-dev/meyer/lexer"
	"github.com/sqlc-dev/meyer/token"

	"sqlambda/event"
)

// clauses reads the tokens of a declaration, whose places are relative to text,
// and reports mistakes in the file that holds text at offset.
type clauses struct {
	words
	text     string
	offset   int
	end      int // where the last token ends
	problems *problems
}

func newClauses(text string, offset int, problems *problems) *clauses {
	tokens := lexer.Lex(text)
	last := len(tokens) - 1
	return &clauses{words{tokens[:last]}, text, offset, tokens[last].Pos, problems}
}

// peek returns the next token; at the end, an empty one there.
func (c *clauses) peek() token.Token {
	if len(c.left) == 0 {
		return token.Token{Kind: token.EOF, Pos: c.end, End: c.end}
	}
	return c.left[0]
}

// next takes what peek returns.
func (c *clauses) next() token.Token {
	t := c.peek()
	c.words.next()
	return t
}

// word takes the next token if it is that word, in any case.
func (c *clauses) word(word string) bool {
	if !strings.EqualFold(c.peek().Text(c.text), word) {
		return false
	}
	c.next()
	return true
}

// fail reports a mistake at a token, and returns false.
func (c *clauses) fail(at token.Token, message, hint string) bool {
	c.problems.report(c.offset+at.Pos, message, hint)
	return false
}

func (c *clauses) readType(into *event.Type) bool {
	t := c.peek()
	if !isWord(t) {
		return c.fail(t, "a type is missing", "one of "+event.TypeNames)
	}
	name := c.next().Text(c.text)
	declared, ok := event.ParseType(name)
	if !ok {
		return c.fail(t, "unknown type "+name, event.TypeHint(name))
	}
	*into = declared
	return true
}

// path takes a path in quotes.
func (c *clauses) path(into *string) bool {
	if c.peek().Kind != token.STRING {
		return false
	}
	*into = event.Unquote(c.next().Text(c.text))
	return true
}

// isWord reports whether a token is a name, quoted or not, or a keyword.
func isWord(t token.Token) bool { return t.Kind == token.ID || t.Kind > token.PTR }
