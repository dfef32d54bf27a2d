package handlers

import (
	"bytes"
	"errors"
	"fmt"
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
	name   string
	before string // what stands between the value before and this one
	kind   syntax.ColumnType
	text   bool         // the value is written as a string, whatever it is
	own    *event.Event // whose JSON needs no check, or nil
	body   *shape       // the columns below "body" that become one string; they are left out of the shape above
	first  int          // of a body: the row's column that it begins with
}

// valueShape is the shape of a :value query: the value alone.
func valueShape(name string, kind syntax.ColumnType) *shape {
	return &shape{columns: []column{{name: name, kind: kind}}}
}

// trust spares the JSON of an event, which has been checked when it came, another check.
func (s *shape) trust(e *event.Event) {
	for i := range s.columns {
		if s.columns[i].own = e; s.columns[i].body != nil {
			s.columns[i].body.trust(e)
		}
	}
}

// newShape plans the object that a row with these columns becomes. A dot in a
// name nests; "\." does not.
func newShape(names []string, kinds []syntax.ColumnType) (*shape, error) {
	paths := make([][]string, len(names))
	for i, name := range names {
		path, err := splitName(name)
		if err != nil {
			return nil, fmt.Errorf("column %d, %s: %w", i+1, name, err)
		}
		paths[i] = path
	}
	if err := checkPaths(names, paths); err != nil {
		return nil, err
	}
	return layOut(names, paths, kinds, isProxyResponse(paths)), nil
}

// splitName divides a column's name at its dots.
func splitName(name string) ([]string, error) {
	if !strings.Contains(name, ".") {
		return []string{name}, nil
	}
	var path []string
	var part strings.Builder
	for i := 0; i < len(name); i++ {
		switch {
		case name[i] == '\\' && i+1 < len(name) && name[i+1] == '.':
			part.WriteByte('.')
			i++
		case name[i] == '.':
			path = append(path, part.String())
			part.Reset()
		default:
			part.WriteByte(name[i])
		}
	}
	path = append(path, part.String())
	for _, p := range path {
		if p == "" {
			return nil, errors.New(`an empty name beside a dot: a dot nests, and \. is one that does not`)
		}
	}
	return path, nil
}

// checkPaths refuses columns that would write a name twice into one object.
func checkPaths(names []string, paths [][]string) error {
	var problems []error
	seen := map[string]int{} // a path, joined, to the column that wrote it last
	for i, path := range paths {
		for depth := 1; depth <= len(path); depth++ {
			key := strings.Join(path[:depth], "\x00")
			before, ok := seen[key]
			leaf := depth == len(path)
			switch {
			case !ok:
			case leaf && before == i:
			case leaf || len(paths[before]) == depth:
				problems = append(problems, fmt.Errorf("columns %d and %d, %s and %s, would both be %s: name them apart with AS", before+1, i+1, names[before], names[i], strings.Join(path[:depth], ".")))
			case before < i-1:
				problems = append(problems, fmt.Errorf("columns %d and %d, %s and %s, are apart, and would make the object %s twice: put them side by side", before+1, i+1, names[before], names[i], strings.Join(path[:depth], ".")))
			}
			seen[key] = i
		}
		if len(problems) > 0 {
			break // the next ones follow from this one
		}
	}
	return errors.Join(problems...)
}

// isProxyResponse reports whether a row is the response of an HTTP function:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html.
func isProxyResponse(paths [][]string) bool {
	for _, path := range paths {
		if len(path) == 1 && path[0] == "statusCode" {
			return true
		}
	}
	return false
}

// layOut makes the texts between the values.
func layOut(names []string, paths [][]string, kinds []syntax.ColumnType, proxy bool) *shape {
	s := &shape{}
	var open []string // the objects that are open
	separator := "{"
	for i := 0; i < len(paths); i++ {
		c := column{name: names[i], kind: kinds[i], first: i}
		path := paths[i]
		last := i
		if proxy && path[0] == "body" {
			for len(path) > 1 && last+1 < len(paths) && paths[last+1][0] == "body" {
				last++
			}
			c.text = true
			if len(path) > 1 {
				c.body = layOut(names[i:last+1], below(paths[i:last+1]), kinds[i:last+1], false)
				path = path[:1]
			}
		}
		var b strings.Builder
		common := commonPrefix(open, path[:len(path)-1])
		for range len(open) - common {
			b.WriteByte('}')
		}
		b.WriteString(separator)
		for _, name := range path[common : len(path)-1] {
			b.WriteString(key(name))
			b.WriteByte('{')
		}
		b.WriteString(key(path[len(path)-1]))
		c.before = b.String()
		s.columns = append(s.columns, c)
		open, separator = path[:len(path)-1], ","
		i = last
	}
	s.end = strings.Repeat("}", len(open)+1)
	return s
}

func below(paths [][]string) [][]string {
	inner := make([][]string, len(paths))
	for i, path := range paths {
		inner[i] = path[1:]
	}
	return inner
}

func commonPrefix(a, b []string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func key(name string) string { return string(append(jsontext.Append(nil, name), ':')) }

// append appends the JSON of a row.
func (s *shape) append(b []byte, r row) ([]byte, error) { return s.appendFrom(b, r, 0) }

func (s *shape) appendFrom(b []byte, r row, first int) ([]byte, error) {
	var err error
	for i := range s.columns {
		c := &s.columns[i]
		b = append(b, c.before...)
		if b, err = c.append(b, r, first+c.first); err != nil {
			return b, err
		}
	}
	return append(b, s.end...), nil
}

// append appends the value of a column, which is the row's i-th.
func (c *column) append(b []byte, r row, i int) ([]byte, error) {
	if !c.text {
		return appendValue(b, r.Value(i), c)
	}
	return c.appendText(b, r, i)
}

// appendText appends a value as a string: what is a string already as it is, NULL
// as the empty one, all else as the text of its JSON.
func (c *column) appendText(b []byte, r row, i int) ([]byte, error) {
	start := len(b)
	var err error
	switch {
	case c.body != nil:
		b, err = c.body.appendFrom(b, r, i)
	default:
		v := r.Value(i)
		if v.Kind == event.Null {
			return append(b, `""`...), nil
		}
		b, err = appendValue(b, v, c)
	}
	if err != nil || c.body == nil && c.kind == syntax.Plain && b[start] == '"' {
		return b, err
	}
	text := bytes.Clone(b[start:])
	return jsontext.AppendUpTo(MaxResponse, b[:start], text), nil
}
