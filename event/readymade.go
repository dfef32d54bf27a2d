package event

import (
	_ "embed" // for readymade.txt
	"slices"
	"strings"
)

// readyMade declares the tables: see the beginning of the file.
//
//go:embed readymade.txt
var readyMade string

// tableLine begins the line that begins a table's declaration.
const tableLine = "\ntable "

// ReadyMadeNames returns the names of the tables that ReadyMade has, in alphabetical order.
func ReadyMadeNames() []string {
	var names []string
	for _, declaration := range strings.Split(readyMade, tableLine)[1:] {
		name, _, _ := strings.Cut(declaration, " ")
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// ReadyMade returns a new table of that name: one for the events of an AWS service that
// invokes functions. What is in its columns, docs/events.md tells.
func ReadyMade(name string) (t *Table, ok bool) {
	_, declaration, ok := strings.Cut(readyMade, tableLine+name+" ")
	if !ok || strings.Contains(name, " ") {
		return nil, false
	}
	declaration, _, _ = strings.Cut(declaration, "\n\n")
	lines := strings.Split(strings.TrimSpace(declaration), "\n")
	t = &Table{}
	var rows []Path
	for _, path := range strings.Fields(lines[0]) {
		path, grouped := strings.CutSuffix(path, "/*")
		t.grouped = t.grouped || grouped
		switch path {
		case ".":
			t.single = true
		case "[]":
			t.bare = true
		default:
			compiled, _ := ParsePath(path) // a test checks them all
			rows = append(rows, compiled)
		}
	}
	if len(rows) > 0 {
		t.Rows, t.otherRows = rows[0], rows[1:]
	}
	for _, line := range lines[1:] {
		t.Columns = append(t.Columns, readyColumn(strings.Fields(line)))
	}
	return t, true
}

// readyColumn returns the column of a line's words.
func readyColumn(words []string) Column {
	c := Column{Name: words[0]}
	c.Type, _ = ParseType(words[1])
	paths := words[2:]
	if function, ok := strings.CutPrefix(paths[0], "="); ok {
		c.derive, paths = derivations(function), paths[1:]
	}
	for _, path := range paths {
		path, ofEvent := strings.CutPrefix(path, "^")
		path, flag := strings.CutPrefix(path, "?")
		compiled, _ := ParsePath(path)
		c.others = append(c.others, columnPath{compiled, ofEvent, flag})
	}
	c.Path, c.ofEvent, c.others = c.others[0].path, c.others[0].ofEvent, c.others[1:]
	return c
}

// derivations returns the function that makes the value of a column of what the column's
// paths lead to.
func derivations(name string) func([]Event) Event {
	return map[string]func([]Event) Event{
		"unescaped": unescaped, "milliseconds": milliseconds, "kafkaHeaders": kafkaHeaders, "objectOrEmpty": objectOrEmpty,
		"headers": headers, "lastOfQuery": lastOfQuery, "allOfQuery": allOfQuery, "cookies": cookies,
		"body": body, "bodyBase64": bodyBase64, "host": host, "sourceIP": sourceIP, "userAgent": userAgent,
	}[name]
}
