// Package plaintext writes text that others chose to a log or a terminal, so that it can
// neither pass for another line nor control the terminal. It imports nothing of this module,
// so that package runtimeapi, a library, can use it.
package plaintext

import (
	"strings"
	"unicode/utf8"
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
		if strings.HasPrefix(text[n:], "\r\n") {
			size = 2
		}
		b, text = appendSpecial(b, r), text[n+size:]
	}
}

// isSpecial tells whether a character cannot be written as it is. U+FFFD may stand for a byte
// that is not UTF-8.
func isSpecial(r rune) bool {
	return r < ' ' && r != '\t' || r >= 0x7f && r <= 0x9f || r == utf8.RuneError
}

func appendSpecial(b []byte, r rune) []byte {
	switch r {
	case '\n', '\r':
		return append(b, "\n    "...)
	case utf8.RuneError:
		return utf8.AppendRune(b, r)
	}
	const hex = "0123456789abcdef"
	return append(b, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
}
