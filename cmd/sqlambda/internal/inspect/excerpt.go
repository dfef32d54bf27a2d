package inspect

import (
	"os"

	"sqlambda/handlers/syntax"
)

// excerpt shows a line of a file and a caret below a column, as handlers' errors do; it
// is empty where the file cannot be read.
func excerpt(file string, line, column int) string {
	text, err := os.ReadFile(file)
	if err != nil || line < 1 {
		return ""
	}
	f := &syntax.File{Text: string(text)}
	return f.ExcerptAt(syntax.Position{Line: line, Column: column})
}
