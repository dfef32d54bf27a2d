package sqlite

import (
	"errors"
	"strings"

	"github.com/sqlc-dev/meyer/lexer"
	"github.com/sqlc-dev/meyer/token"

	"sqlambda/engine"
	"sqlambda/event"
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
		if tokens[1].Kind == token.VIRTUAL {
			return c.createEventTable(text)
		}
	}
	return rewritten{text: text}, nil
}

// createEventTable checks a CREATE VIRTUAL TABLE … USING event(…). A table whose name has
// no schema is made in temp. Any other virtual table stays as it is.
func (c *Conn) createEventTable(text string) (rewritten, error) {
	d, ok, problems := event.ParseDeclaration(text)
	if !ok {
		return rewritten{text: text}, nil
	}
	c.provideEventModule()
	if len(problems) > 0 {
		return rewritten{text: text}, misdeclared(problems)
	}
	if d.Qualified {
		return rewritten{text: text}, nil
	}
	return replace(text, d.Offset, d.Offset, "temp."), nil
}

// misdeclared returns the first problem of a declaration.
func misdeclared(problems []event.DeclarationProblem) *engine.Failure {
	first := problems[0]
	message := "event table: " + first.Message
	if first.Hint != "" {
		message += " (" + first.Hint + ")"
	}
	return &engine.Failure{Code: "SQLITE_ERROR", Message: message, Offset: first.Offset}
}

// attachTo rewrites the file name in ATTACH 'file' AS name to the URI that opens
// it as locate says: from the task root, read-only unless it can be written to.
// SQLite itself would open it relative to the process's folder, for writing.
func (c *Conn) attachTo(text string, tokens []token.Token) (rewritten, error) {
	name := tokens[1]
	if name.Kind == token.DATABASE {
		name = tokens[2]
	}
	if name.Kind != token.STRING {
		return rewritten{}, failureAt(name.Pos, errors.New("ATTACH opens a file whose name is a string literal, so that it can be seen"))
	}
	d, err := locate(event.Unquote(name.Text(text)), &c.config)
	if err != nil {
		return rewritten{}, failureAt(name.Pos, err)
	}
	c.guard.attach = d.uri
	c.writable = c.writable || d.writable
	return replace(text, name.Pos, name.End, "'"+strings.ReplaceAll(d.uri, "'", "''")+"'"), nil
}
