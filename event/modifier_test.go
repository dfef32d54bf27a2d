package event

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

func gzipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(text))
	w.Close()
	return b.String()
}

func quotedBase64(data string) string {
	return `"` + base64.StdEncoding.EncodeToString([]byte(data)) + `"`
}

// What modifiers make of values; "" is a missing one.
func TestModifiers(t *testing.T) {
	for _, test := range []struct{ modifier, json, want string }{
		{"@frombase64", `"SGVsbG8="`, `"Hello"`},
		{"@frombase64", `"SGVsbG8"`, `"Hello"`}, // no padding
		{"@frombase64", `"8J-YgD4_"`, `"😀>?"`},  // URL-safe
		{"@frombase64", `"8J+YgD4\/"`, `"😀>?"`},
		{"@frombase64", `"Pj8_"`, `">??"`},
		{"@frombase64", `"SGVs\nbG8=\r\n"`, `"Hello"`}, // line breaks
		{"@frombase64", `"8J-YgD4/"`, `"😀>?"`},         // of both alphabets
		{"@frombase64", `"//4="`, `"` + "\uFFFD\uFFFD" + `"`},
		{"@frombase64", `"Ig0KAQ=="`, `"\"\r\n\u0001"`},
		{"@frombase64", `""`, `""`},
		{"@frombase64", `"?"`, ""},
		{"@frombase64", `"SGVsbG8=SGVsbG8="`, ""},
		{"@frombase64", `5`, ""},
		{"@frombase64", `null`, ""},
		{"@frombase64|@fromstr|a", quotedBase64(` {"a":1} `), `1`},
		{"@frombase64|@fromstr", `"SGVsbG8="`, ""},
		{"@frombase64|a", quotedBase64(`{"a":1}`), ""},
		{"@frombase64|@frombase64", quotedBase64("SGVsbG8="), `"Hello"`},

		{"@gunzip", quotedBase64(gzipped("Hello")), `"Hello"`},
		{"@gunzip", quotedBase64(gzipped("Hel") + gzipped("lo")), `"Hello"`}, // members, as the format has it
		{"@gunzip", quotedBase64(gzipped("")), `""`},
		{"@gunzip", `"eJzzSM3JyVcIzy/KSVEEABxJBD4="`, `"Hello World!"`}, // zlib
		{"@gunzip|@fromstr|a", quotedBase64(gzipped(`{"a":1}`)), "1"},
		{"@gunzip", quotedBase64(gzipped("Hello")[:20]), ""},
		{"@gunzip", quotedBase64(gzipped("Hello") + "rubbish"), ""},
		{"@gunzip", quotedBase64("Hello"), ""},
		{"@gunzip", `""`, ""},
		{"@gunzip", `{}`, ""},

		{"@fromform", `"a=1&b=x+y%20z&c"`, `{"a":"1","b":"x y z","c":""}`},
		{"@fromform", `"a=1&b=2&a=3"`, `{"a":"3","b":"2"}`}, // the last value
		{"@fromform", `"%C3%A9=%22\u0026&&=1"`, `{"é":"\"","":"1"}`},
		{"@fromform", `"a=50%&b=%zz&c=%ff&d=%4"`, `{"a":"50%","b":"%zz","c":"` + "\uFFFD" + `","d":"%4"}`},
		{"@fromform", `""`, `{}`},
		{"@fromform|b", `"a=1&b=2"`, `"2"`},
		{"@fromform", `["a=1"]`, ""},

		{"@fromdynamodb", `{"id":{"S":"x"},"n":{"N":"1.50"},"ok":{"BOOL":true},"off":{"BOOL":false},"no":{"NULL":true},"bin":{"B":"AAE="}}`,
			`{"id":"x","n":1.50,"ok":true,"off":false,"no":null,"bin":"AAE="}`},
		{"@fromdynamodb", `{"l":{"L":[{"S":"a"},{"M":{"x":{"N":"1"}}}]},"ss":{"SS":["a","b"]},"ns":{"NS":["1","2e3"]},"bs":{"BS":["AA=="]}}`,
			`{"l":["a",{"x":1}],"ss":["a","b"],"ns":[1,2e3],"bs":["AA=="]}`},
		{"@fromdynamodb", `{"N":"123456789012345678901234567890"}`, `123456789012345678901234567890`},
		{"@fromdynamodb", `{"S":"x"}`, `"x"`},
		{"@fromdynamodb", `{"S":{"S":"x"}}`, `{"S":"x"}`}, // an attribute named S
		{"@fromdynamodb", `{"M":{"M":{"S":"x"}}}`, `{"M":"x"}`},
		{"@fromdynamodb", `{"M":{}}`, `{}`},
		{"@fromdynamodb", `{"L":[]}`, `[]`},
		{"@fromdynamodb", `{ "a\"b" : { "S" : "\u00e9" } }`, `{"a\"b":"\u00e9"}`},
		{"@fromdynamodb", `{}`, `{}`},
		{"@fromdynamodb", `{"id":{"S":1}}`, ""},
		{"@fromdynamodb", `{"id":{"N":"NaN"}}`, ""},
		{"@fromdynamodb", `{"id":{"N":""}}`, ""},
		{"@fromdynamodb", `{"id":{"X":"1"}}`, ""},
		{"@fromdynamodb", `{"id":{"S":"1","N":"1"}}`, ""},
		{"@fromdynamodb", `{"id":"plain"}`, ""},
		{"@fromdynamodb", `[{"S":"x"}]`, ""},

		{"@fromstr", `"{\"a\":1}"`, `{"a":1}`},
		{"@fromstr", `" 5 "`, "5"},
		{"@fromstr", `"\"x\""`, `"x"`},
		{"@fromstr", `"nope"`, ""},
		{"@fromstr", `"{} {}"`, ""},
		{"@fromstr", `""`, ""},
		{"@fromstr", `{"a":1}`, `{"a":1}`},
	} {
		e := parse(t, test.json)
		if got := compile(t, test.modifier).Find(e).JSON(); got != test.want {
			t.Errorf("%s of %s:\n got %s\nwant %s", test.modifier, test.json, got, test.want)
		}
		// The same where gjson runs the modifier: in a multipath, which leaves out what is missing.
		want := "[" + test.want + "]"
		if got := compile(t, "["+test.modifier+"]").Find(e).JSON(); got != want {
			t.Errorf("[%s] of %s:\n got %s\nwant %s", test.modifier, test.json, got, want)
		}
	}
}

