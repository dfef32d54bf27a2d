package main

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// commands returns the nodes of the commands that the help shows.
func commands(t *testing.T) []*kong.Node {
	t.Helper()
	parser, err := newParser(&process{})
	if err != nil {
		t.Fatal(err)
	}
	return parser.Model.Leaves(true)
}

// TestManuals finds commands whose help lacks a part.
func TestManuals(t *testing.T) {
	for _, node := range commands(t) {
		sections := map[string]section{}
		for _, s := range newPage(node).sections {
			sections[s.title] = s
		}
		examples, document := sections["Examples"].lines(), sections["JSON"].lines()
		problem := func(what string) { t.Errorf("the help of %s %s: see manual/%[1]s.txt", node.Name, what) }
		if !strings.Contains(examples, "sqlambda "+node.Name) {
			problem("has no example")
		}
		if codes := sections["Exit codes"].terms; len(codes) < 2 || codes[0].name != "0" {
			problem("has no exit codes")
		}
		hasJSON := false
		for _, flag := range node.Flags {
			hasJSON = hasJSON || flag.Name == "json"
			if !strings.HasSuffix(flag.Help, ".") {
				problem("says of --" + flag.Name + " what is no sentence")
			}
		}
		for _, argument := range node.Positional {
			if !strings.HasSuffix(argument.Help, ".") {
				problem("says of " + argument.Name + " what is no sentence")
			}
		}
		if hasJSON != (document != "") {
			problem("has --json or an example of it, and not both")
		}
		for documents := json.NewDecoder(strings.NewReader(document)); ; {
			var value map[string]any
			if err := documents.Decode(&value); err == io.EOF {
				break
			} else if err != nil {
				problem("has an example of --json that is not JSON: " + err.Error())
				break
			}
		}
		for line := range strings.Lines(examples + "\n" + document) {
			if len(strings.TrimSpace(line)) > helpWidth-2 {
				problem("has a line that is too long: " + line)
			}
		}
	}
}

func TestWrap(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{"one", "one"},
		{"one two three", "one two|three"},
		{"a  b\nc", "a b c"},
		{"abcdefghij k", "abcdefghij|k"},
		{"größer als", "größer|als"},
		{"öäüß öä", "öäüß öä"},
	} {
		if got := strings.Join(wrap(test.text, 7), "|"); got != test.want {
			t.Errorf("%q is wrapped as %q, want %q", test.text, got, test.want)
		}
	}
}
