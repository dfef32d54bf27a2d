package syntax

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"sqlambda/internal/nearest"
)

// Severity says how bad a problem is.
type Severity string

// The severities. An error keeps a handler from loading or answering; a warning is what
// a careful reader would ask about.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is one thing that is wrong: in the text of a handler, or with an invocation.
// As JSON it is the problem of the command's documents.
type Problem struct {
	Severity Severity `json:"severity"`
	// Code is the error type that the problem has in Lambda, or the name of a warning.
	// Parse leaves it empty.
	Code string `json:"name"`
	// File is the file's name. It is empty if the problem has no place; then so are
	// Line, Column, Query and Excerpt.
	File string `json:"file"`
	// Line and Column are counted from 1; a column is a character.
	Line   int `json:"line"`
	Column int `json:"column"`
	// Query is the name of the query that the problem is in; empty outside of any.
	Query string `json:"query"`
	// Message says what is wrong, without the place and without a final dot.
	Message string `json:"message"`
	// Hint says what to do about it; it may be empty.
	Hint string `json:"hint"`
	// Excerpt is the line and, below it, a caret at the place.
	Excerpt string `json:"excerpt"`
	// Offset is the place in bytes from the beginning of the file.
	Offset int `json:"-"`
}

// Problem returns a problem at an offset of the file.
func (f *File) Problem(offset int, message, hint string) Problem {
	at := f.Position(offset)
	return Problem{
		Severity: Error, File: f.Name, Line: at.Line, Column: at.Column,
		Message: message, Hint: hint, Excerpt: f.Excerpt(at), Offset: offset,
	}
}

// Text returns the message with its hint.
func (p Problem) Text() string {
	if p.Hint == "" {
		return p.Message
	}
	return p.Message + " (" + p.Hint + ")"
}

// Place returns file:line:column, or "" for a problem without a place.
func (p Problem) Place() string {
	if p.File == "" {
		return ""
	}
	return p.File + ":" + Position{p.Line, p.Column}.String()
}

// didYouMean is a hint that names the candidate nearest to name, or else lists
// them all.
func didYouMean(name, prefix string, candidates []string) string {
	if near, ok := nearest.Name(name, candidates); ok {
		return "did you mean " + prefix + near + "?"
	}
	return "one of " + prefix + strings.Join(candidates, ", "+prefix)
}

const byteOrderMark = "\uFEFF"

// Position is a place in a file as editors show it.
type Position struct {
	Line   int // from 1
	Column int // from 1, in characters (runes)
}

// String returns the place as line:column.
func (p Position) String() string {
	return strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}

// Position returns the place of a byte offset. A line ends at a line feed; a
// carriage return before it is part of the end, and a byte order mark that
// begins the file does not count. A byte that is not UTF-8 counts as one.
// An offset outside the file is taken for its nearest end.
func (f *File) Position(offset int) Position {
	text := f.visible()
	before := text[:min(max(offset-(len(f.Text)-len(text)), 0), len(text))]
	start := strings.LastIndexByte(before, '\n') + 1
	return Position{
		Line:   strings.Count(before, "\n") + 1,
		Column: utf8.RuneCountInString(before[start:]) + 1,
	}
}

// visible is the file's text without the byte order mark that may begin it.
func (f *File) visible() string { return strings.TrimPrefix(f.Text, byteOrderMark) }

// Line returns the text of a line, counted from 1, without its end; "" for a
// line that the file does not have.
func (f *File) Line(n int) string {
	for line := range strings.SplitSeq(f.visible(), "\n") {
		if n--; n == 0 {
			return strings.TrimSuffix(line, "\r")
		}
	}
	return ""
}

// Excerpt shows a place, which need not be in the file: its line and, below, a caret, which
// stands below the character where tabs and characters are one column wide.
//
//	SELECT id FORM orders;
//	          ^
func (f *File) Excerpt(p Position) string {
	line := f.Line(p.Line)
	before := []rune(line)
	before = before[:min(p.Column-1, len(before))]
	for i, r := range before {
		if r != '\t' {
			before[i] = ' '
		}
	}
	return line + "\n" + string(before) + "^"
}

// BeginsLine reports whether only blanks stand before an offset on its line.
func (f *File) BeginsLine(offset int) bool {
	before := f.Text[:offset]
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return strings.Trim(line, " \t\r\f"+byteOrderMark) == ""
}
