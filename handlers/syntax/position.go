package syntax

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

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

// Excerpt shows the place of an offset: its line and, below, a caret, which
// stands below the character where tabs and characters are one column wide.
//
//	SELECT id FORM orders;
//	          ^
func (f *File) Excerpt(offset int) string { return f.ExcerptAt(f.Position(offset)) }

// ExcerptAt is the Excerpt of a place, which need not be in the file.
func (f *File) ExcerptAt(p Position) string {
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
