package event

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

func TestParameters(t *testing.T) {
	p := NewParameters([]Parameter{
		{Name: "customer", Type: TextType, NotNull: true},
		{Name: "limit", Type: IntegerType, Default: IntegerValue(20)},
		{Name: "since.year", Type: RealType},
		{Name: "active", Type: BooleanType, NotNull: true, Default: IntegerValue(1)},
		{Name: "tags"},
	})
	for _, test := range []struct{ event, want string }{
		{`{"customer":"ada","limit":"5","since.year":2020,"active":"false","tags":[1, 2]}`,
			"text ada, integer 5, real 2020, integer 0, text [1, 2]"},
		{`{"customer":"ada"}`, "text ada, integer 20, null, integer 1, null"},
		{`{"customer":42,"limit":null,"since":{"year":1}}`, "text 42, null, null, integer 1, null"},
		{`{"customer":"a","customer":"b","cust\u006fmer":null}`, "text a, integer 20, null, integer 1, null"},

		{`{}`, "customer: missing"},
		{`{"customer":null,"active":null}`, "customer: must not be null; active: must not be null"},
		{`{"customer":{},"limit":2.5,"since.year":"soon","active":[]}`,
			`customer: TEXT expected, got an object; limit: INTEGER expected, got the number 2.5; ` +
				`since.year: REAL expected, got the string "soon"; active: BOOLEAN expected, got an array`},
		{`{"customer":"ada","limit":"a string that is quite long"}`, `limit: INTEGER expected, got the string "a string that is qui"…`},
		{`{"customer":"ada","since.year":true}`, "since.year: REAL expected, got true"},
		{`[{"customer":"ada"}]`, "customer: missing; the event is an array, not an object"},
		{`"customer"`, `customer: missing; the event is the string "customer", not an object`},
		{`null`, `customer: missing; the event is null, not an object`},
	} {
		values, err := p.Read(parse(t, test.event), nil)
		got := printed(values)
		if err != nil {
			got = err.Error()
			var invalid *InvalidError
			if !errors.As(err, &invalid) {
				t.Errorf("%s: a %T", test.event, err)
			}
		}
		if got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.event, got, test.want)
		}
	}
}

// printed prints values for a comparison.
func printed(values []Value) string {
	var s string
	for i, v := range values {
		if i > 0 {
			s += ", "
		}
		s += v.Kind.String()
		switch v.Kind {
		case Integer:
			s += fmt.Sprintf(" %d", v.Integer())
		case Real:
			s += fmt.Sprintf(" %g", v.Real())
		case Text, Blob:
			s += " " + v.Text
		}
	}
	return s
}

func TestParametersDoNotAllocate(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector allocates")
	}
	p := NewParameters([]Parameter{{Name: "a"}, {Name: "b", Type: IntegerType}})
	e := parse(t, `{"a":"x","b":2,"c":[3]}`).In(NewMemory(1 << 20))
	want := []Value{TextValue("x"), IntegerValue(2)}
	room := make([]Value, 0, 2)
	if n := testing.AllocsPerRun(100, func() {
		if got, err := p.Read(e, room); err != nil || !slices.Equal(got, want) {
			t.Fatal(got, err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
