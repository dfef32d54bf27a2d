package event

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestValue(t *testing.T) {
	for _, test := range []struct {
		json string
		want Value
	}{
		{`null`, Value{}},
		{`true`, IntegerValue(1)},
		{`false`, IntegerValue(0)},
		{`0`, IntegerValue(0)},
		{`-0`, IntegerValue(0)},
		{`42`, IntegerValue(42)},
		{`9007199254740993`, IntegerValue(9007199254740993)}, // no double has this value
		{`9223372036854775807`, IntegerValue(math.MaxInt64)},
		{`-9223372036854775808`, IntegerValue(math.MinInt64)},
		{`9223372036854775808`, RealValue(9223372036854775808)},
		{`-9223372036854775809`, RealValue(-9223372036854775809)},
		{`18446744073709551617`, RealValue(18446744073709551617)},
		{`2.0`, RealValue(2)},
		{`1e3`, RealValue(1000)},
		{`-0.0`, RealValue(math.Copysign(0, -1))},
		{`0.1`, RealValue(0.1)},
		{`1e999`, RealValue(math.Inf(1))},
		{`-1e999`, RealValue(math.Inf(-1))},
		{`""`, TextValue("")},
		{`"é"`, TextValue("é")},
		{`"\"\\\/\b\f\n\r\t"`, TextValue("\"\\/\b\f\n\r\t")},
		{`"\u00e9\u20AC"`, TextValue("é€")},
		{`"a\u0000b"`, TextValue("a\x00b")},
		{`"\ud83d\ude00"`, TextValue("😀")},
		{`"\ud83d"`, TextValue("\uFFFD")},
		{`"\ud83dA"`, TextValue("\uFFFDA")},
		{`"\ud83d\u0041"`, TextValue("\uFFFDA")},
		{`"\ude00\ud83d\ude00"`, TextValue("\uFFFD😀")},
		{`{ "a" : [1, 2] }`, TextValue(`{ "a" : [1, 2] }`)},
		{" [1,\n2]\n", TextValue("[1,\n2]")},
	} {
		if got := parse(t, test.json).Value(); got != test.want {
			t.Errorf("%s: got %+v, want %+v", test.json, got, test.want)
		}
	}
}

func TestField(t *testing.T) {
	e := parse(t, `{
		"id": 1, "id": 2, "naïve": 3, "a.b": 4, "*": 5, "@this": 6, "#": 7, "": 8,
		"\u0065scaped": 9, "null": null, "items": [ {} , 2 ], "a|b": 10, "\\": 11, "{}": 12
	}`)
	for name, want := range map[string]Value{
		"id": IntegerValue(1), "naïve": IntegerValue(3), "a.b": IntegerValue(4), "*": IntegerValue(5),
		"@this": IntegerValue(6), "#": IntegerValue(7), "": IntegerValue(8), "escaped": IntegerValue(9),
		"a|b": IntegerValue(10), `\`: IntegerValue(11), "{}": IntegerValue(12),
		"null": {}, "missing": {}, "a": {}, "ID": {}, "items": TextValue("[ {} , 2 ]"),
	} {
		if got := e.Field(name); got != want {
			t.Errorf("%q: got %+v, want %+v", name, got, want)
		}
		if got := FieldPath(name).In(e); got != want {
			t.Errorf("FieldPath %q: got %+v, want %+v", name, got, want)
		}
	}
	if e.Lookup("missing").Exists() || !e.Lookup("null").Exists() || e.Lookup("null").JSON() != "null" {
		t.Error("null and missing are not told apart")
	}
	for _, other := range []string{`[{"id":1}]`, `"{\"id\":1}"`, `5`, `null`} {
		if got := parse(t, other).Lookup("id"); got.Exists() {
			t.Errorf("%s has a field: %v", other, got)
		}
	}
}

func TestElement(t *testing.T) {
	for _, test := range []struct {
		json string
		n    int
		want Value
	}{
		{`[1, "b" ,[3]]`, 1, IntegerValue(1)},
		{`[1, "b" ,[3]]`, 2, TextValue("b")},
		{`[1, "b" ,[3]]`, 3, TextValue("[3]")},
		{`[1, "b" ,[3]]`, 4, Value{}},
		{`[1]`, 0, Value{}},
		{`[]`, 1, Value{}},
		{`5`, 1, IntegerValue(5)},
		{`5`, 2, Value{}},
		{`{"1":2}`, 1, TextValue(`{"1":2}`)},
	} {
		if got := parse(t, test.json).At(test.n).Value(); got != test.want {
			t.Errorf("%s, %d: got %+v, want %+v", test.json, test.n, got, test.want)
		}
	}
}

func TestElements(t *testing.T) {
	for json, want := range map[string]string{
		`[1, {"a":[2]} ,"]"]`: `1;{"a":[2]};"]"`, `[ ]`: "", `[]`: "", `null`: "", `{"a":1}`: `{"a":1}`, `5`: "5",
	} {
		var got []string
		for element := range parse(t, json).Elements() {
			got = append(got, element.JSON())
		}
		if strings.Join(got, ";") != want {
			t.Errorf("%s: got %s", json, got)
		}
	}
	for range (Event{}).Elements() {
		t.Error("a missing value has an element")
	}
}

// FuzzField asserts that fields read as encoding/json reads them.
func FuzzField(f *testing.F) {
	f.Add(`{"a":1,"b":"\u00e9","c":[1,2],"d":null,"e":{"f":1.5}}`)
	f.Add(`{"\ud83d":"\ud83dA","\n":"` + strings.Repeat("é", 9) + `"}`)
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse([]byte(text))
		if err != nil {
			return
		}
		var fields map[string]json.RawMessage
		if json.Unmarshal([]byte(text), &fields) != nil || !e.IsObject() {
			return
		}
		for name, raw := range fields {
			if !slices.Contains(values(e, name), string(raw)) {
				t.Errorf("%q: got %s, want %s", name, e.Lookup(name).JSON(), raw)
			}
			checkAgainstJSON(t, e.Lookup(name))
		}
	})
}

// values returns the JSON of all members of that name: encoding/json takes the last where
// Lookup takes the first.
func values(e Event, name string) []string {
	all := []string{e.Lookup(name).JSON()}
	for member, value := range e.members() {
		if member == name {
			all = append(all, value.JSON())
		}
	}
	return all
}

// checkAgainstJSON compares a value with what encoding/json makes of it.
func checkAgainstJSON(t *testing.T, e Event) {
	t.Helper()
	var want any
	decoder := json.NewDecoder(strings.NewReader(e.JSON()))
	decoder.UseNumber()
	if err := decoder.Decode(&want); err != nil {
		t.Fatalf("%q is not JSON: %v", e.JSON(), err)
	}
	got := e.Value()
	switch want := want.(type) {
	case nil:
		if got != (Value{}) {
			t.Errorf("null: got %+v", got)
		}
	case bool:
		if got != booleanValue(want) {
			t.Errorf("%v: got %+v", want, got)
		}
	case string:
		if got != TextValue(want) {
			t.Errorf("%q: got %+v", want, got)
		}
	case json.Number:
		integer, err := want.Int64()
		real, _ := want.Float64()
		if err == nil && got != IntegerValue(integer) || err != nil && got != RealValue(real) {
			t.Errorf("%s: got %+v", want, got)
		}
	default:
		if got != TextValue(e.JSON()) {
			t.Errorf("%s: got %+v", e.JSON(), got)
		}
	}
}
