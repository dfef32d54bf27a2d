package main

import (
	"embed"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/kong"
	"golang.org/x/tools/txtar"
)

// manuals say of each command what its tags do not: manual/COMMAND.txt is an archive in the
// format of txtar, with a text before the sections.
//
//go:embed manual
var manuals embed.FS

// page is the help of the program or of a command, the same for a terminal and for
// docs/cli.md. Its sections are in the order in which they are shown.
type page struct {
	*kong.Node
	text     string // paragraphs
	sections []section
}

// section is a part of a page.
type section struct {
	title string
	terms []term
}

// term is a name and what it means, or a line to be shown as it is, without a text.
type term struct{ name, text string }

func newPage(node *kong.Node) page {
	text, _ := manuals.ReadFile("manual/" + node.Name + ".txt") // hidden commands have none
	manual := txtar.Parse(text)
	p := page{node, strings.TrimSpace(string(manual.Comment)), []section{
		{"Commands", commandTerms(node)}, {"Arguments", argumentTerms(node)}, {"Flags", flagTerms(node)},
	}}
	switch node.Name {
	case "new":
		p.sections = append(p.sections, section{"Templates", templateTerms()})
	case "check":
		p.sections = append(p.sections, section{"Warnings", warningTerms()})
	}
	for _, f := range manual.Files {
		s := section{title: f.Name}
		for line := range strings.SplitSeq(strings.TrimSpace(string(f.Data)), "\n") {
			t := term{name: line}
			if f.Name == "Environment" || f.Name == "Exit codes" {
				t.name, t.text, _ = strings.Cut(line, ": ")
			}
			s.terms = append(s.terms, t)
		}
		p.sections = append(p.sections, s)
	}
	p.sections = slices.DeleteFunc(p.sections, func(s section) bool { return s.terms == nil })
	return p
}

// usage is the command line with the names of its parts.
func (p page) usage() string {
	return "sqlambda " + capitals(strings.TrimSpace(p.Summary()))
}

// capitals writes HANDLER for kong's <handler>.
func capitals(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(name string) string { return strings.ToUpper(strings.Trim(name, "<>")) })
}

var placeholder = regexp.MustCompile("<[a-z-]+>")

func commandTerms(node *kong.Node) (terms []term) {
	for _, command := range node.Leaves(true) {
		terms = append(terms, term{command.Name, command.Help})
	}
	return terms
}

func argumentTerms(node *kong.Node) (terms []term) {
	for _, argument := range node.Positional {
		terms = append(terms, term{capitals(argument.Summary()), argument.Help})
	}
	return terms
}

func flagTerms(node *kong.Node) (terms []term) {
	for _, flag := range flagsOf(node) {
		terms = append(terms, term{flag.String(), flag.Help})
	}
	return terms
}

// flagsOf returns the command's own flags and, below them, --help, which is the program's first.
func flagsOf(node *kong.Node) []*kong.Flag {
	if node.Parent == nil {
		return node.Flags
	}
	return append(slices.Clip(node.Flags), node.Parent.Flags[0])
}

// helpWidth is the width of a page in characters. It is the same for every terminal.
const helpWidth = 80

// print lays the page out for a terminal.
func (p page) print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nUsage: %s\n", paragraphs(p.Help), p.usage())
	if p.text != "" {
		b.WriteString("\n" + paragraphs(p.text))
	}
	for _, s := range p.sections {
		fmt.Fprintf(&b, "\n%s:\n", s.title)
		printTerms(&b, s.terms)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// paragraphs wraps each paragraph of a text.
func paragraphs(text string) string {
	var wrapped []string
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		wrapped = append(wrapped, strings.Join(wrap(paragraph, helpWidth), "\n")+"\n")
	}
	return strings.Join(wrapped, "\n")
}

// printTerms prints names and texts side by side. A name that is too long for its column
// has a line of its own.
func printTerms(b *strings.Builder, terms []term) {
	const widest, gap = 24, 3
	column := 0
	for _, t := range terms {
		if n := utf8.RuneCountInString(t.name); n <= widest && t.text != "" {
			column = max(column, n)
		}
	}
	for _, t := range terms {
		name := t.name
		if utf8.RuneCountInString(name) > column || t.text == "" {
			b.WriteString("  " + name + "\n")
			name = ""
		}
		for _, line := range wrap(t.text, helpWidth-2-column-gap) {
			fmt.Fprintf(b, "  %-*s%s\n", column+gap, name, line)
			name = ""
		}
	}
}

// wrap breaks a text between words into lines of at most width characters; a longer
// word has a line of its own.
func wrap(text string, width int) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		last := len(lines) - 1
		if last < 0 || utf8.RuneCountInString(lines[last])+1+utf8.RuneCountInString(word) > width {
			lines = append(lines, word)
			continue
		}
		lines[last] += " " + word
	}
	return lines
}
