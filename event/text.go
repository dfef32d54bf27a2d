package event

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// view returns the bytes as a string without a copy.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// unescape returns the text of a valid JSON string's content, given without its
// quotes. A surrogate without its other half becomes U+FFFD, as in encoding/json.
func unescape(s string) string {
	i := strings.IndexByte(s, '\\')
	if i < 0 {
		return s
	}
	return view(appendUnescaped(make([]byte, 0, len(s)+wordSize), s, i))
}

// unescapeIn is unescape, with the text in room, behind what is there.
func unescapeIn(room *[]byte, s string) string {
	i := 1
	if len(s) < 2 || s[0] == '\\' || s[1] != '\\' { // JSON, {\"a\":1}, has its first escape there
		if i = strings.IndexByte(s, '\\'); i < 0 {
			return s
		}
	}
	start, need := len(*room), len(s)+wordSize
	if cap(*room)-start < need {
		*room, start = make([]byte, 0, 2*need), 0 // what is in the old one stays
	}
	*room = appendUnescaped(*room, s, i)
	return view((*room)[start:])
}

// appendUnescaped appends the text of a string whose first escape is at s[i]. There is
// room for it and for a word that is copied too far.
func appendUnescaped(text []byte, s string, i int) []byte {
	text = append(text, s[:i]...)
	for i < len(s) {
		for i+wordSize <= len(s) { // texts of JSON have an escape every few bytes
			word := load(s, i)
			n := wordSize
			if marks := matches(word, '\\'); marks != 0 {
				n = firstMatch(marks)
			}
			binary.LittleEndian.PutUint64(text[len(text):len(text)+wordSize], word)
			text, i = text[:len(text)+n], i+n
			if n < wordSize {
				break
			}
		}
		if i < len(s) && s[i] != '\\' {
			text, i = append(text, s[i]), i+1
		} else if i < len(s) && (s[i+1] == '"' || s[i+1] == '\\') {
			text, i = append(text, s[i+1]), i+2
		} else if i < len(s) {
			var size int
			text, size = appendEscape(text, s[i:])
			i += size
		}
	}
	return text
}

// appendEscape appends what the escape at the beginning of s stands for and returns
// the escape's length.
func appendEscape(text []byte, s string) ([]byte, int) {
	switch c := s[1]; c {
	case 'b':
		return append(text, '\b'), 2
	case 'f':
		return append(text, '\f'), 2
	case 'n':
		return append(text, '\n'), 2
	case 'r':
		return append(text, '\r'), 2
	case 't':
		return append(text, '\t'), 2
	case 'u':
		r := hex4(s[2:])
		if utf16.IsSurrogate(r) {
			if len(s) >= 12 && s[6] == '\\' && s[7] == 'u' {
				if pair := utf16.DecodeRune(r, hex4(s[8:])); pair != utf8.RuneError {
					return utf8.AppendRune(text, pair), 12
				}
			}
		}
		return utf8.AppendRune(text, r), 6 // U+FFFD for half a pair
	default: // a quote, a backslash or a slash
		return append(text, c), 2
	}
}

func hex4(s string) rune {
	var r rune
	for i := range 4 {
		c := s[i]
		switch {
		case c <= '9':
			c -= '0'
		case c <= 'F':
			c -= 'A' - 10
		default:
			c -= 'a' - 10
		}
		r = r<<4 | rune(c)
	}
	return r
}

const hexDigits = "0123456789abcdef"

// appendString appends the text as a JSON string. A byte that is no UTF-8 becomes
// U+FFFD.
func appendString(b []byte, text string) []byte {
	b = append(b, '"')
	done := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(text[i:])
			if r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
		}
		b = append(b, text[done:i]...)
		b = appendEscaped(b, c)
		i++
		done = i
	}
	b = append(b, text[done:]...)
	return append(b, '"')
}

// appendEscaped appends a byte that cannot stand in a JSON string as it is.
func appendEscaped(b []byte, c byte) []byte {
	switch {
	case c >= utf8.RuneSelf:
		return utf8.AppendRune(b, utf8.RuneError)
	case c == '"' || c == '\\':
		return append(b, '\\', c)
	case c == '\n':
		return append(b, '\\', 'n')
	case c == '\r':
		return append(b, '\\', 'r')
	case c == '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

// validText returns the text with each byte that is no UTF-8 replaced by U+FFFD.
// It takes the bytes over.
func validText(b []byte) string {
	if utf8.Valid(b) {
		return view(b)
	}
	text := make([]byte, 0, len(b)+len(b)/2)
	for _, r := range view(b) { // range yields U+FFFD for each bad byte
		text = utf8.AppendRune(text, r)
	}
	return view(text)
}
