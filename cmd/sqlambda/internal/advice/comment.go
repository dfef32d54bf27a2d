package advice

import (
	"strings"

	"github.com/sqlc-dev/meyer/lexer"
	"github.com/sqlc-dev/meyer/token"

	"sqlambda/handlers/syntax"
)

// Comment is a comment of a file.
type Comment struct {
	// Text is the whole comment, with its dashes or /* and */.
	Text string
	// Offset is where it begins.
	Offset int
	// OwnLine says that only blanks stand before it on its line.
	OwnLine bool
}

// Comments returns the comments of a file, in order.
func Comments(file *syntax.File) (list []Comment) {
	_, blanks := lexer.LexFile(file.Text)
	for _, t := range blanks {
		if t.Kind == token.COMMENT {
			text := strings.TrimSuffix(t.Text(file.Text), "\n")
			list = append(list, Comment{text, t.Pos, file.BeginsLine(t.Pos)})
		}
	}
	return list
}
