package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// What is decoded of an event is counted, whatever decodes it: with too little memory there
// is an error, and with enough there is none.
func TestMemoryIsCounted(t *testing.T) {
	long := strings.Repeat("a", 10_000)
	for _, test := range []struct {
		path, event string
		needs       int
	}{
		{"", `"` + long + `\n"`, 10_000},
		{"@fromstr", `"[\"` + long + `\"]"`, 10_000},
		{"@frombase64", quotedBase64(long), 10_000},
		{"@gunzip", quotedBase64(gzipped(long)), 10_000},
		{"@gunzip", quotedBase64(gzipped(strings.Repeat("\xff", 10_000))), 30_000},
		{"@fromform", `"x=` + long + `"`, 10_000},
		{"@fromform", `"` + strings.Repeat("a=1&", 99) + strings.Join(strings.Split(long, ""), "b&") + `"`, 10_000},
		{"@fromdynamodb", `{"S":"` + long + `"}`, 10_000},
		{"@frombase64|@tostr|@tostr", quotedBase64(strings.Repeat(`"`, 10_000)), 40_000},
		{"[@frombase64]", quotedBase64(long), 10_000},
		{"@reverse", `["` + long + `"]`, 10_000},
		{"@flatten", `[["` + long + `"]]`, 10_000},
		{"@join", `[{"a":"` + long + `"}]`, 10_000},
		{"@group", `{"a":["` + long + `"]}`, 10_000},
		{"@keys", `{"` + long + `":1}`, 10_000},
		{"@values", `{"a":"` + long + `"}`, 10_000},
		{"@pretty", `[` + strings.Repeat("1,", 5000) + `1]`, 10_000},
		{"@dig:a", `[{"a":"` + long + `"}]`, 10_000},
		{"#.a", `[{"a":"` + long + `"}]`, 10_000},
	} {
		path := compile(t, test.path)
		little := NewMemory(int64(test.needs - 1))
		if path.In(parse(t, test.event).In(little)); little.Err() == nil {
			t.Errorf("%s of %.30s needs less than %d", test.path, test.event, test.needs)
		}
		enough := NewMemory(int64(12 * test.needs))
		if v := path.In(parse(t, test.event).In(enough)); v.Kind == Null || enough.Err() != nil {
			t.Errorf("%s of %.30s: %v, and %d of %d are taken", test.path, test.event, v.Kind, enough.Used(), 12*test.needs)
		}
	}
}

// What paths have in common is counted once, and what rows take is released with them.
func TestMemoryIsReleased(t *testing.T) {
	m := NewMemory(15_000)
	e := parse(t, `{"body":"{\"a\":1,\"b\":2,\"c\":\"`+strings.Repeat("x", 10_000)+`\"}"}`).In(m)
	p := NewParameters([]Parameter{{Path: compile(t, "body|@fromstr|a")}, {Path: compile(t, "body.@fromstr.b")}})
	if values, err := p.Read(e, nil); err != nil || printed(values) != "integer 1, integer 2" {
		t.Errorf("%s %v", printed(values), err)
	}
	more := NewParameters([]Parameter{{Name: "body"}})
	var short *MemoryError
	if _, err := more.Read(e, nil); !errors.As(err, &short) || short.Limit != 15_000 {
		t.Error(err)
	}
	m.Reset()
	table := newTable(t, "", "body TEXT", "c TEXT 'body|@fromstr|c'")
	records := parse(t, "["+strings.Repeat(e.JSON()+",", 20)+"1]").In(NewMemory(60_000))
	rows := table.Open(records, AllColumns)
	for n := 0; rows.Next(); n++ {
		if v := rows.Value(1); n < 20 && len(v.Text) != 10_000 {
			t.Errorf("row %d has %d bytes", n, len(v.Text))
		}
		rows.Value(0)
	}
	rows.Close()
	if records.Memory().Err() != nil || records.Memory().Used() != 0 {
		t.Errorf("%v, and %d bytes are taken", records.Memory().Err(), records.Memory().Used())
	}
}

