// Package jsontext writes JSON strings. Every text that becomes JSON here is written by it:
// values of a response, what modifiers make of an event, log lines, reports of errors. It
// imports nothing of this module, so that package runtimeapi, a library, can use it.
//
// A string is valid UTF-8: a byte that is not UTF-8 becomes U+FFFD. Control characters are
// escaped, DEL and U+0080 to U+009F too, so a string can stand in an HTTP header, on a line
// of a log and on a terminal.
package jsontext

import (
	"math"
	"math/bits"
	"unicode/utf8"
)

const (
	firstControl = '\x7f' // of those beyond space
	lastControl  = '\u009f'
)

// Append appends text as a JSON string, in quotes.
func Append[T string | []byte](b []byte, text T) []byte { return AppendUpTo(math.MaxInt, b, text) }

// AppendUpTo is [Append], but gives up once b has more than limit bytes: the string is not
// whole then. Escapes can make six bytes of one.
func AppendUpTo[T string | []byte](limit int, b []byte, text T) []byte {
	b = append(b, '"')
	done := 0 // text[:done] has been appended
	for i := plain(text, 0); i < len(text) && len(b) <= limit; i = plain(text, i) {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(string(text[i:min(i+utf8.UTFMax, len(text))]))
		}
		if size == 1 || r <= lastControl {
			b = AppendEscape(append(b, text[done:i]...), r)
			done = i + size
		}
		i += size
	}
	return append(append(b, text[done:]...), '"')
}

// AppendValue appends a JSON value on one line: line breaks and tabs between its tokens become
// blanks, and the control characters that JSON allows in a string become escapes.
func AppendValue(b []byte, value []byte) []byte {
	for len(value) > 0 {
		r, size := utf8.DecodeRune(value)
		switch {
		case r < ' ':
			b = append(b, ' ')
		case r >= firstControl && r <= lastControl:
			b = AppendEscape(b, r)
		default:
			b = append(b, value[:size]...)
		}
		value = value[size:]
	}
	return b
}

// plain skips what can stand in a JSON string as it is, from text[i] on: ASCII but for
// quotes, backslashes and control characters. It looks at eight bytes at a time.
func plain[T string | []byte](text T, i int) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; len(text)-i >= 8; i += 8 {
		t := text[i : i+8]
		x := uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24 |
			uint64(t[4])<<32 | uint64(t[5])<<40 | uint64(t[6])<<48 | uint64(t[7])<<56
		quote, backslash := x^ones*'"', x^ones*'\\'
		// The highest bit of a byte is set where that byte ends the plain part; those after the first may be wrong.
		if found := (x | (x + ones) | (x - ones*' ') | (quote - ones) | (backslash - ones)) & highs; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for ; i < len(text); i++ {
		if c := text[i]; c < ' ' || c >= firstControl || c == '"' || c == '\\' {
			break
		}
	}
	return i
}

// AppendEscape appends a character that cannot stand in a JSON string as it is, or U+FFFD.
func AppendEscape(b []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(b, '\\', byte(r))
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	case utf8.RuneError:
		return utf8.AppendRune(b, r)
	}
	const hex = "0123456789abcdef"
	return append(b, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
}
