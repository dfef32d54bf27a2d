// Package docs_test runs the examples out of the pages, with the command itself.
package docs_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the commands print into the pages")

// pages are the pages whose examples run.
var pages = []string{"language.md", "events.md", "checking.md", "testing.md", "scripts.md", "deploy.md", "../README.md"}

// TestPages runs the sessions of each page. Each section (##) has a folder of its
// own. A block of SQL begins with the comment "-- file.sql" and is that file, and any
// other that has a line `file`: above it is the file of that name; those
// before the first section are files of all. A console block is a session in the
// folder:
//
//	$ NAME=value sqlambda invoke orders.list --event '{"limit":2}'
//	[{"id":1},{"id":2}]
//
// What stands below a command is what it prints, on both streams. The command
//
//	$ sqlite3 shop.db < shop.sql
//
// makes a database of a file, and
//
//	$ go run ./cmd/sqlambda invoke hello --root examples/hello
//
// runs in the repository.
func TestPages(t *testing.T) {
	t.Parallel()
	command := built(t)
	for _, name := range pages {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		p := &page{name: name, command: command, common: map[string]string{}}
		got := p.run(t, string(text))
		if p.commands == 0 {
			t.Errorf("%s has no commands", name)
		}
		if *update && got != string(text) && !t.Failed() {
			if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// page is a page that is being run.
type page struct {
	name     string
	command  string // the file of the command sqlambda
	out      strings.Builder
	common   map[string]string // the files before the first section
	section  string
	root     string // the section's folder, outside of those that can be written to
	tmp      string // what it calls /tmp
	commands int
}

var (
	blocks  = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$|^## ([^\n]*)$")
	elapsed = regexp.MustCompile(`had run for [0-9.]+m?s`)
	took    = regexp.MustCompile(`(statements?|handlers?), [0-9.]+s\n`)
	named   = regexp.MustCompile("(?m)^`([^`]+)`:\n\n\\z")
)

// run runs the page's examples and returns the page with what they print.
func (p *page) run(t *testing.T, text string) string {
	end := 0
	for _, m := range blocks.FindAllStringSubmatchIndex(text, -1) {
		p.out.WriteString(text[end:m[0]])
		end = m[1]
		if m[6] >= 0 {
			p.begin(t, text[m[6]:m[7]])
			p.out.WriteString(text[m[0]:m[1]])
			continue
		}
		language, body := text[m[2]:m[3]], text[m[4]:m[5]]
		if name := named.FindStringSubmatch(text[:m[0]]); name != nil {
			p.add(t, name[1], body)
		}
		p.out.WriteString("```" + language + "\n" + p.block(t, language, body) + "```")
	}
	p.out.WriteString(text[end:])
	return p.out.String()
}

// begin begins a section with a folder that holds the common files.
func (p *page) begin(t *testing.T, section string) {
	p.section, p.root, p.tmp = section, folder(t, "/var/tmp"), folder(t, "/tmp")
	for name, text := range p.common {
		p.add(t, name, text)
	}
}

// folder makes a folder that is removed after the test.
func folder(t *testing.T, parent string) string {
	t.Helper()
	name, err := os.MkdirTemp(parent, "sqlambda")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(name) })
	return name
}

func (p *page) add(t *testing.T, name, text string) {
	t.Helper()
	file := filepath.Join(p.root, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(p.inside(text)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// inside is text as the command sees it, outside as the page shows it.
func (p *page) inside(text string) string { return strings.ReplaceAll(text, "/tmp/", p.tmp+"/") }

func (p *page) outside(text string) string {
	text = strings.ReplaceAll(text, p.tmp, "/tmp")
	text = strings.ReplaceAll(text, p.root, "/var/task")
	text = took.ReplaceAllString(text, "$1, 0.01s\n")
	return elapsed.ReplaceAllString(text, "had run for 90ms")
}

// block runs a block and returns what it should be.
func (p *page) block(t *testing.T, language, body string) string {
	switch language {
	case "sql":
		first, _, _ := strings.Cut(body, "\n")
		name, ok := strings.CutPrefix(first, "-- ")
		switch {
		case !ok || !strings.HasSuffix(name, ".sql"):
			t.Errorf("%s, %s: SQL without the name of a file:\n%s", p.name, p.section, body)
		case p.root == "":
			p.common[name] = body
		default:
			p.add(t, name, body)
		}
	case "console":
		if p.root == "" { // a session before the first section
			p.begin(t, p.name)
		}
		var out strings.Builder
		for _, c := range commands(body) {
			p.commands++
			got := p.session(t, c.line)
			if !*update && got != c.output {
				t.Errorf("%s, %s:\n%s\n%swant\n%s", p.name, p.section, c.line, got, c.output)
			}
			out.WriteString(c.line + "\n" + got)
		}
		return out.String()
	}
	return body
}

// command is a command of a session, with its output.
type command struct{ line, output string }

// commands divides a session. A command goes on in the next line while a quote in
// it is open.
func commands(body string) []command {
	var list []command
	open := false
	for line := range strings.Lines(body) {
		switch last := len(list) - 1; {
		case open:
			list[last].line += "\n" + strings.TrimSuffix(line, "\n")
		case strings.HasPrefix(line, "$ ") || last < 0:
			list = append(list, command{line: strings.TrimSuffix(line, "\n")})
		default:
			list[last].output += line
			continue
		}
		open = strings.Count(list[len(list)-1].line, "'")%2 == 1
	}
	return list
}

// session runs a command and returns what it prints.
func (p *page) session(t *testing.T, line string) string {
	t.Helper()
	words := shellWords(p.inside(strings.TrimPrefix(line, "$ ")))
	var env []string
	for len(words) > 0 && strings.Contains(words[0], "=") {
		env = append(env, words[0])
		words = words[1:]
	}
	switch {
	case len(words) == 4 && words[0] == "sqlite3" && words[2] == "<":
		p.makeDatabase(t, words[1], words[3])
		return ""
	case len(words) > 0 && words[0] == "sqlambda":
		return p.outside(p.sqlambda(env, words[1:]))
	case strings.HasPrefix(line, "$ go run ./cmd/sqlambda "):
		repository := *p
		repository.root = ".."
		return repository.sqlambda(env, words[3:])
	}
	t.Fatalf("%s, %s: a command that the test does not know: %s", p.name, p.section, line)
	return ""
}

// sqlambda runs the command and returns what it prints, on both streams.
func (p *page) sqlambda(env, args []string) string {
	c := exec.Command(p.command, args...)
	c.Dir = p.root
	c.Env = append([]string{"PATH=/usr/bin:/bin"}, env...)
	out, _ := c.CombinedOutput() // its exit code is that of an error, which is printed
	return string(out)
}

// makeDatabase makes a database in the section's folder, which is read-only for the
// command: it is made below /tmp and copied.
func (p *page) makeDatabase(t *testing.T, name, script string) {
	t.Helper()
	maker := *p
	maker.root = folder(t, "/var/tmp")
	text, err := os.ReadFile(filepath.Join(p.root, script))
	if err != nil {
		t.Fatal(err)
	}
	maker.add(t, "init.sql", string(text))
	maker.add(t, "made.sql", "SELECT 1 AS made")
	made := filepath.Join(p.tmp, "made.db")
	if out := maker.sqlambda([]string{"SQLAMBDA_DATABASE=" + made}, []string{"invoke", "made"}); !strings.Contains(out, `"made":1`) {
		t.Fatal(out)
	}
	data, err := os.ReadFile(made)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(p.root, name), data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// shellWords divides a command at blanks outside of single quotes.
func shellWords(line string) []string {
	var words []string
	var word strings.Builder
	inWord := false
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			word.WriteString(part)
			inWord = true
			continue
		}
		for _, c := range part {
			if c != ' ' && c != '\n' {
				word.WriteRune(c)
				inWord = true
			} else if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words
}
