package syntax

import (
	"strings"

	"sqlambda/internal/nearest"
)

// Problem is one mistake in a handler's text.
type Problem struct {
	// Offset is where it is, in bytes from the beginning of the file.
	Offset int
	// Message says what is wrong, without place and without final dot.
	Message string
	// Hint says what to do about it; empty where there is nothing to add.
	Hint string
}

// problems collects what is wrong while a text is read to its end.
type problems []Problem

func (p *problems) report(offset int, message, hint string) {
	*p = append(*p, Problem{Offset: offset, Message: message, Hint: hint})
}

// didYouMean is a hint that names the candidate nearest to name, or else lists
// them all.
func didYouMean(name, prefix string, candidates []string) string {
	if near, ok := nearest.Name(name, candidates); ok {
		return "did you mean " + prefix + near + "?"
	}
	return "one of " + prefix + strings.Join(candidates, ", "+prefix)
}
