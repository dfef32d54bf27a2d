package main

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

const cliPage = "../../docs/cli.md"

// TestPage compares docs/cli.md with the help texts, which it is made of.
func TestPage(t *testing.T) {
	parser, err := newParser(&process{})
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	program := newPage(parser.Model.Node)
	fmt.Fprintf(&want, "# The command `%s`\n\n", program.FullPath())
	want.WriteString("<!-- Made of the help texts by \"go test ./cmd/sqlambda -update\". -->\n\n")
	markdown(&want, program)
	for _, node := range commands(t) {
		p := newPage(node)
		fmt.Fprintf(&want, "\n## %s\n\n", p.FullPath())
		markdown(&want, p)
	}
	if *update {
		if err := os.WriteFile(cliPage, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(cliPage)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%s does not say what --help says: go test ./cmd/sqlambda -update makes it anew", cliPage)
	}
}

// markdown writes a page of help as Markdown, in the order in which a terminal has it.
func markdown(b *bytes.Buffer, p page) {
	fmt.Fprintf(b, "%s\n\n```\n%s\n```\n", prose(p.Help), p.usage())
	if p.text != "" {
		fmt.Fprintf(b, "\n%s\n", prose(strings.TrimSpace(p.text)))
	}
	for _, s := range p.sections {
		fmt.Fprintf(b, "\n**%s**\n\n", s.title)
		if s.terms[0].text == "" {
			language := map[string]string{"JSON": "json"}[s.title]
			if language == "" {
				language = "sh"
			}
			fmt.Fprintf(b, "```%s\n%s\n```\n", language, s.lines())
			continue
		}
		b.WriteString("| | |\n| --- | --- |\n")
		for _, t := range s.terms {
			name := "`" + t.name + "`"
			if s.title == "Commands" {
				name = fmt.Sprintf("[%s](#%s-%[1]s)", t.name, p.FullPath())
			}
			fmt.Fprintf(b, "| %s | %s |\n", name, strings.ReplaceAll(prose(t.text), "|", `\|`))
		}
	}
}

// lines are those of a section that has no texts.
func (s section) lines() string {
	var lines []string
	for _, t := range s.terms {
		lines = append(lines, t.name)
	}
	return strings.Join(lines, "\n")
}

// prose is a text in which Markdown finds no signs of its own, and links to the other
// pages.
func prose(text string) string {
	return pageNames.ReplaceAllString(unsigned.Replace(text), "[docs/$1]($1)")
}

var (
	unsigned  = strings.NewReplacer(`\`, `\\`, "_", `\_`, "*", `\*`, "<", `\<`, "[", `\[`, "`", "\\`")
	pageNames = regexp.MustCompile(`docs/([a-z]+\.md)`)
)
