package main

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"sqlambda/cmd/sqlambda/internal/scaffold"
)

// TestTemplates makes a project of each template, and does with it what its README and
// "sqlambda new" say.
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
			lines := regexp.MustCompile(`(?m)^sqlambda invoke .*`).FindAllString(string(readme), -1)
			if len(lines) == 0 {
				t.Error("the README invokes nothing")
			}
			for _, line := range lines {
				command, _, _ := strings.Cut(line, "#")
				words := strings.Fields(strings.ReplaceAll(command, "'", ""))
				succeeds(t, words[1:]...)
			}
			succeeds(t, "check", "--strict")
		})
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
