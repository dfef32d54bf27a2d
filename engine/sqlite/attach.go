package sqlite

import (
	"strings"

	"github.com/sqlc-dev/meyer/lexer"
	"github.com/sqlc-dev/meyer/token"
)

// attachTo rewrites the file name in ATTACH 'file' AS name to the URI that opens
// it as locate says: from the task root, read-only unless it can be written to.
// SQLite itself would open it relative to the process's folder, for writing.
// Every other text is returned as it is.
func (c *Conn) attachTo(text string) (string, error) {
	c.guard.attach = ""
	tokens := lexer.Lex(text)
	if len(tokens) < 2 || tokens[0].Kind != token.ATTACH {
		return text, nil
	}
	name := tokens[1]
	if name.Kind == token.DATABASE && len(tokens) > 2 {
		name = tokens[2]
	}
	if name.Kind != token.STRING {
		return text, nil // the guard refuses it
	}
	literal := text[name.Pos:name.End]
	d, err := locate(strings.ReplaceAll(literal[1:len(literal)-1], "''", "'"), c.config.Root)
	if err != nil {
		return "", failureAt(name.Pos, err)
	}
	c.guard.attach = d.uri
	c.writable = c.writable || d.writable
	return text[:name.Pos] + "'" + strings.ReplaceAll(c.guard.attach, "'", "''") + "'" + text[name.End:], nil
}
