package event

import (
	"math"
	"strconv"
	"testing"
)

// What a declared type makes of a value; no value is "cannot be converted".
func TestConvert(t *testing.T) {
	no := Value{Kind: 99}
	text, integer, real, blob := TextValue, IntegerValue, RealValue, BlobValue
	for _, test := range []struct {
		json                                      string
		text, integer, real, boolean, json_, blob Value
	}{
		{`null`, Value{}, Value{}, Value{}, Value{}, Value{}, Value{}},
		{`"a b"`, text("a b"), no, no, no, text(`"a b"`), no},
		{`"abcd"`, text("abcd"), no, no, no, text(`"abcd"`), blob("\x69\xb7\x1d")},
		{`""`, text(""), no, no, no, text(`""`), blob("")},
		{`"42"`, text("42"), integer(42), real(42), no, text(`"42"`), blob("\xe3")},
		{`" +042 "`, text(" +042 "), integer(42), real(42), no, text(`" +042 "`), no},
		{`"2.0"`, text("2.0"), integer(2), real(2), no, text(`"2.0"`), no},
		{`".5"`, text(".5"), no, real(0.5), no, text(`".5"`), no},
		{`"-2e3"`, text("-2e3"), integer(-2000), real(-2000), no, text(`"-2e3"`), blob("\xfb\x67\xb7")},
		{`"+-5"`, text("+-5"), no, no, no, text(`"+-5"`), blob("\xfb\xee")},
		{`"0x10"`, text("0x10"), no, no, no, text(`"0x10"`), blob("\xd3\x1d\x74")},
		{`"1_000"`, text("1_000"), no, no, no, text(`"1_000"`), no},
		{`"NaN"`, text("NaN"), no, no, no, text(`"NaN"`), blob("\x35\xa3")},
		{`"true"`, text("true"), no, no, integer(1), text(`"true"`), blob("\xb6\xbb\x9e")},
		{`"false"`, text("false"), no, no, integer(0), text(`"false"`), no},
		{`"True"`, text("True"), no, no, no, text(`"True"`), blob("\x4e\xbb\x9e")},
		{`42`, text("42"), integer(42), real(42), no, text("42"), no},
		{`1`, text("1"), integer(1), real(1), integer(1), text("1"), no},
		{`0`, text("0"), integer(0), real(0), integer(0), text("0"), no},
		{`2.0`, text("2.0"), integer(2), real(2), no, text("2.0"), no},
		{`2.5`, text("2.5"), no, real(2.5), no, text("2.5"), no},
		{`1.20e2`, text("1.20e2"), integer(120), real(120), no, text("1.20e2"), no},
		{`9007199254740993.0`, text("9007199254740993.0"), integer(9007199254740993), real(9007199254740992), no, text("9007199254740993.0"), no},
		{`9223372036854775808`, text("9223372036854775808"), no, real(1 << 63), no, text("9223372036854775808"), no},
		{`-922337203685477580.8e1`, text("-922337203685477580.8e1"), integer(math.MinInt64), real(-1 << 63), no, text("-922337203685477580.8e1"), no},
		{`0e99999999999999999999`, text("0e99999999999999999999"), integer(0), real(0), no, text("0e99999999999999999999"), no},
		{`1e999`, text("1e999"), no, real(math.Inf(1)), no, text("1e999"), no},
		{`1e18`, text("1e18"), integer(1e18), real(1e18), no, text("1e18"), no},
		{`1e19`, text("1e19"), no, real(1e19), no, text("1e19"), no},
		{`true`, text("true"), integer(1), no, integer(1), text("true"), no},
		{`false`, text("false"), integer(0), no, integer(0), text("false"), no},
		{`{ "a":1}`, no, no, no, no, text(`{ "a":1}`), no},
		{`[1]`, no, no, no, no, text("[1]"), no},
	} {
		e := parse(t, test.json)
		for typ, want := range map[Type]Value{
			AnyType: e.Value(), TextType: test.text, IntegerType: test.integer, RealType: test.real,
			BooleanType: test.boolean, JSONType: test.json_, BlobType: test.blob,
		} {
			got, ok := e.Convert(typ)
			if !ok && got != (Value{}) {
				t.Errorf("%s to %s: a value beside a failure: %+v", test.json, typ, got)
			}
			if !ok {
				got = no
			}
			if got != want {
				t.Errorf("%s to %s: got %+v, want %+v", test.json, typ, got, want)
			}
		}
	}
	if got, ok := (Event{}).Convert(IntegerType); got != (Value{}) || !ok {
		t.Error("what is missing is not NULL")
	}
}

// What a modifier made converts as the JSON string that it stands for.
func TestConvertModified(t *testing.T) {
	for _, test := range []struct {
		typ  Type
		want Value
	}{
		{AnyType, TextValue("42")}, {TextType, TextValue("42")}, {IntegerType, IntegerValue(42)},
		{RealType, RealValue(42)}, {JSONType, TextValue(`"42"`)}, {BlobType, BlobValue("\xe3")},
	} {
		e := compile(t, "@frombase64").Find(parse(t, quotedBase64("42")))
		if got, ok := e.Convert(test.typ); got != test.want || !ok {
			t.Errorf("%s: got %+v", test.typ, got)
		}
	}
}

func TestParseType(t *testing.T) {
	for typ := TextType; typ <= BlobType; typ++ {
		if got, ok := ParseType(typ.String()); got != typ || !ok {
			t.Errorf("%s: got %s", typ, got)
		}
	}
	if got, ok := ParseType("json"); got != JSONType || !ok {
		t.Error("a type's case counts")
	}
	for _, name := range []string{"", "INT", "VARCHAR"} {
		if _, ok := ParseType(name); ok {
			t.Errorf("%q is a type", name)
		}
	}
}

// FuzzConvert asserts that a number is the real that strconv reads, and that whole numbers are
// integers and reals of one value.
func FuzzConvert(f *testing.F) {
	for _, seed := range []string{"1", "-0.50e+1", `"12"`, `" +1.5e3 "`, `"\u0031"`, "1e400", `"9223372036854775807"`,
		"19.99", "0.3", "9007199254740993", "99999999999999.9", "123456789012345.6", "0.00000000000001", `".5"`, `"5."`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse([]byte(text))
		if err != nil {
			return
		}
		whole, isWhole := e.Convert(IntegerType)
		real, isReal := e.Convert(RealType)
		if e.kind() == 't' || e.kind() == 'f' {
			return
		}
		if want, err := strconv.ParseFloat(text, 64); err == nil && e.kind() == '0' && real.Real() != want {
			t.Errorf("%s is the real %v, not %v", text, real.Real(), want)
		}
		if isWhole && (!isReal || real.Real() != float64(whole.Integer())) {
			t.Errorf("%s is the integer %+v and the real %+v", text, whole, real)
		}
		if !isWhole && isReal && real.Real() == math.Trunc(real.Real()) && math.Abs(real.Real()) < 1<<50 && real.Real() != 0 {
			if math.Abs(real.Real()) < 1<<20 && len(text) < 15 {
				t.Errorf("%s is the real %+v and no integer", text, real)
			}
		}
	})
}
