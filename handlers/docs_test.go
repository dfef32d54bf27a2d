package handlers_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// pages are the pages of docs/ whose examples run.
var pages = []string{"language.md"}

// TestPages runs the examples out of the pages. Each section (##) has a function of
// its own. A block of SQL whose first line is the comment "-- file.sql" is a file of
// it; those before the first section are files of all. A console block is a session
// with the function:
//
//	$ NAME=value sqlambda invoke orders.list --event '{"limit":2}'
//	[{"id":1},{"id":2}]
//
// A command shows the log lines, then the response or the error. Each one is a new
// process; with several events they are its invocations, one after the other.
//
//	$ sqlite3 shop.db < shop.sql
//
// makes a database in the task root from a file of the function.
func TestPages(t *testing.T) {
	for _, name := range pages {
		file := filepath.Join("..", "docs", name)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p := &page{name: name, common: map[string]string{}}
		got := p.run(t, string(text))
		if p.commands == 0 {
			t.Errorf("%s has no commands", name)
		}
		if *update && got != string(text) {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// page is a page that is being run.
type page struct {
	name     string
	out      strings.Builder
	heading  string
	common   map[string]string // the files before the first section
	function *testFunction
	commands int
}

// run runs the page's examples and returns the page with what they give.
func (p *page) run(t *testing.T, text string) string {
	block := regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$|^## ([^\n]*)$")
	end := 0
	for _, m := range block.FindAllStringSubmatchIndex(text, -1) {
		p.out.WriteString(text[end:m[0]])
		end = m[1]
		if m[6] >= 0 {
			p.section(t, text[m[6]:m[7]])
			p.out.WriteString(text[m[0]:m[1]])
			continue
		}
		language, body := text[m[2]:m[3]], text[m[4]:m[5]]
		p.out.WriteString("```" + language + "\n" + p.block(t, language, body) + "```")
	}
	p.out.WriteString(text[end:])
	return p.out.String()
}

// section begins a section with a function that has the common files.
func (p *page) section(t *testing.T, heading string) {
	p.heading, p.function = heading, newFunction(t)
	for name, text := range p.common {
		p.function.add(name, text)
	}
}

// block runs a block and returns what it should be.
func (p *page) block(t *testing.T, language, body string) string {
	switch language {
	case "sql":
		first, _, _ := strings.Cut(body, "\n")
		name, ok := strings.CutPrefix(first, "-- ")
		if !ok || !strings.HasSuffix(name, ".sql") {
			t.Errorf("%s, %s: SQL without the name of a file:\n%s", p.name, p.heading, body)
			return body
		}
		if p.function == nil {
			p.common[name] = body
			return body
		}
		p.function.add(name, body)
	case "console":
		var out strings.Builder
		for _, command := range commands(body) {
			got := command.line + "\n"
			t.Run(p.heading, func(t *testing.T) { got += p.session(t, command.line) })
			out.WriteString(got)
			p.commands++
			if want := command.line + "\n" + command.output; !*update && got != want {
				t.Errorf("%s, %s:\n%swant\n%s", p.name, p.heading, got, want)
			}
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
	f := p.function
	f.t = t
	f.env, f.logs = map[string]string{}, strings.Builder{}
	words := shellWords(strings.TrimPrefix(line, "$ "))
	for len(words) > 0 && strings.Contains(words[0], "=") {
		name, value, _ := strings.Cut(words[0], "=")
		f.env[name] = value
		words = words[1:]
	}
	if len(words) == 4 && words[0] == "sqlite3" && words[2] == "<" {
		script, err := os.ReadFile(filepath.Join(f.root, words[3]))
		if err != nil {
			t.Fatal(err)
		}
		f.makeDatabase(words[1], string(script))
		return ""
	}
	if len(words) < 3 || words[0] != "sqlambda" || words[1] != "invoke" {
		t.Fatalf("a command that the test does not know: %s", line)
	}
	return p.invoke(t, words[2], f.flags(words[3:]))
}

// flags sets what flags say and returns the events.
func (f *testFunction) flags(words []string) (events []string) {
	f.timeout = 20 * time.Second
	for ; len(words) >= 2; words = words[2:] {
		switch words[0] {
		case "--event":
			events = append(events, words[1])
		case "--timeout":
			var err error
			if f.timeout, err = time.ParseDuration(words[1]); err != nil {
				f.t.Fatal(err)
			}
		default:
			f.t.Fatal("a flag that the test does not know:", words[0])
		}
	}
	if len(words) > 0 {
		f.t.Fatal("a flag without a value:", words[0])
	}
	if events == nil {
		events = []string{"{}"}
	}
	return events
}

// invoke loads a handler and gives it the events.
func (p *page) invoke(t *testing.T, handler string, events []string) string {
	f := p.function
	defer f.stop()
	if err := f.start(handler); err != nil {
		return f.outside(show(t, err))
	}
	var out strings.Builder
	for _, event := range events {
		response, err := f.invoke(event)
		out.WriteString(strings.ReplaceAll(f.logs.String(), requestID+" ", ""))
		f.logs.Reset()
		if err != nil {
			response = []byte(show(t, err))
		}
		out.WriteString(strings.TrimSuffix(string(response), "\n") + "\n")
	}
	return f.outside(out.String())
}

// show is an error as a developer sees it: its type, then its places.
func show(t *testing.T, err error) string {
	e := asError(t, err)
	if e.Excerpt != "" {
		return e.Type + "\n" + e.Excerpt + "\n"
	}
	return e.Type + "\n" + e.Message + "\n"
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
