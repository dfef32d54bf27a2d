package event

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the tables of columns into docs/events.md")

// The page has a table of columns under a heading for each ready-made table.
func TestReadyMadeDocs(t *testing.T) {
	const page = "../docs/events.md"
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for _, name := range ReadyMadeNames() {
		table, _ := ReadyMade(name)
		before, after, found := strings.Cut(text, "\n### `"+name+"`\n")
		start := strings.Index(after, "| column |")
		if !found || start < 0 {
			t.Errorf("%s has no heading with a table", name)
			continue
		}
		end := start + strings.Index(after[start:], "|\n\n") + len("|\n")
		if end == start+len("|\n")-1 {
			end = len(after)
		}
		want := columnsOf(table)
		if !*update && after[start:end] != want {
			t.Errorf("%s is documented as\n%swant\n%s", name, after[start:end], want)
		}
		text = before + "\n### `" + name + "`\n" + after[:start] + want + after[end:]
	}
	if *update {
		if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// columnsOf is the documentation's table of columns.
func columnsOf(t *Table) string {
	var b strings.Builder
	b.WriteString("| column | type | from |\n| --- | --- | --- |\n")
	for _, c := range t.Columns {
		var paths []string
		for _, p := range append([]columnPath{{path: c.Path, ofEvent: c.ofEvent}}, c.others...) {
			if p.flag {
				continue // the text above the table tells of it
			}
			path := "`" + escaped(p.path) + "`"
			if p.ofEvent {
				path += " of the event"
			}
			paths = append(paths, path)
		}
		from := strings.Join(paths, ", ")
		b.WriteString("| `" + c.Name + "` | " + c.Type.String() + " | " + from + " |\n")
	}
	return b.String()
}

// escaped is a path in a cell of a Markdown table.
func escaped(p Path) string { return strings.ReplaceAll(p.String(), "|", `\|`) }
