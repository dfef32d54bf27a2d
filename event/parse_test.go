package event

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// parse returns the event of a JSON text that a test is sure of.
func parse(t testing.TB, text string) Event {
	t.Helper()
	e, err := Parse([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return e
}

func TestParseErrors(t *testing.T) {
	const notValid = "the event is not valid JSON: "
	for _, test := range []struct{ payload, want string }{
		{"", notValid + "it is empty"},
		{" ", notValid + "line 1, column 2: a value expected, but it ends there"},
		{"\xef\xbb\xbf{}", notValid + "it begins with a byte order mark"},
		{"{} {}", notValid + `line 1, column 4: the value has ended, but text follows, at "{}"`},
		{`{"a":1,}`, notValid + `line 1, column 8: a name in double quotes expected, at "}"`},
		{`{"a" 1}`, notValid + `line 1, column 6: ':' expected, at "1}"`},
		{`{a:1}`, notValid + `line 1, column 2: a name in double quotes expected, at "a:1}"`},
		{"[1,\n é]", notValid + `line 2, column 2: a value expected, at "é]"`},
		{"[\"é\", 1 2]", notValid + `line 1, column 9: ',' or ']' expected, at "2]"`},
		{`{"a":1]`, notValid + `line 1, column 7: ',' or '}' expected, at "]"`},
		{`{"a":`, notValid + "line 1, column 6: a value expected, but it ends there"},
		{`"abc`, notValid + "line 1, column 5: the string is not closed, but it ends there"},
		{`"\`, notValid + `line 1, column 2: the string is not closed, at "\\"`},
		{`"\x"`, notValid + `line 1, column 2: JSON has no such escape, at "\\x\""`},
		{`"\u12g4"`, notValid + `line 1, column 2: \u needs four hexadecimal digits, at "\\u12g4\""`},
		{"\"a\nb\"", notValid + `line 1, column 3: a control character in a string: write it as an escape, such as \n, at "\nb\""`},
		{"\"a\xffb\"", notValid + `line 1, column 3: a byte that is not UTF-8, at "\xffb\""`},
		{`[1.]`, notValid + `line 1, column 4: a digit expected, at "]"`},
		{`[-]`, notValid + `line 1, column 3: a digit expected, at "]"`},
		{`1e`, notValid + "line 1, column 3: a digit expected, but it ends there"},
		{`01`, notValid + `line 1, column 2: the value has ended, but text follows, at "1"`},
		{`[True]`, notValid + `line 1, column 2: a value expected, at "True]"`},
		{`[nul]`, notValid + `line 1, column 2: a value expected, at "nul]"`},
		{`{"name":'` + strings.Repeat("x", 100) + `'}`, notValid + `line 1, column 9: a value expected, at "'xxxxxxxxxxxxxxxxxxx"…`},
	} {
		_, err := Parse([]byte(test.payload))
		if err == nil || err.Error() != test.want {
			t.Errorf("%q\n got %v\nwant %s", test.payload, err, test.want)
		}
	}
}

func TestParseDepth(t *testing.T) {
	nested := func(depth int) []byte {
		return []byte(strings.Repeat(`[{"a":`, depth/2) + "1" + strings.Repeat("}]", depth/2))
	}
	for _, depth := range []int{2, 64, 128, 1000, MaxDepth} {
		if _, err := Parse(nested(depth)); err != nil {
			t.Errorf("depth %d: %v", depth, err)
		}
		if wrong := bytes.Replace(nested(depth), []byte("}]"), []byte("]}"), 1); isValid(string(wrong)) {
			t.Errorf("depth %d: brackets that don't match are accepted", depth)
		}
	}
	if _, err := Parse(nested(MaxDepth + 2)); err == nil || !strings.Contains(err.Error(), "nest deeper than 10000") {
		t.Errorf("too deep: %v", err)
	}
	for _, flood := range []string{"[", `{"":`} { // would exhaust the stack of a recursive parser
		if _, err := Parse([]byte(strings.Repeat(flood, 6<<20/len(flood)))); err == nil {
			t.Errorf("6 MiB of %s are accepted", flood)
		}
	}
}

// What Parse accepts is what encoding/json accepts and is UTF-8.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,-2.5e+3,true,false,null,"x\u00e9\n"],"b":{}}`, ` [ ] `, `"\ud83d\ude00 é"`, `{"a":1,}`, `-0`, `1.`, "\"\xff\"", "\"12345678\x01\"",
		`{"long name of a member":"a long value \\\" with escapes"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		_, err := Parse(payload)
		if want := json.Valid(payload) && utf8.Valid(payload); (err == nil) != want {
			t.Errorf("%q: valid is %v, but %v", payload, want, err)
		}
		if err != nil && !utf8.ValidString(err.Error()) {
			t.Errorf("%q: the message %q is no UTF-8", payload, err)
		}
	})
}

func TestParseDoesNotAllocate(t *testing.T) {
	payload := []byte(`{"name":"Ada","tags":["a","b"],"n":1.5}`)
	if n := testing.AllocsPerRun(100, func() {
		e, err := Parse(payload)
		if err != nil || e.Field("n").Real() != 1.5 || e.Field("name").Text != "Ada" {
			t.Fatal(e, err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
