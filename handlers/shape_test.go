package handlers

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sqlambda/event"
)

// numbers is a row in which each value is its column's number.
type numbers struct{}

func (numbers) Value(column int) event.Value { return event.IntegerValue(int64(column)) }

// TestShapes checks any sets of column names: an object that can be made is made,
// with each value at its place and no name twice; all others are refused.
func TestShapes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	segments := []string{"a", "b", "c", `x\.y`, "body", "statusCode", "é", `q"`}
	made, refused := 0, 0
	for range 20000 {
		var names []string
		for range 1 + random.IntN(6) {
			var path []string
			for range 1 + random.IntN(3) {
				path = append(path, segments[random.IntN(len(segments))])
			}
			names = append(names, strings.Join(path, "."))
		}
		if random.IntN(2) == 0 { // side by side, so that more sets can be made
			slices.Sort(names)
		}
		var columns []Column
		for _, name := range names {
			path := splitName(name)
			columns = append(columns, Column{Name: name, Path: path, Text: slices.Contains(names, "statusCode") && path[0] == "body"})
		}
		shape, err := newShape(columns, nil)
		if possible := canBeMade(names); possible != (err == nil) {
			t.Fatalf("%q can be made: %v, error: %v", names, possible, err)
		}
		if err != nil {
			refused++
			continue
		}
		made++
		checkShape(t, names, shape)
	}
	if made < 1000 || refused < 1000 {
		t.Errorf("%d made, %d refused: the names are badly chosen", made, refused)
	}
}

func checkShape(t *testing.T, names []string, s *shape) {
	t.Helper()
	text, err := s.append(nil, numbers{})
	if err != nil {
		t.Fatalf("%q: %v", names, err)
	}
	object := decode(t, text)
	checkNames(t, text)
	want := tree(names)
	if _, ok := want["statusCode"].(json.Number); ok && want["body"] != nil {
		body, ok := object["body"].(string)
		if !ok {
			t.Fatalf("%q: the body is no string in %s", names, text)
		}
		checkNames(t, []byte(body))
		object["body"] = decode(t, []byte(`{"x":`+body+`}`))["x"]
	}
	if !reflect.DeepEqual(object, want) {
		t.Fatalf("%q is %s", names, text)
	}
}

// parts are the names that a column's name stands for.
func parts(name string) []string {
	list := strings.Split(strings.ReplaceAll(name, `\.`, "\x00"), ".")
	for i := range list {
		list[i] = strings.ReplaceAll(list[i], "\x00", ".")
	}
	return list
}

// tree is the object that names stand for.
func tree(names []string) map[string]any {
	root := map[string]any{}
	for i, name := range names {
		at, path := root, parts(name)
		for _, part := range path[:len(path)-1] {
			if at[part] == nil {
				at[part] = map[string]any{}
			}
			at = at[part].(map[string]any)
		}
		at[path[len(path)-1]] = json.Number(strconv.Itoa(i))
	}
	return root
}

func commonPrefix(a, b []string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// canBeMade reports whether no two columns are the same, none is an object that
// another is in, and the columns of each object stand side by side.
func canBeMade(names []string) bool {
	for i := range names {
		a := parts(names[i])
		for j := range i {
			b := parts(names[j])
			common := commonPrefix(a, b)
			if common == min(len(a), len(b)) {
				return false
			}
			for _, between := range names[j+1 : i] {
				if commonPrefix(a, parts(between)) < common {
					return false
				}
			}
		}
	}
	return true
}

// checkNames checks that no object has a name twice.
func checkNames(t *testing.T, text []byte) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	var open []map[string]bool // of each object, the names it has
	isName := false
	for {
		token, err := d.Token()
		if err != nil {
			return
		}
		switch token {
		case json.Delim('{'):
			open, isName = append(open, map[string]bool{}), true
			continue
		case json.Delim('}'):
			open = open[:len(open)-1]
			isName = true
			continue
		}
		if len(open) == 0 {
			continue
		}
		if name, ok := token.(string); ok && isName {
			names := open[len(open)-1]
			if names[name] {
				t.Fatalf("the name %s twice in %s", name, text)
			}
			names[name] = true
			isName = false
			continue
		}
		isName = true
	}
}
