package jsontext

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAppend(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", `""`},
		{"plain text of some length, with a tail", `"plain text of some length, with a tail"`},
		{`a "b" \c/`, `"a \"b\" \\c/"`},
		{"\n\r\t\b\f\x00\x1f", `"\n\r\t\u0008\u000c\u0000\u001f"`},
		{"\x7f\u0080\u009b31m\u009f", `"\u007f\u0080\u009b31m\u009f"`},
		{"é 漢 😀 \u00a0\u2028", "\"é 漢 😀 \u00a0\u2028\""},
		{"a\xffb", "\"a\ufffdb\""},
		{"cut \xe2\x82", "\"cut \ufffd\ufffd\""},
		{"kept \ufffd", "\"kept \ufffd\""},
		{"seven77\x7f eight888\"nine", `"seven77\u007f eight888\"nine"`},
	} {
		if got := string(Append([]byte("x"), c.text)); got != "x"+c.want {
			t.Errorf("%q is written as %s, want %s", c.text, got[1:], c.want)
		}
		if got := string(Append(nil, []byte(c.text))); got != c.want {
			t.Errorf("the bytes %q are written as %s, want %s", c.text, got, c.want)
		}
	}
}

// TestPositions has each character at each place of a word, where eight bytes are looked at.
func TestPositions(t *testing.T) {
	for c := range 256 {
		for at := range 17 {
			text := []byte(strings.Repeat("a", 17))
			text[at] = byte(c)
			checkReadsBack(t, text)
		}
	}
}

func TestLimit(t *testing.T) {
	text := strings.Repeat("\x00", 1000)
	if got := AppendUpTo(100, nil, text); len(got) <= 100 || len(got) > 1200 {
		t.Errorf("%d bytes were written with a limit of 100", len(got))
	}
	if got := string(AppendUpTo(100, nil, "short")); got != `"short"` {
		t.Errorf("below the limit: %s", got)
	}
}

func TestAppendValue(t *testing.T) {
	value := "{\"a\":\r\n\t[1, \"\x7f\u009b \\n é\"]}"
	if got, want := string(AppendValue([]byte("x"), []byte(value))), `x{"a":   [1, "\u007f\u009b \n é"]}`; got != want {
		t.Errorf("%q is written as %s, want %s", value, got, want)
	}
}

// FuzzAppend: what is written is JSON without control characters and reads back the same.
func FuzzAppend(f *testing.F) {
	for _, text := range []string{"", "a\"b", "\u009b31m", "\xff\xc2", "é漢😀 and more of it"} {
		f.Add([]byte(text))
	}
	f.Fuzz(checkReadsBack)
}

func checkReadsBack(t *testing.T, text []byte) {
	got := Append(nil, text)
	if other := string(Append(nil, string(text))); other != string(got) {
		t.Errorf("%q: the string is written as %s, the bytes as %s", text, other, got)
	}
	var back string
	if err := json.Unmarshal(got, &back); err != nil || !utf8.Valid(got) {
		t.Fatalf("%q is written as %q, %v", text, got, err)
	}
	if want := string([]rune(string(text))); back != want {
		t.Errorf("%q reads back as %q", text, back)
	}
	for _, r := range string(got) {
		if r < ' ' || r >= 0x7f && r <= 0x9f {
			t.Errorf("%q is written with a control character: %q", text, got)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	for name, text := range map[string]string{
		"short": "order-1", "name": "orders.sql:12:8 (list)", "ascii": strings.Repeat("plain text ", 100),
		"quotes": strings.Repeat(`{"a":"b"}`, 100), "accents": strings.Repeat("é", 500), "mixed": strings.Repeat("déjà vu ", 100),
	} {
		data := []byte(text)
		b.Run(name+"/string", func(b *testing.B) {
			var to []byte
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				to = Append(to[:0], text)
			}
		})
		b.Run(name+"/bytes", func(b *testing.B) {
			var to []byte
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				to = Append(to[:0], data)
			}
		})
	}
}
