package event

import (
	"encoding/binary"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"

	"sqlambda/internal/jsontext"
)

// view returns the bytes as a string without a copy.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// unescape returns the text of a valid JSON string's content, given without its
// quotes. A surrogate without its other half becomes U+FFFD, as in encoding/json.
func unescape(s string, m *Memory) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	b, _ := appendText(m.make(len(s)+wordSize), s, 0)
	return view(b)
}

// unescapeIn returns the text of the string that opens at s[i], in room, behind what is
// there, and the position after the string.
func unescapeIn(room *[]byte, s string, i int, m *Memory) (text string, end int) {
	start := len(*room)
	b, i := appendText(*room, s, i+1)
	if s[i] != '"' {
		end, _ := (&reader{s: s}).str(i - 1)
		grown := m.make(2 * (len(b) - start + end - i + wordSize)) // what is in the old room stays
		if grown == nil {
			return "", end
		}
		b, i = appendText(append(grown, b[start:]...), s, i)
		start = 0
	}
	*room = b
	return view(b[start:]), i + 1
}

// appendText appends the text of a string from s[i], up to the quote that closes it or the
// end of s, or as far as there is room for a word more. It returns where it has stopped.
func appendText(text []byte, s string, i int) (_ []byte, end int) {
	for len(text)+wordSize <= cap(text) && i < len(s) {
		if i+wordSize <= len(s) {
			word := load(s, i)
			binary.LittleEndian.PutUint64(text[len(text):len(text)+wordSize], word)
			marks := stringMarks(word)
			if marks == 0 {
				text, i = text[:len(text)+wordSize], i+wordSize
				continue
			}
			n := firstMatch(marks)
			text, i = text[:len(text)+n], i+n
		}
		switch c := s[i]; {
		case c == '"':
			return text, i
		case c != '\\':
			text, i = append(text, c), i+1
		case s[i+1] == '"' || s[i+1] == '\\': // texts of JSON have one every few bytes
			text, i = append(text, s[i+1]), i+2
		default:
			var size int
			text, size = appendEscape(text, s[i:])
			i += size
		}
	}
	return text, i
}

// appendEscape appends what the escape at the beginning of s stands for and returns
// the escape's length.
func appendEscape(text []byte, s string) ([]byte, int) {
	if at := strings.IndexByte("bfnrt", s[1]); at >= 0 {
		return append(text, "\b\f\n\r\t"[at]), 2
	} else if s[1] != 'u' { // a quote, a backslash or a slash
		return append(text, s[1]), 2
	}
	r := hex4(s[2:])
	if utf16.IsSurrogate(r) && len(s) >= 12 && s[6] == '\\' && s[7] == 'u' {
		if pair := utf16.DecodeRune(r, hex4(s[8:])); pair != utf8.RuneError {
			return utf8.AppendRune(text, pair), 12
		}
	}
	return utf8.AppendRune(text, r), 6 // U+FFFD for half a pair
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

// A writer writes JSON into memory that is counted. It gives up on a text that becomes
// longer than MaxText or does not fit the memory.
type writer struct {
	memory *Memory
	b      []byte
	full   bool // the writer has given up
}

// room makes room for n more bytes, and reports whether there is so much.
func (w *writer) room(n int) bool {
	size := len(w.b) + n
	if size <= cap(w.b) || w.full {
		return !w.full
	}
	grown := max(size, min(2*len(w.b), MaxText))
	if w.full = size > MaxText; !w.full && !w.memory.Take(grown) {
		grown = size
		w.full = !w.memory.need(grown)
	}
	if w.full {
		w.b = nil
		return false
	}
	old := w.b
	w.b = append(make([]byte, 0, grown), old...)
	w.memory.Release(cap(old))
	return true
}

// json writes a text that is JSON, or part of it.
func (w *writer) json(text string) {
	if w.room(len(text)) {
		w.b = append(w.b, text...)
	}
}

func (w *writer) string(text string) {
	if w.room(stringSize(text)) {
		w.b = jsontext.Append(w.b, text)
	}
}

// stringSize returns how many bytes the text has at most as a JSON string.
func stringSize(text string) int {
	size := len(text) + len(`""`)
	for _, r := range text {
		switch {
		case r < ' ' || r >= 0x7f && r <= 0x9f:
			size += len(`\u0000`) - 1
		case r == '"' || r == '\\':
			size++
		case r == utf8.RuneError: // for a byte that is not UTF-8
			size += utf8.RuneLen(r) - 1
		}
	}
	return size
}

// comma writes a comma, except after the bracket that opens an object or array.
func (w *writer) comma() {
	if last := w.b[max(0, len(w.b)-1):]; len(last) > 0 && last[0] != '{' && last[0] != '[' {
		w.json(",")
	}
}

// event returns what was written as an event; nothing if the writer has given up.
func (w *writer) event() Event { return Event{raw: view(w.b), memory: w.memory} }
