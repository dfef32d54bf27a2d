package sqlite

import (
	"errors"
	"strings"

	"github.com/sqlc-dev/meyer/lexer"
	"github.com/sqlc-dev/meyer/token"

	"sqlambda/engine"
	"sqlambda/event"
)

// rewrite prepares the text of a statement for SQLite: the file that ATTACH names
// is located, and an event table is made where it belongs. At is where the text may differ
// from the handler's. Errors are *Failure.
func (c *Conn) rewrite(text string) (rewritten string, at int, err error) {
	c.guard.attach = ""
	tokens := lexer.Lex(text)
	switch tokens[0].Kind {
	case token.ATTACH:
		return c.attachTo(text, tokens)
	case token.CREATE:
		return c.createEventTable(text)
	}
	return text, 0, nil
}

// createEventTable checks a CREATE VIRTUAL TABLE … USING event(…). A table whose name has
// no schema is made in temp. Any other statement stays as it is.
func (c *Conn) createEventTable(text string) (rewritten string, at int, err error) {
	d, ok, problems := event.ParseDeclaration(text)
	if !ok {
		return text, 0, nil
	}
	c.provideEventModule()
	if len(problems) > 0 {
		return text, 0, misdeclared(problems)
	}
	if d.Qualified {
		return text, 0, nil
	}
	return text[:d.Offset] + "temp." + text[d.Offset:], d.Offset, nil
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
func (c *Conn) attachTo(text string, tokens []token.Token) (rewritten string, at int, err error) {
	name := tokens[1]
	if name.Kind == token.DATABASE {
		name = tokens[2]
	}
	d, err := database{}, errors.New("ATTACH opens a file whose name is a string literal, so that it can be seen")
	if name.Kind == token.STRING {
		d, err = locate(event.Unquote(name.Text(text)), &c.config)
	}
	if err != nil {
		return text, 0, &engine.Failure{Code: "SQLITE_CANTOPEN", Message: err.Error(), Offset: name.Pos}
	}
	c.guard.attach = d.uri
	c.writable = c.writable || d.writable
	return text[:name.Pos] + "'" + strings.ReplaceAll(d.uri, "'", "''") + "'" + text[name.End:], name.Pos, nil
}
