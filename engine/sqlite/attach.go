package sqlite

import (
	"errors"
	"strings"

	"github.com/sqlc-dev/meyer/token"
)

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
	d, err := locate(unquote(name.Text(text)), &c.config)
	if err != nil {
		return rewritten{}, failureAt(name.Pos, err)
	}
	c.guard.attach = d.uri
	c.writable = c.writable || d.writable
	return replace(text, name.Pos, name.End, "'"+strings.ReplaceAll(d.uri, "'", "''")+"'"), nil
}

// unquote returns the text of a string literal.
func unquote(literal string) string {
	return strings.ReplaceAll(literal[1:len(literal)-1], "''", "'")
}
