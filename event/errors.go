package event

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// An InvalidError says that an event is not what it must be: not JSON, or against the
// declared parameters. It is what a caller gets as Function.InvalidEvent.
type InvalidError struct {
	Problems []string // at least one, each a sentence without its full stop
}

// Error returns all the problems.
func (e *InvalidError) Error() string { return strings.Join(e.Problems, "; ") }

// A PathError says what is wrong with a path, and where.
type PathError struct {
	Path    string
	Offset  int    // of the problem, in bytes from the path's beginning
	Message string // what is wrong and what to write instead
}

// Error returns the message with the path; the offset is left to the caller, who knows
// where in its text the path stands.
func (e *PathError) Error() string { return fmt.Sprintf("path %q: %s", e.Path, e.Message) }

// describe says what is wrong with the text, and where.
func (r *reader) describe() string {
	if r.s == "" {
		return "it is empty"
	}
	if len(r.s) >= 3 && r.s[:3] == "\xef\xbb\xbf" {
		return "it begins with a byte order mark"
	}
	before := r.s[:r.at]
	line, start := strings.Count(before, "\n")+1, strings.LastIndexByte(before, '\n')+1
	column := utf8.RuneCountInString(before[start:]) + 1
	found := "but it ends there"
	if r.at < len(r.s) {
		found = "at " + excerpt(r.s, r.at)
	}
	return fmt.Sprintf("line %d, column %d: %s, %s", line, column, r.problem, found)
}

// excerpt quotes what stands at s[i], 20 bytes at most.
func excerpt(s string, i int) string {
	const size = 20
	if len(s)-i <= size {
		return strconv.QuoteToGraphic(s[i:])
	}
	end := i + size
	for n := 0; n < utf8.UTFMax && !utf8.RuneStart(s[end]); n++ {
		end--
	}
	return strconv.QuoteToGraphic(s[i:end]) + "…"
}