func TestMemoryCollectsBeforeItIsFull(t *testing.T) {
	m := NewMemory(100)
	for range 5 {
		if !m.Take(60) || m.Used() != 60 || m.Take(41) || m.used+m.garbage > 100 {
			t.Fatalf("%+v", m)
		}
		m.Release(60)
	}
	if m.Err() != nil || m.make(101) != nil || m.Err() == nil {
		t.Errorf("%+v", m)
	}
	if m.Forgive(); m.Err() != nil {
		t.Error("not forgiven")
	}
	var none *Memory
	none.Release(1)
	none.Reset()
	none.Forgive()
	if !none.Take(1<<40) || none.Used() != 0 || none.Err() != nil || NewMemory(0) != nil {
		t.Error("no memory is not without a limit")
	}
}

// TestMemoryCollectsSeldom: rows that need what is left of the memory, or more, do not
// collect garbage one by one.
func TestMemoryCollectsSeldom(t *testing.T) {
	const limit, rows = 1 << 20, 2000
	for _, left := range []int{10, 100, 150, 1000} {
		m := NewMemory(limit)
		m.Take(limit - left)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range rows {
			if m.need(100) {
				m.Release(100)
			}
		}
		runtime.ReadMemStats(&after)
		if n := after.NumGC - before.NumGC; n > rows*100*worthCollecting/limit {
			t.Errorf("with %d bytes left %d collections", left, n)
		}
	}
}

// FuzzReshape asserts that the modifiers that this package has in the place of gjson's do
// the same.
func FuzzReshape(f *testing.F) {
	for _, text := range []string{
		`[1,[2],[3,[4, [5] ],[]],{"a":[6]}]`, `{"a":[1,2,3],"b":["x"],"c":5,"d":[]}`, `[{"a":1,"b":2},{"a":3},5,{"c":[{}]},{}]`, `[]`, `{}`, `[ [ ] ]`,
		`{ "a" : 1 , "b" : [ ] }`, `"text"`, `5`, `{"a":{"a":1},"b":[{"a":2}]}`, `{"a\"b":1,"a":2,"\u0061":3}`,
	} {
		f.Add(text)
	}
	modifiers := []string{"keys", "values", "reverse", "flatten", `flatten:{"deep":true}`, "join", `join:{"preserve":true}`, "group", "ugly", "pretty", "dig:a", "tostr"}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse([]byte(text))
		if err != nil || strings.Contains(text, `\u`) || hasTwice(e) {
			return
		}
		for _, name := range modifiers {
			want := e.result(gjson.Get(e.raw, "@"+name), e.raw).JSON()
			if strings.Contains(name, "preserve") && want == "" {
				continue // gjson writes a comma beside an empty object
			}
			if got := compile(t, "@"+name).Find(e).JSON(); !sameValue(got, want) {
				t.Errorf("@%s of %s:\n got %s\nwant %s", name, text, got, want)
			}
			if strings.Contains(name, ":") {
				continue // in a multipath a colon stands behind a name
			}
			if got := compile(t, "[@"+name+"]").Find(e).JSON(); !sameValue(got, "["+want+"]") {
				t.Errorf("[@%s] of %s:\n got %s\nwant [%s]", name, text, got, want)
			}
		}
	})
}

// hasTwice reports whether an object in e has a name twice.
func hasTwice(e Event) bool {
	names := map[string]bool{}
	for name, value := range e.parts() {
		if names[name] && name != "" || hasTwice(value) {
			return true
		}
		names[name] = true
	}
	return false
}

func sameValue(a, b string) bool {
	decode := func(text string) (v any) {
		d := json.NewDecoder(bytes.NewReader([]byte(text)))
		d.UseNumber()
		if d.Decode(&v) != nil {
			return nil
		}
		return v
	}
	return (a == "") == (b == "") && reflect.DeepEqual(decode(a), decode(b))
}

// NewMemory returns a Memory of so many bytes, a pool of its own.
func NewMemory(limit int64) *Memory { return NewPool(limit).NewMemory() }
