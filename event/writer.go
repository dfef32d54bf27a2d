package event

import (
	"unicode/utf8"

	"sqlambda/internal/jsontext"
)

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
	if w.full = size > MaxText; w.full {
		return false
	}
	if !w.memory.Take(grown) {
		if grown = size; !w.memory.need(grown) {
			w.full = true
			return false
		}
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

// string writes a text as a JSON string.
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

// text returns what was written, or nothing if the writer has given up.
func (w *writer) text() string {
	if w.full {
		return ""
	}
	return view(w.b)
}

// event returns what was written as an event.
func (w *writer) event() Event { return Event{raw: w.text()}.In(w.memory) }
