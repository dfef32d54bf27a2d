package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the runtimes do into docs/conformance.md")

// contender is a runtime of the table.
type contender struct {
	title     string
	build     string // the Go package of its bootstrap, from the module's root; empty: it is a script
	folder    string // of testdata
	arguments []string
	programs  []string // that it needs
}

var contenders = []contender{
	{"sqlambda", ".", "sql", []string{"-context", "context"}, nil},
	{"the kit", "./cmd/conformance/testdata/kit", "kit", []string{"-context", "context", "-stream", "stream"}, nil},
	{"aws-lambda-go", "./cmd/conformance/testdata/go", "go", []string{"-context", "context", "-stream", "stream"}, nil},
	{"Python, by hand", "", "python", []string{"-echo", "function.echo", "-fail", "function.fail", "-context", "function.context", "-missing", "function.none"},
		[]string{"python3"}},
	{"bash, by hand", "", "bash", []string{"-echo", "function.echoes", "-fail", "function.fails", "-missing", "absent.none"},
		[]string{"bash", "curl"}},
}

// check runs the command on a contender.
func (c contender) check(t *testing.T) []result {
	for _, program := range c.programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed", program)
		}
	}
	folder, err := filepath.Abs(filepath.Join("testdata", c.folder))
	if err != nil {
		t.Fatal(err)
	}
	bootstrap := filepath.Join(folder, "bootstrap")
	if c.build != "" {
		bootstrap = filepath.Join(t.TempDir(), "bootstrap")
		build := exec.Command("go", "build", "-o", bootstrap, c.build)
		build.Dir = "../.."
		if output, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, output)
		}
	}
	var stdout, stderr bytes.Buffer
	status := run(append(append([]string{"-json", "-root", folder}, c.arguments...), bootstrap), &stdout, &stderr)
	var results []result
	if err := json.Unmarshal(stdout.Bytes(), &results); err != nil {
		t.Fatalf("status %d, %s: %v", status, &stderr, err)
	}
	for _, r := range results {
		if status == 0 && r.Outcome == broken {
			t.Errorf("the exit status is 0, and a rule is broken: %s", r.Rule)
		}
	}
	return results
}

// TestPage compares what the runtimes do with the table of docs/conformance.md.
func TestPage(t *testing.T) {
	all := make([][]result, len(contenders))
	t.Run("runtimes", func(t *testing.T) {
		for i, c := range contenders {
			t.Run(c.folder, func(t *testing.T) {
				t.Parallel()
				all[i] = c.check(t)
			})
		}
	})
	for i, results := range all {
		if results == nil {
			t.Skipf("%s could not be checked", contenders[i].title)
		}
	}
	const name, begin, end = "../../docs/conformance.md", "<!-- table -->\n", "<!-- end -->\n"
	page, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(page), begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place for the table", name)
	}
	want := before + begin + table(all) + end + after
	if want == string(page) {
		return
	}
	if !*update {
		t.Fatalf("the table is another one (-update writes it):\n%s", table(all))
	}
	if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// table shows the outcomes beside each other, and the reasons below.
func table(all [][]result) string {
	var b, notes strings.Builder
	b.WriteString("| rule |")
	for _, c := range contenders {
		b.WriteString(" " + c.title + " |")
	}
	b.WriteString("\n| --- |" + strings.Repeat(" --- |", len(all)) + "\n")
	group, note := "", 0
	for i, r := range all[0] {
		if r.Group != group {
			group = r.Group
			fmt.Fprintf(&b, "| **%s** |%s\n", group, strings.Repeat(" |", len(all)))
		}
		fmt.Fprintf(&b, "| [%s](%s) |", r.Rule, r.Page)
		for j := range all {
			cell := map[outcome]string{kept: "yes", broken: "**no**", leftOut: "no, optional", notChecked: "–"}[all[j][i].Outcome]
			if reason := all[j][i].Reason; reason != "" && all[j][i].Outcome != notChecked {
				note++
				cell += fmt.Sprintf(" (%d)", note)
				fmt.Fprintf(&notes, "%d. %s: %s\n", note, contenders[j].title, reason)
			}
			b.WriteString(" " + cell + " |")
		}
		b.WriteString("\n")
	}
	return b.String() + "\n" + notes.String()
}

// TestCommand shows the command's text, and its exit statuses.
func TestCommand(t *testing.T) {
	t.Setenv("_HANDLER", "")
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, arguments string
		status          int
		want            string // in the output
	}{
		{"good", "-root . -wait 20s -echo echo:none -fail fail:none -missing missing:none -context context:none -stream stream:none " + path, 0,
			"48 kept, 0 broken, 0 left out (they are optional), 0 not checked"},
		{"broken", "-root . -wait 20s -echo echo:ends~after~ten -fail fail:none -missing missing:none " + path, 1,
			"  broken      serves one event after another in one process\n                the runtime's process ended\n"},
		{"no echo", "-root . -wait 20s -echo missing:none -fail fail:none -missing missing:none " + path, 2,
			"conformance: the handler missing:none (-echo) does not load: {"},
		{"no bootstrap", "", 2, "Usage: conformance [flags] BOOTSTRAP"},
		{"absent bootstrap", "./absent", 2, "conformance: stat "},
		{"unknown flag", "-absent", 2, "flag provided but not defined: -absent"},
		{"help", "-h", 0, "a `handler` that fails"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var output bytes.Buffer
			arguments := strings.Fields(test.arguments)
			for i := range arguments {
				arguments[i] = strings.ReplaceAll(arguments[i], "~", " ")
			}
			if status := run(arguments, &output, &output); status != test.status {
				t.Errorf("status %d, want %d", status, test.status)
			}
			if !strings.Contains(output.String(), strings.ReplaceAll(test.want, "`handler`", "handler")) {
				t.Errorf("the output lacks %q:\n%s", test.want, &output)
			}
		})
	}
}