// A literal of the path need not be JSON. A modifier makes nothing of one that is not.
func TestLiterals(t *testing.T) {
	for _, literal := range []string{"!{a:b}", "![1,,2]", `!{"a"}`, `!{"a":}`, "![a b]", "!nan", `!{"a":"\x"}`, "![tru]", "!-"} {
		for _, name := range modifierNames() {
			for _, path := range []string{literal + "|@" + name, "[" + literal + "|@" + name + "]"} {
				if p, err := ParsePath(path); err == nil {
					if got := p.Find(parse(t, "{}")).JSON(); got != "" && got != "[]" {
						t.Errorf("%s: %s", path, got)
					}
				}
			}
		}
	}
}

// A gzip bomb and text that nests too deep give nothing, and do no harm.
func TestHostileText(t *testing.T) {
	bomb := quotedBase64(gzipped(strings.Repeat("\x00", MaxText+1)))
	if compile(t, "@gunzip").Find(parse(t, bomb)).Exists() {
		t.Error("a text over MaxText is unpacked")
	}
	fits := quotedBase64(gzipped(strings.Repeat(" ", MaxText)))
	if got := compile(t, "@gunzip").In(parse(t, fits)); len(got.Text) != MaxText {
		t.Errorf("a text of MaxText gives %d bytes", len(got.Text))
	}
	deep := parse(t, `"`+strings.Repeat("[", 4<<20)+`"`)
	for _, path := range []string{"@fromstr|@pretty", "[@fromstr|@ugly]", "@tostr|@fromstr|@fromstr|@valid", `{"a":@fromstr}`} {
		if strings.Contains(compile(t, path).Find(deep).JSON(), "[[") {
			t.Errorf("%s: text that nests too deep is parsed", path)
		}
	}
}

// FuzzModifiers asserts that what a modifier makes is valid JSON and UTF-8, and the same
// wherever it runs.
func FuzzModifiers(f *testing.F) {
	for _, seed := range []string{
		`"SGVsbG8="`, `"a=1&b=%20+%zz"`, `{"a":{"S":"x"}}`, `{"M":{"a":{"L":[{"N":"1"},{"NS":["1"]}]}}}`, `"{\"a\":[1]}"`, quotedBase64(gzipped("x")), "5", "null",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse([]byte(text))
		if err != nil {
			return
		}
		for _, name := range modifierNames()[:5] {
			got := compile(t, "@"+name).Find(e)
			if got.Exists() && !json.Valid([]byte(got.JSON())) || !utf8.ValidString(got.JSON()) {
				t.Errorf("@%s of %s: %s is not JSON", name, text, got.JSON())
			}
			if multi := compile(t, "[@"+name+"]").Find(e).JSON(); multi != "["+got.JSON()+"]" {
				t.Errorf("@%s of %s: %s, but in gjson %s", name, text, got.JSON(), multi)
			}
		}
		if got := compile(t, "@fromstr").Find(e); got.Exists() && e.kind() == '"' && !strings.Contains(text, `\u`) {
			if want := e.result(gjson.Get(e.raw, "@fromstr"), e.raw); got != want {
				t.Errorf("@fromstr of %s: %s, but gjson's %s", text, got.JSON(), want.JSON())
			}
		}
	})
}
