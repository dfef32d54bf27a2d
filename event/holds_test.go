package event_test

import (
	"bytes"
	"strings"
	"testing"

	"sqlambda/event"
)

// TestHoldsValue: « and » stand around the text that is asked about.
func TestHoldsValue(t *testing.T) {
	const json = `{"a":{"b":[1,2]},"text":"{\"c\":[3]}","plain":"[4,5]","last":[{"x":"]"}, {"y":"a \\"}, [[6]]]}`
	for text, want := range map[string]bool{
		json: true, `{"b":[1,2]}`: true, `[1,2]`: false, `[3]`: false, `[4,5]`: false, `[{"x":"]"}, {"y":"a \\"}, [[6]]]`: false,
		`{"b":[1,2]`: false, `"text"`: false, "": false,
	} {
		payload := []byte(json)
		e, err := event.Parse(payload)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+len(text) <= len(payload); i++ {
			if part := e.JSON()[i : i+len(text)]; part == text && e.HoldsValue(part) != want {
				t.Errorf("%s: %v, want %v", text, !want, want)
			}
		}
		if e.HoldsValue(strings.Clone(text)) {
			t.Errorf("%s that is not the event's own is held", text)
		}
	}
	// A value is looked for where what stands before it is shorter.
	payload := []byte(`{"s":"[1,2,3,4,5,6,7,8,9] \\","v":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]}`)
	e, err := event.Parse(payload)
	if err != nil {
		t.Fatal(err)
	}
	start := bytes.Index(payload, []byte(`"v":`)) + len(`"v":`)
	if !e.HoldsValue(e.JSON()[start : len(payload)-1]) {
		t.Error("a value is not held")
	}
	if start = bytes.IndexByte(payload, '['); e.HoldsValue(e.JSON()[start : start+len("[1,2,3,4,5,6,7,8,9]")]) {
		t.Error("a text in a string is taken for a value")
	}
}
