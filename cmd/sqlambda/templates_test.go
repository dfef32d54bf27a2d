package main

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"sqlambda/cmd/sqlambda/internal/scaffold"
)

// TestTemplates makes a project of each template, and does with it what its README
// says.
func TestTemplates(t *testing.T) {
	for _, template := range scaffold.Templates() {
		t.Run(template.Name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			name := fmt.Sprintf("sqlambda-%s-%d", template.Name, os.Getpid())
			t.Cleanup(func() { os.Remove("/tmp/" + name + ".db") }) // the database of sqs
			succeeds(t, "new", name, "--template", template.Name)
			t.Chdir(name)
			readme, err := os.ReadFile("README.md")
			if err != nil {
				t.Fatal(err)
			}
			commands := commandLines(string(readme))
			if len(commands) < 4 {
				t.Errorf("the README has %d commands", len(commands))
			}
			for _, args := range append(commands, []string{"check", "--strict"}, []string{"test"}, []string{"package"}) {
				t.Run(strings.Join(args, " "), func(t *testing.T) { try(t, args) })
			}
		})
	}
}

// TestNextSteps reads the commands that "sqlambda new" tells to go on with.
func TestNextSteps(t *testing.T) {
	text, err := templates.ReadFile("templates/new.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range commandLines(string(text)) {
		t.Run(args[0], func(t *testing.T) { parses(t, args) })
	}
}

// commandLines are the arguments of each line of a text that runs sqlambda, as a shell
// takes them that has no blank in quotes. What follows two blanks is a remark.
func commandLines(text string) (lines [][]string) {
	for _, found := range regexp.MustCompile(`(?m)^ *sqlambda (.+?)(  .*)?$`).FindAllStringSubmatch(text, -1) {
		lines = append(lines, strings.Fields(strings.ReplaceAll(found[1], "'", "")))
	}
	return lines
}

// try runs a command, or only reads its command line where it would serve for ever or
// needs a runtime that has been built.
func try(t *testing.T, args []string) {
	parses(t, args)
	if args[0] != "dev" && !slices.Contains(args, "--with-runtime") {
		succeeds(t, args...)
	}
}

// parses finds command lines that the grammar does not have.
func parses(t *testing.T, args []string) {
	t.Helper()
	parser, err := newParser(&process{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(parser.Model.Children, func(n *kong.Node) bool { return n.Name == args[0] }) {
		t.Fatalf("sqlambda has no %s", args[0])
	}
	if _, err := parser.Parse(args); err != nil {
		t.Error(err)
	}
}

// succeeds runs the command, which has to end with 0.
func succeeds(t *testing.T, args ...string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	none := func(string) (string, bool) { return "", false }
	p := &process{stdin: strings.NewReader(""), stdout: output{Writer: &stdout}, stderr: output{Writer: &stderr}, lookupEnv: none}
	if code := run(args, p); code != 0 {
		t.Errorf("sqlambda %s: exit code %d\n%s%s", strings.Join(args, " "), code, &stdout, &stderr)
	}
}
