// Package plaintext writes text that others chose to a log or a terminal, so that it can
// neither pass for another line nor control the terminal.
package plaintext

import (
	"strings"
	"unicode/utf8"

	"sqlambda/internal/jsontext"
)

// Append appends text. Its line breaks (LF, CR, CRLF) become LF and four blanks, so that only
// the first line begins at the margin. Other control characters become escapes, such as
// \u001b, but tabs stay. Bytes that are not UTF-8 become U+FFFD.
func Append(b []byte, text string) []byte {
	for {
		n := strings.IndexFunc(text, isSpecial)
		if n < 0 {
			return append(b, text...)
		}
		b = append(b, text[:n]...)
		r, size := utf8.DecodeRuneInString(text[n:])
		if r == '\n' || r == '\r' {
			b = append(b, "\n    "...)
		} else {
			b = jsontext.AppendEscape(b, r)
		}
		if strings.HasPrefix(text[n:], "\r\n") {
			size = 2
		}
		text = text[n+size:]
	}
}

// isSpecial tells whether a character cannot be written as it is. U+FFFD may stand for a byte
// that is not UTF-8.
func isSpecial(r rune) bool {
	return r < ' ' && r != '\t' || r >= 0x7f && r <= 0x9f || r == utf8.RuneError
}
