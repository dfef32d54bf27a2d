package plaintext

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAppend(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "",
		"as it is, é 漢 😀\t\u00a0\u2028":  "as it is, é 漢 😀\t\u00a0\u2028",
		"a\nb\rc\r\nd\n":                 "a\n    b\n    c\n    d\n    ",
		"\r\r\n\n":                       "\n    \n    \n    ",
		"\x1b[2J\u009b31m\x7f\x00\b\v\f": `\u001b[2J\u009b31m\u007f\u0000\u0008\u000b\u000c`,
		"raw \x9b31m, \xe2\x82 and �":    "raw �31m, �� and �",
	} {
		if got := string(Append([]byte("> "), text)); got != "> "+want {
			t.Errorf("%q is written as %q, want %q", text, got[2:], want)
		}
	}
}

// FuzzAppend: nothing that is written controls a terminal or begins at the margin.
func FuzzAppend(f *testing.F) {
	f.Add("a\nb\r\n\x1b[2J\u009b\x9b")
	f.Fuzz(func(t *testing.T, text string) {
		got := string(Append(nil, text))
		first, rest, _ := strings.Cut(got, "\n")
		for line := range strings.SplitSeq(rest, "\n") {
			if line != "" && !strings.HasPrefix(line, "    ") {
				t.Errorf("%q is written as %q", text, got)
			}
		}
		for _, r := range first + rest {
			if r < ' ' && r != '\t' && r != '\n' || r >= 0x7f && r <= 0x9f || !utf8.ValidString(got) {
				t.Fatalf("%q is written as %q", text, got)
			}
		}
	})
}
