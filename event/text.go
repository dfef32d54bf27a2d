package event

import (
	"encoding/binary"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// view returns the bytes as a string without a copy.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// unescape returns the text of a valid JSON string's content, given without its
// quotes. A surrogate without its other half becomes U+FFFD, as in encoding/json.
func unescape(s string, m *Memory) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	b := m.make(len(s) + wordSize)
	if b == nil {
		return ""
	}
	return view(appendUnescaped(b, s))
}

// unescapeIn returns the text of the string that opens at s[i], in room, behind what is
// there, and the position after the string.
func unescapeIn(room *[]byte, s string, i int, m *Memory) (text string, end int) {
	start := len(*room)
	b, i, closed := appendToQuote(*room, s, i+1)
	if !closed {
		end, _ := (&reader{s: s}).str(i - 1)
		rest := s[i : end-1]
		if need := len(rest) + wordSize; cap(b)-len(b) < need { // what is in the old room stays
			grown := m.make(2 * (len(b) - start + need))
			if grown == nil {
				return "", end
			}
			b, start = append(grown, b[start:]...), 0
		}
		b, i = appendUnescaped(b, rest), end
	}
	*room = b
	return view(b[start:]), i
}

// appendToQuote appends the text of a string from s[i], and returns the position after the
// quote that closes it; or, closed being false, the place up to which there is room, or
// words to read.
func appendToQuote(text []byte, s string, i int) (_ []byte, end int, closed bool) {
	for len(text)+wordSize <= cap(text) && i+wordSize <= len(s) {
		word := load(s, i)
		binary.LittleEndian.PutUint64(text[len(text):len(text)+wordSize], word)
		marks := stringMarks(word)
		if marks == 0 {
			text, i = text[:len(text)+wordSize], i+wordSize
			continue
		}
		n := firstMatch(marks)
		text, i = text[:len(text)+n], i+n
		if s[i] == '"' {
			return text, i + 1, true
		}
		if c := s[i+1]; c == '"' || c == '\\' { // texts of JSON have one every few bytes
			text, i = append(text, c), i+2
			continue
		}
		var size int
		text, size = appendEscape(text, s[i:])
		i += size
	}
	return text, i, false
}

// appendUnescaped appends the text of a string's content. There is room for it and for a
// word that is copied too far.
func appendUnescaped(text []byte, s string) []byte {
	text, i, _ := appendToQuote(text, s, 0)
	for i < len(s) { // the last bytes, which are not a word
		size := 1
		if s[i] != '\\' {
			text = append(text, s[i])
		} else {
			text, size = appendEscape(text, s[i:])
		}
		i += size
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
	r, _ := strconv.ParseUint(s[:4], 16, 32)
	return rune(r)
}

// validText returns the text with U+FFFD in the place of each byte that is not UTF-8. It
// takes the bytes over.
func validText(b []byte, m *Memory) string {
	if utf8.Valid(b) {
		return view(b)
	}
	size := 0
	for _, r := range view(b) { // range yields U+FFFD for each bad byte
		size += utf8.RuneLen(r)
	}
	text := m.make(size)
	if text == nil {
		return ""
	}
	for _, r := range view(b) {
		text = utf8.AppendRune(text, r)
	}
	m.Release(cap(b))
	return view(text)
}
