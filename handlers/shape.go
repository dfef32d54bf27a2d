package handlers

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sqlambda/event"
	"sqlambda/handlers/syntax"
	"sqlambda/internal/jsontext"
)

// row is the row that a statement has stepped to.
type row interface{ Value(column int) event.Value }

// shape is how a row becomes JSON: for each column the text that comes before its
// value, made once, and how the value is written.
type shape struct {
	columns []column
	end     string // after the last value
}

// column is one column of a shape.
type column struct {
	index  int    // in the row
	before string // what stands between the value before and this one
	name   string
	kind   syntax.ColumnType
	text   bool         // the value is written as a string, whatever it is
	own    *event.Event // whose JSON needs no check: it was checked when it came
	body   *shape       // the columns below "body" that become one string; they are left out of the shape above
}

// newShape plans the object that a row with these columns becomes, or the value that it
// becomes if its column has no Path. JSON that own holds needs no check.
func newShape(columns []Column, own *event.Event) (*shape, error) {
	if len(columns[0].Path) == 0 {
		return &shape{columns: []column{{name: columns[0].Name, kind: columns[0].Type, own: own}}}, nil
	}
	if err := checkPaths(columns); err != nil {
		return nil, err
	}
	return layOut(columns, 0, 0, own), nil
}

// splitName divides a column's name at its dots. A dot nests; "\." does not.
func splitName(name string) []string {
	const escaped = "\x00" // no name has one
	path := strings.Split(strings.ReplaceAll(name, `\.`, escaped), ".")
	for i, part := range path {
		path[i] = strings.ReplaceAll(part, escaped, ".")
	}
	return path
}

// checkPaths refuses columns that would write a name twice into one object.
func checkPaths(columns []Column) error {
	var problems []error
	refuse := func(a, b int, format string, path []string) {
		problems = append(problems, fmt.Errorf("columns %d and %d, %s and %s, "+format, a+1, b+1, columns[a].Name, columns[b].Name, strings.Join(path, ".")))
	}
	seen := map[string]int{} // a path, joined, to the column that wrote it last
	for i, c := range columns {
		if slices.Contains(c.Path, "") && len(c.Path) > 1 {
			return fmt.Errorf(`column %d, %s: an empty name beside a dot: a dot nests, and \. is one that does not`, i+1, c.Name)
		}
		for depth := 1; depth <= len(c.Path); depth++ {
			path := c.Path[:depth]
			key := strings.Join(path, "\x00")
			before, ok := seen[key]
			leaf := depth == len(c.Path)
			switch {
			case !ok:
			case leaf || len(columns[before].Path) == depth:
				refuse(before, i, "would both be %s: name them apart with AS", path)
			case before < i-1:
				refuse(before, i, "are apart, and would make the object %s twice: put them side by side", path)
			}
			seen[key] = i
		}
		if len(problems) > 0 {
			break // the next ones follow from this one
		}
	}
	return errors.Join(problems...)
}

// layOut makes the texts between the values of an object at a depth of the columns' paths;
// the first of the columns is the row's of that number.
func layOut(columns []Column, depth, first int, own *event.Event) *shape {
	s := &shape{}
	var open []string // the objects that are open
	separator := "{"
	for i := 0; i < len(columns); {
		c := column{index: first + i, name: columns[i].Name, kind: columns[i].Type, text: columns[i].Text && depth == 0, own: own}
		path, next := columns[i].Path[depth:], i+1
		if c.text && len(path) > 1 {
			for next < len(columns) && columns[next].Text {
				next++
			}
			c.body = layOut(columns[i:next], 1, c.index, own)
			path = path[:1]
		}
		common := 0
		for common < min(len(open), len(path)-1) && open[common] == path[common] {
			common++
		}
		b := []byte(strings.Repeat("}", len(open)-common) + separator)
		for _, name := range path[common : len(path)-1] {
			b = append(jsontext.Append(b, name), ":{"...)
		}
		c.before = string(append(jsontext.Append(b, path[len(path)-1]), ':'))
		s.columns = append(s.columns, c)
		open, separator, i = path[:len(path)-1], ",", next
	}
	s.end = strings.Repeat("}", len(open)+1)
	return s
}

// append appends the JSON of a row.
func (s *shape) append(b []byte, r row) ([]byte, error) {
	var err error
	for i := range s.columns {
		c := &s.columns[i]
		b = append(b, c.before...)
		if c.text {
			b, err = c.appendText(b, r)
		} else {
			b, err = c.append(b, r.Value(c.index))
		}
		if err != nil {
			return b, err
		}
	}
	return append(b, s.end...), nil
}

// appendText appends a value as a string: what is a string already as it is, NULL
// as the empty one, all else as the text of its JSON.
func (c *column) appendText(b []byte, r row) ([]byte, error) {
	start := len(b)
	var err error
	if c.body != nil {
		b, err = c.body.append(b, r)
	} else {
		v := r.Value(c.index)
		if v.Kind == event.Null {
			return append(b, `""`...), nil
		}
		b, err = c.append(b, v)
	}
	if err != nil || c.body == nil && c.kind == syntax.Plain && b[start] == '"' {
		return b, err
	}
	text := bytes.Clone(b[start:])
	return jsontext.AppendUpTo(MaxResponse, b[:start], text), nil
}
