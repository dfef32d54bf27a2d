package main

import (
	"embed"
	"fmt"
	"io"
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
	name     string // "sqlambda invoke"
	purpose  string
	usage    string
	text     string // paragraphs
	sections []section
}

// section holds terms or lines to be shown as they are.
type section struct {
	title string
	terms []term
	lines string
}

// term is a name and what it means.
type term struct{ name, text string }

// newPage is the help of a node: the program or a command.
func newPage(node *kong.Node) page {
	text, _ := manuals.ReadFile("manual/" + node.Name + ".txt") // hidden commands have none
	manual := txtar.Parse(text)
	p := page{name: node.FullPath(), purpose: node.Help, usage: usage(node), text: strings.TrimSpace(string(manual.Comment))}
	p.add(section{title: "Commands", terms: commandTerms(node)})
	p.add(section{title: "Arguments", terms: argumentTerms(node)})
	p.add(section{title: "Flags", terms: flagTerms(node)})
	switch node.Name {
	case "new":
		p.add(section{title: "Templates", terms: templateTerms()})
	case "check":
		p.add(section{title: "Warnings", terms: warningTerms()})
	}
	for _, f := range manual.Files {
		s := section{title: f.Name, lines: strings.TrimSpace(string(f.Data))}
		if f.Name == "Environment" || f.Name == "Exit codes" {
			for line := range strings.Lines(s.lines) {
				name, text, _ := strings.Cut(strings.TrimSpace(line), ": ")
				s.terms = append(s.terms, term{name, text})
			}
			s.lines = ""
		}
		p.add(s)
	}
	return p
}

// add adds a section that is not empty.
func (p *page) add(s section) {
	if s.terms != nil || s.lines != "" {
		p.sections = append(p.sections, s)
	}
}

// usage is the command line with the names of its parts.
func usage(node *kong.Node) string {
	words := []string{node.FullPath()}
	if len(node.Children) > 0 {
		words = append(words, "COMMAND")
	}
	for _, argument := range node.Positional {
		words = append(words, argumentName(argument))
	}
	return strings.Join(append(words, "[flags]"), " ")
}

func commandTerms(node *kong.Node) (terms []term) {
	for _, command := range node.Children {
		if !command.Hidden {
			terms = append(terms, term{command.Name, command.Help})
		}
	}
	return terms
}

func argumentTerms(node *kong.Node) (terms []term) {
	for _, argument := range node.Positional {
		terms = append(terms, term{argumentName(argument), argument.Help})
	}
	return terms
}

// argumentName is HANDLER, [DIR] if it is optional, and NAME... if it may be repeated.
func argumentName(argument *kong.Positional) string {
	name := strings.ToUpper(argument.Name)
	if argument.IsCumulative() {
		name += "..."
	}
	if !argument.Required {
		name = "[" + name + "]"
	}
	return name
}

// flagTerms has the command's own flags and, below them, --help.
func flagTerms(of *kong.Node) (terms []term) {
	for node := of; node != nil; node = node.Parent {
		for _, flag := range node.Flags {
			if !flag.Hidden && (node == of || flag.Name == "help") {
				terms = append(terms, term{flagName(flag), flag.Help})
			}
		}
	}
	return terms
}

func flagName(flag *kong.Flag) string {
	name := "--" + flag.Name
	if !flag.IsBool() && !flag.IsCounter() {
		name += "=" + flag.FormatPlaceHolder()
	}
	if flag.Short != 0 {
		name = "-" + string(flag.Short) + ", " + name
	}
	return name
}

// helpWidth is the width of a page in characters. It is the same for every terminal.
const helpWidth = 80

// print lays the page out for a terminal.
func (p page) print(w io.Writer) error {
	var b strings.Builder
	paragraphs(&b, p.purpose)
	fmt.Fprintf(&b, "\nUsage: %s\n", p.usage)
	if p.text != "" {
		b.WriteByte('\n')
		paragraphs(&b, p.text)
	}
	for _, s := range p.sections {
		fmt.Fprintf(&b, "\n%s:\n", s.title)
		printTerms(&b, s.terms)
		if s.lines != "" {
			for line := range strings.Lines(strings.TrimSpace(s.lines)) {
				b.WriteString("  " + line)
			}
			b.WriteByte('\n')
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func paragraphs(b *strings.Builder, text string) {
	for i, paragraph := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		for _, line := range wrap(paragraph, helpWidth) {
			b.WriteString(line + "\n")
		}
	}
}

// printTerms prints names and texts side by side. A name that is too long for its column
// has a line of its own.
func printTerms(b *strings.Builder, terms []term) {
	const widest, gap = 24, 3
	column := 0
	for _, t := range terms {
		if n := utf8.RuneCountInString(t.name); n <= widest {
			column = max(column, n)
		}
	}
	for _, t := range terms {
		name := t.name
		if utf8.RuneCountInString(name) > column {
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

// printHelp prints the help of what the command line has named so far.
func printHelp(_ kong.HelpOptions, command *kong.Context) error {
	node := command.Selected()
	if node == nil {
		node = command.Model.Node
	}
	return newPage(node).print(command.Stdout)
}
