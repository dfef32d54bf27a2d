package event

import (
	"encoding/json"
	"slices"
	"testing"
)

// FuzzReadText: what is read of a text while it is checked is what is read of it once it
// was checked, and nothing where it is no JSON.
func FuzzReadText(f *testing.F) {
	for _, text := range []string{
		`{"a":1,"b":{"c":"x"},"d":[1,2],"e":"{\"f\":2}"}`, ` { "a" : 1 , "b" : { "c" : null } } `, `{}`, ` `, ``, `[1]`, `1`, `{"a":1`, `{"a":1}}`,
		`{"a":1,"a":2,"b":{},"b":{"c":3}}`, `{"\u0061":5,"b\n":1}`, `{"a":1,}`, `{"a"}`, `{"a":}`, `{"a":1 "b":2}`, "{\"a\":\"\xff\"}", "{\"a\":\"\n\"}",
		`{"e":"{\"f\":1"}`, `{"d":[{"a":1},[2]],"e":"[]"}`, `{"a":{"b":[{}]},"b":{"c":{"c":1}}}x`, `{"a":tru}`, `{1:2}`, `{"a":"x`, `{`,
	} {
		f.Add(text)
	}
	var paths fields
	for _, path := range []string{"a", "b.c", "d.1", "d", "e|@fromstr|f", "e"} {
		p, err := ParsePath(path)
		if err != nil {
			f.Fatal(err)
		}
		paths.add(p)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, got := make([]Event, paths.slots), make([]Event, paths.slots)
		paths.root.readEvent(Event{}.parsed(text), &findings{slots: want})
		var room []byte
		paths.root.readText(text, &findings{slots: got, room: &room})
		if !slices.Equal(got, want) {
			t.Errorf("%q: %v, not %v", text, got, want)
		}
		if !json.Valid([]byte(text)) && slices.ContainsFunc(got, Event.Exists) {
			t.Errorf("%q is no JSON, but has %v", text, got)
		}
	})
}
