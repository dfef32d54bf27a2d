package event

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// compile returns the path of a text that a test is sure of.
func compile(t testing.TB, text string) Path {
	t.Helper()
	p, err := ParsePath(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const order = `{"id":7,"customer":{"name":"Ada","first.name":"A"},"items":[{"sku":"x","price":1.5},{"sku":"y","price":2}],
"note":"{\"a\":[1]}","@type":"order","a|b":1,"*":2,"0":"zero","bad":"not JSON","dup":1,"dup":{"a":2},"dup":{"b":3}}`

func TestPath(t *testing.T) {
	for _, test := range []struct{ path, want string }{
		{"", order},
		{"id", "7"},
		{"customer.name", `"Ada"`},
		{"customer|name", `"Ada"`},
		{`customer.first\.name`, `"A"`},
		{"items.1.sku", `"y"`},
		{"items.01.sku", `"y"`},
		{"items.-1", ""},
		{"items.2", ""},
		{"items.sku", ""},
		{"0", `"zero"`},
		{"id.x", ""},
		{`\@type`, `"order"`},
		{`a\|b`, "1"},
		{`\*`, "2"},
		{"dup", "1"},
		{"dup.a", "2"}, // the first dup that has it, as in gjson
		{"dup.b", "3"},
		{"dup|b", ""},
		{"note.a", ""}, // gjson would look into the text
		{"note|@fromstr|a.0", "1"},
		{"note.@fromstr.a.0", "1"},
		{"bad|@fromstr", ""},
		{"bad|@fromstr|a", ""},
		{"missing|@fromstr|a", ""},
		{"id|@fromstr", "7"},

		// What gjson follows.
		{"items.#", "2"},
		{"items.#.sku", `["x","y"]`},
		{"items.#.sku|1", `"y"`},
		{"items.#(price>1.7).sku", `"y"`},
		{"items.#[price>1.7].sku", `"y"`},
		{"items.#(price>1)#.sku", `["x","y"]`},
		{"cust*.name", `"Ada"`},
		{"customer.@keys", `["name","first.name"]`},
		{"items.@reverse.0.sku", `"y"`},
		{"{id,customer.name}", `{"id":7,"name":"Ada"}`},
		{`customer.{"n":name,"v":!1}`, `{"n":"Ada","v":1}`},
		{"[id,note|@fromstr|a]", "[7,[1]]"},
		{"[id,bad|@fromstr]", "[7]"},
		{"note|@fromstr|a.#", "1"},
		{`@pretty:{"indent":""}|id`, "7"},
		{"@dig:sku", `["x","y"]`},
		{"@this.id", "7"},
		{"missing|@keys", ""}, // "[]" in gjson
		{`missing|!1`, ""},
		{`missing.[id]`, ""},
		{`!"text"`, `"text"`},
		{"!nan", ""},
		{"..0.id", "7"},
	} {
		if got := compile(t, test.path).Find(parse(t, order)).JSON(); got != test.want {
			t.Errorf("%s: got %s, want %s", test.path, got, test.want)
		}
	}
}

func TestPathErrors(t *testing.T) {
	for _, test := range []struct {
		path   string
		offset int
		want   string
	}{
		{"a.@frombas64", 2, `there is no modifier @frombas64: did you mean @frombase64? A field of that name is written \@frombas64`},
		{"@type", 0, `there is no modifier @type; a field of that name is written \@type`},
		{"a|@flaten|b", 2, `there is no modifier @flaten: did you mean @flatten? A field of that name is written \@flaten`},
		{"a|@json|id", 2, `there is no modifier @json: did you mean @fromstr? A field of that name is written \@json`},
		{"a|@fromjson", 2, `there is no modifier @fromjson: did you mean @fromstr? A field of that name is written \@fromjson`},
		{"{a,b.@key}", 5, `there is no modifier @key: did you mean @keys? A field of that name is written \@key`},
		{"a.#(b|@gunzp=1)", 6, `there is no modifier @gunzp: did you mean @gunzip? A field of that name is written \@gunzp`},
		{"a..b", 2, "a key is missing before '.'"},
		{".a", 0, "a key is missing before '.'"},
		{"a|", 2, "a key is missing at the end"},
		{"a.", 2, "a key is missing at the end"},
		{"a|@this.", 8, "a key is missing at the end"},
		{"a||b", 2, "a key is missing before '|'"},
		{"{a,b", 0, "'{' is not closed"},
		{"a.[b.c", 2, "'[' is not closed"},
		{`{\`, 0, "'{' is not closed"},
		{"a.#(b=1", 3, "'(' is not closed"},
		{`a.#(b="x)`, 3, "the quote is not closed"},
		{"a.#(b=1]", 7, "']' closes nothing: text in a query is written in quotes"},
		{"a.#(b=1)c", 8, "'.' or '|' expected, found 'c'"},
		{"[a]b", 3, "'.' or '|' expected, found 'b'"},
		{`a\`, 1, "the backslash at the end escapes nothing"},
		{"$.a", 0, `a path has no $ for its root: it begins with the first key. A field of that name is written \$`},
		{"Records[0].body", 7, `an element is written Records.0, a field of that name Records\[0\]`},
		{"a.b[*].c", 3, `an element is written b.#, a field of that name b\[*\]`},
		{`a["b"]`, 1, `an element is written a.b, a field of that name a\["b"\]`},
		{strings.Repeat("a", MaxPath+1), MaxPath, "longer than 4096 bytes"},
	} {
		_, err := ParsePath(test.path)
		var problem *PathError
		if !errors.As(err, &problem) || problem.Offset != test.offset || problem.Message != test.want {
			t.Errorf("%s:\n got %#v\nwant %d, %s", test.path, problem, test.offset, test.want)
		}
	}
	for _, valid := range []string{"filter[name]", "ids[]", "a@b", "#tag", "a b", `Records\[0\]`, "a.!x", "{@this:a}", "a:b"} {
		if _, err := ParsePath(valid); err != nil {
			t.Error(err)
		}
	}
}

// FuzzPath asserts that a path leads where gjson leads, the documented differences aside.
func FuzzPath(f *testing.F) {
	for _, path := range []string{
		"a", "a.b", "a.1.b", `a\.b.c`, "a|b", "a.#.b", "a.@keys", "{a,b}", "a.#(b=1)#.c", "a*", "@this|a.0", "!1", "#", "a.b|@tostr", "..0.a",
		`\\`, "a#b", "0.0", "a.@reverse.0|b", "@flatten.0", "a.[0,1].1", `é.\u`,
	} {
		f.Add(path, `{"a":{"b":[1,{"c":"x"}]},"b":null,"\\":1,"a.b":{"c":2},"é":{"u":[]}}`)
		f.Add(path, `[[{"a":"\"\u0061"}], {"b" : 1e3,"a":[{"b":1,"c":2},{"b":1,"c":[]}]} ]`)
		f.Add(path, `{"a":1,"a":{"b":1},"a":{"b":{"c":[true]}},"\u0061":0}`)
	}
	f.Fuzz(func(t *testing.T, path, text string) {
		p, err := ParsePath(path)
		if err != nil || path == "" || unlikeGJSON(path, text) {
			return
		}
		e, err := Parse([]byte(text))
		if err != nil || missesModifier(p, e) {
			return
		}
		got, want := p.Find(e), e.result(gjson.Get(e.raw, path), e.raw)
		if got.JSON() != want.JSON() {
			t.Errorf("%s in %s:\n got %s\nwant %s", path, text, got.JSON(), want.JSON())
		}
	})
}

// missesModifier reports whether a modifier gets nothing to modify: gjson calls some all
// the same, depending on how far the keys before led.
func missesModifier(p Path, e Event) bool {
	for _, s := range p.steps {
		if e = e.find(s.keys); s.modify == nil {
			continue
		}
		if !e.Exists() {
			return true
		}
		e = s.modify(e, s.argument)
	}
	return false
}

var tooLarge = regexp.MustCompile(`[1-9][0-9]{18}`)

// unlikeGJSON reports whether the result may differ from gjson's: modifiers of ours, a
// text that gjson might search, half a surrogate, an escaped separator, which gjson
// takes for one in an array, and a position that is too large for its numbers.
func unlikeGJSON(path, text string) bool {
	for _, name := range modifierNames()[:5] {
		if strings.Contains(path, name) {
			return true
		}
	}
	for i := skipSpace(text, 0); i < len(text); i++ {
		if text[i] == '"' {
			end := skipValue(text, i)
			if strings.ContainsAny(text[i:end], "{[") {
				return true
			}
			i = end - 1
		}
	}
	return strings.Contains(strings.ToLower(text), `\ud`) || tooLarge.MatchString(path) ||
		strings.Contains(path, `\.`) || strings.Contains(path, `\|`)
}
