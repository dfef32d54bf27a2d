package event

import (
	"encoding/json"
	"strings"
	"testing"
)

func isValid(text string) bool { return Problem(text) == "" }

func TestDepthLimit(t *testing.T) {
	nested := func(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }
	if !isValid(nested(MaxDepth)) || isValid(nested(MaxDepth+1)) {
		t.Error("the limit is not MaxDepth")
	}
}

// Bytes that are not UTF-8 are found wherever they stand: strings are read in groups of
// eight bytes and a rest.
func TestInvalidUTF8Anywhere(t *testing.T) {
	for length := range 40 {
		for at := range length {
			text := []byte(`"` + strings.Repeat("x", length) + `"`)
			text[at+1] = 0xff
			if isValid(string(text)) {
				t.Errorf("byte %d of %d", at, length)
			}
		}
	}
}

// Strings end, and escapes and control characters are seen, at any distance from their
// beginning.
func TestStringsOfAnyLength(t *testing.T) {
	for length := range 40 {
		x := strings.Repeat("x", length)
		for _, inside := range []string{x, x + `\"`, `\\` + x, x + `\\`, x + `\u0022` + x, `\"` + x + "é"} {
			text := `["` + inside + `",1]`
			if !isValid(text) {
				t.Fatalf("%s is not valid", text)
			}
			e := Event{raw: text}
			if got := e.At(1).JSON(); got != `"`+inside+`"` || e.At(2).Value() != IntegerValue(1) {
				t.Errorf("%s: the string is read as %s", text, got)
			}
		}
		if isValid(`["` + x + "\x1f" + `"]`) {
			t.Errorf("a control character after %d bytes", length)
		}
	}
}

// Every byte ends a word's plain part where it should, wherever it stands.
func TestEveryByteInStrings(t *testing.T) {
	for c := range 256 {
		for at := range 16 {
			text := []byte(`["` + strings.Repeat("x", 16) + `",1]`)
			text[2+at] = byte(c)
			if want := json.Valid(text) && c < 0x80; isValid(string(text)) != want {
				t.Errorf("byte %#x at %d: valid is %v", c, at, !want)
			}
		}
	}
}
