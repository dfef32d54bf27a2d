package event

import "testing"

func TestPercentDecode(t *testing.T) {
	for _, test := range []struct {
		text    string
		plus    bool
		want    string
		mistake int
	}{
		{"a+b%20c", true, "a b c", -1},
		{"a+b%20c", false, "a+b c", -1},
		{"a+b", false, "a+b", -1},
		{"", true, "", -1},
		{"%c3%A9%2f", false, "é/", -1},
		{"a%zz%4", true, "a%zz%4", 1},
		{"%41%", true, "A%", 3},
		{"%ff", true, "\xff", -1},
	} {
		got, mistake := PercentDecode(test.text, test.plus)
		if got != test.want || mistake != test.mistake {
			t.Errorf("%q: %q, %d", test.text, got, mistake)
		}
	}
}

func TestFormPairs(t *testing.T) {
	got := ""
	for name, value := range FormPairs("a=1;b=2&&x=%zz&c&=d", nil) {
		got += name + ":" + value + " "
	}
	if want := "a:1;b=2 x:%zz c: :d "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
