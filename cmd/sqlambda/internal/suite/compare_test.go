package suite

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

func TestDifferences(t *testing.T) {
	for _, test := range []struct{ want, got, differences string }{
		{`{"a":1,"b":[true,null]}`, ` {"b":[true, null], "a":1} `, ``},
		{`1`, `1.0`, `1: $: got 1.0, want 1`},
		{`1.0`, `1.00`, ``},
		{`1e2`, `100.0`, ``},
		{`9e999`, `9e999`, ``},
		{`12345678901234567890`, `12345678901234567891`, `1: $: got 12345678901234567891, want 12345678901234567890`},
		{`"1"`, `1`, `1: $: got 1, want "1"`},
		{`{}`, `[]`, `1: $: got [], want {}`},
		{`null`, `false`, `1: $: got false, want null`},
		{"{\n\"items\": [\n{\"total\": 1.5},\n{\"total\": 2.5}]}", `{"items":[{"total":1.5},{"total":3.5}]}`, `4: $.items[1].total: got 3.5, want 2.5`},
		{"{\n\"headers\": {\n\"content-type\": \"a\"}}", `{"headers":{"content-type":"b"}}`, `3: $.headers["content-type"]: got "b", want "a"`},
		{"[\n1,\n2]", `[1]`, `3: $[1]: is missing, want 2`},
		{"\n[1]", `[1,2]`, `2: $[1]: got 2, which is not expected`},
		{"{\"a\":{\n\"b\":1}}", `{"a":{"c":1}}`, "2: $.a.b: is missing, want 1\n1: $.a.c: got 1, which is not expected"},
		{`{"n":null}`, `{}`, `1: $.n: is missing, want null`},
		{`"<any>"`, `{"a":[]}`, ``},
		{`{"a":"<any>"}`, `{}`, `1: $.a: is missing, want "<any>"`},
		{`["<string>","<number>","<uuid>","<timestamp>","<base64>","<regexp ^o-[0-9]+$>"]`,
			`["",1.5,"8476a536-e9f4-41e8-9739-2dfe598c3fcd","2026-02-11 15:39:06","aGk=","o-17"]`, ``},
		{`["<string>","<number>","<uuid>","<timestamp>","<base64>","<regexp ^o-[0-9]+$>"]`, `[1,"1","x","noon","a","o-"]`,
			"1: $[0]: got 1, want \"<string>\"\n1: $[1]: got \"1\", want \"<number>\"\n1: $[2]: got \"x\", want \"<uuid>\"\n" +
				"1: $[3]: got \"noon\", want \"<timestamp>\"\n1: $[4]: got \"a\", want \"<base64>\"\n1: $[5]: got \"o-\", want \"<regexp ^o-[0-9]+$>\""},
		{`"<regexp ^1[0-9]$>"`, `17`, ``},
		{`"<timestamp>"`, `"2026-02-11T15:39:06.123+01:00"`, ``},
		{`"<other>"`, `"x"`, `1: $: got "x", want "<other>"`},
		{`{"body":"{\"id\":\"<uuid>\",\"n\":1}"}`, `{"body":"{\"id\":\"8476a536-e9f4-41e8-9739-2dfe598c3fcd\",\"n\":1}"}`, ``},
		{`{"body":"{\"id\":\"<uuid>\",\"n\":1}"}`, `{"body":"{\"id\":\"8476a536-e9f4-41e8-9739-2dfe598c3fcd\",\"n\":2}"}`, `1: $.body $.n: got 2, want 1`},
		{`"{\"a\":1}"`, `"{\"a\": 1}"`, `1: $: the JSON in the string has another text: got "{\"a\": 1}", want "{\"a\":1}"`},
	} {
		var list []string
		problems, _ := differences(&Part{Line: 1, Text: test.want}, test.got)
		for _, p := range problems {
			list = append(list, fmt.Sprintf("%d: %s: %s", p.Line, p.Path, p.Message))
		}
		if got := strings.Join(list, "\n"); got != test.differences {
			t.Errorf("%s and %s differ in\n%s\nwant\n%s", test.want, test.got, got, test.differences)
		}
	}
}

func TestMerge(t *testing.T) {
	for _, test := range []struct{ want, got, merged string }{
		{`{"id":"<uuid>","n":1}`, `{"n":2,"id":"8476a536-e9f4-41e8-9739-2dfe598c3fcd"}`, `{"id":"<uuid>","n":2}`},
		{`{"id":"<uuid>"}`, `{"id":"x","m":[1, 2]}`, `{"id":"x","m":[1,2]}`},
		{`["<any>",1.50]`, `[{"a":1},1.5,"<b>"]`, `["<any>",1.50,"<b>"]`},
		{`{"body":"{\"id\":\"<uuid>\",\"n\":1}"}`, `{"body":"{\"id\":\"8476a536-e9f4-41e8-9739-2dfe598c3fcd\",\"n\":2}"}`, `{"body":"{\"id\":\"<uuid>\",\"n\":2}"}`},
		{`{"body":"{\"n\":1}"}`, `{"body":"{\"n\": 2}"}`, `{"body":"{\"n\": 2}"}`},
	} {
		if _, got := differences(&Part{Text: test.want}, test.got); got != test.merged {
			t.Errorf("%s with %s is %s, want %s", test.want, test.got, got, test.merged)
		}
	}
}

// FuzzDifferences has nothing differ from itself, and merge keep what was got.
func FuzzDifferences(f *testing.F) {
	f.Add(`{"a":[1,1.5,"x",{"b":null}],"c":"{\"d\":1}"}`, `{"a":"<any>"}`)
	f.Add(`"<regexp (>"`, `"<regexp .>"`)
	f.Fuzz(func(t *testing.T, a, b string) {
		if !gjson.Valid(a) || !gjson.Valid(b) || strings.Contains(a, `\u`) || strings.Contains(a, "\ufffd") {
			return
		}
		if !hasDuplicates(gjson.Parse(a)) {
			if list, _ := differences(&Part{Text: a}, a); len(list) > 0 {
				t.Errorf("%s differs from itself: %v", a, list)
			}
		}
		_, merged := differences(&Part{Text: a}, b)
		if !gjson.Valid(merged) {
			t.Errorf("%s with %s is %s, which is no JSON", a, b, merged)
		}
	})
}

// hasDuplicates reports whether an object in a value has a name twice.
func hasDuplicates(v gjson.Result) bool {
	names := map[string]bool{}
	if !v.IsObject() && !v.IsArray() {
		return false
	}
	duplicate := false
	v.ForEach(func(name, value gjson.Result) bool {
		duplicate = duplicate || v.IsObject() && names[name.Str] || hasDuplicates(value)
		names[name.Str] = true
		return true
	})
	return duplicate
}
