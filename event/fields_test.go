package event

import "testing"

// What paths have in common is read once: here the parsing of a body, which has escapes
// and therefore allocates.
func TestFieldsShareModifiers(t *testing.T) {
	var f fields
	var slots []int
	for _, path := range []string{"body|@fromstr|id", "body|@fromstr|total", "body.@fromstr.lines.0", "body"} {
		slots = append(slots, f.add(compile(t, path)))
	}
	e := parse(t, `{"body":"{\"id\":1,\"total\":2.5,\"lines\":[3]}"}`)
	found := make([]Event, f.slots)
	if n := testing.AllocsPerRun(10, func() {
		clear(found)
		f.root.readEvent(e, &findings{slots: found})
	}); n != 1 {
		t.Errorf("%v allocations", n)
	}
	for i, want := range []Value{IntegerValue(1), RealValue(2.5), IntegerValue(3), TextValue(`{"id":1,"total":2.5,"lines":[3]}`)} {
		if got := found[slots[i]].Value(); got != want {
			t.Errorf("path %d: got %+v, want %+v", i, got, want)
		}
	}
}
