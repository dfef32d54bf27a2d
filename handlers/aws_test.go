package handlers_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// awsEvents returns the sample events of github.com/aws/aws-lambda-go, by name.
func awsEvents(t *testing.T) map[string]string {
	t.Helper()
	folder, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-lambda-go@v1.55.1").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(folder)), "events/testdata/*.json"))
	events := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if json.Valid(text) {
			events[filepath.Base(file)] = string(text)
		}
	}
	if len(events) < 80 {
		t.Fatalf("%d sample events in %s", len(events), folder)
	}
	return events
}

// TestAWSEvents sends the events of AWS's services through handlers: what comes
// back is what went in.
func TestAWSEvents(t *testing.T) {
	f := newFunction(t)
	for name, event := range awsEvents(t) {
		t.Run(name, func(t *testing.T) {
			f.t = t
			f.wholeEvent(t, event)
			f.fields(t, event)
		})
	}
}

// wholeEvent checks the whole event, as text and as JSON.
func (f *testFunction) wholeEvent(t *testing.T, event string) {
	f.add("whole.sql", "-- name: whole\nSELECT json($event) AS json, event('') AS text, $event = event('') AS same")
	var got struct {
		JSON json.RawMessage
		Text json.RawMessage
		Same int
	}
	f.answer(t, "whole", event, &got)
	sameJSON(t, "json($event)", string(got.JSON), event)
	text := string(got.Text)
	if strings.ContainsAny(strings.TrimSpace(event)[:1], `{["`) {
		json.Unmarshal(got.Text, &text)
	}
	if text != strings.TrimSpace(event) {
		t.Errorf("event('') is %s", text)
	}
	if got.Same != 1 {
		t.Error("$event and event('') differ")
	}
}

// fields checks a parameter for each field of the event, and the path to each
// field of a field.
func (f *testFunction) fields(t *testing.T, event string) {
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(event), &object) != nil {
		return
	}
	var columns, want []string
	add := func(expression string, value json.RawMessage) {
		columns = append(columns, expression)
		want = append(want, string(value))
	}
	for name, value := range object {
		if isName(name) {
			add(":"+name, value)
		}
		add("event('"+pathTo(name)+"')", value)
		var inner map[string]json.RawMessage
		json.Unmarshal(value, &inner)
		for below, value := range inner {
			add("event('"+pathTo(name, below)+"')", value)
			if isName(name) && isName(below) {
				add("$event("+name+"."+below+")", value)
			}
		}
	}
	if len(columns) == 0 {
		return
	}
	f.add("fields.sql", "-- name: fields\nSELECT json_array("+strings.Join(columns, ",\n  ")+") AS list")
	var got struct{ List []any }
	f.answer(t, "fields", event, &got)
	for i := range want {
		if !sameValue(got.List[i], inSQL(t, want[i])) {
			t.Errorf("%s is %v, want %s", columns[i], got.List[i], want[i])
		}
	}
}

// answer decodes what a handler answers to an event.
func (f *testFunction) answer(t *testing.T, handler, event string, into any) {
	t.Helper()
	if err := f.start(handler); err != nil {
		t.Fatal(err)
	}
	response, err := f.invoke(event)
	if err != nil {
		t.Fatal(err)
	}
	decodeExactly(t, string(response), into)
}

// inSQL is a JSON value as JSON → SQL → JSON leaves it: objects and arrays are
// text, as they came, and booleans numbers.
func inSQL(t *testing.T, value string) any {
	if strings.ContainsAny(value[:1], "{[") {
		return value
	}
	switch value {
	case "true":
		return json.Number("1")
	case "false":
		return json.Number("0")
	}
	var v any
	decodeExactly(t, value, &v)
	return v
}

// sameValue reports whether values are equal; 5.00 is 5.0.
func sameValue(a, b any) bool {
	m, isNumber := a.(json.Number)
	n, are := b.(json.Number)
	if isNumber && are && strings.Contains(string(m), ".") && strings.Contains(string(n), ".") {
		x, _ := m.Float64()
		y, _ := n.Float64()
		return x == y
	}
	return reflect.DeepEqual(a, b)
}

func decodeExactly(t *testing.T, text string, into any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		t.Fatal(err, text)
	}
}

func sameJSON(t *testing.T, what, got, want string) {
	t.Helper()
	var g, w any
	decodeExactly(t, got, &g)
	decodeExactly(t, want, &w)
	if !reflect.DeepEqual(g, w) {
		t.Errorf("%s is %s", what, got)
	}
}

// isName reports whether a field can be written :name.
func isName(field string) bool {
	return field != "" && !strings.ContainsFunc(field, func(r rune) bool {
		return r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

// pathTo is the path to a field in a field, as an SQL string holds it.
func pathTo(names ...string) string {
	names = slices.Clone(names)
	for i, name := range names {
		var b strings.Builder
		for _, r := range name {
			if strings.ContainsRune(`.*?|#@!\[]{}()"=<>%$:`, r) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		}
		names[i] = strings.ReplaceAll(b.String(), "'", "''")
	}
	return strings.Join(names, ".")
}
