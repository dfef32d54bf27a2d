package sqlite

import (
	"github.com/sqlc-dev/meyer/lexer"
	"github.com/sqlc-dev/meyer/token"
)

// rewritten is the text of a statement as SQLite gets it: the handler's own, but
// for one place.
type rewritten struct {
	text    string
	at      int // where it differs
	removed int // bytes of the handler's text
	added   int // bytes in their place
}

// replace puts other text in the place of text[from:to].
func replace(text string, from, to int, by string) rewritten {
	return rewritten{text[:from] + by + text[to:], from, to - from, len(by)}
}

// original returns the place in the handler's text of an offset in SQLite's.
func (r rewritten) original(offset int) int {
	switch {
	case offset < r.at:
		return offset
	case offset < r.at+r.added:
		return r.at
	default:
		return offset - r.added + r.removed
	}
}

// rewrite prepares the text of a statement for SQLite: the file that ATTACH names
// is located, and an event table is made where it belongs. Errors are *Failure.
func (c *Conn) rewrite(text string) (rewritten, error) {
	c.guard.attach = ""
	tokens := lexer.Lex(text)
	switch tokens[0].Kind {
	case token.ATTACH:
		return c.attachTo(text, tokens)
	case token.CREATE:
		if r, found, err := createEventTable(text, tokens); found {
			c.provideEventModule()
			return r, err
		}
	}
	return rewritten{text: text}, nil
}
