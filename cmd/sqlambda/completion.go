package main

import (
	"cmp"
	"embed"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/cmd/sqlambda/internal/suite"
)

// completionCommand is "sqlambda completion".
type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"The shell: bash, zsh or fish."`
}

// scripts make the shells ask "sqlambda __complete".
//
//go:embed completion
var scripts embed.FS

// Run prints the script.
func (c completionCommand) Run(p *process) error {
	script, err := scripts.ReadFile("completion/sqlambda." + c.Shell)
	if err != nil {
		return err
	}
	_, err = p.stdout.Write(script)
	return err
}

// completeCommand is "sqlambda __complete", which the scripts run. It prints what the last
// word may become, one a line, with a tab and its meaning. The lines :files and :folders
// have the shell complete a name.
type completeCommand struct {
	Words []string `arg:"" optional:""`
}

// Run prints the candidates. A command line that cannot be understood has none.
func (c completeCommand) Run(p *process) error {
	parser, err := newParser(p)
	if err != nil {
		return err
	}
	for _, candidate := range complete(parser, c.Words) {
		line := strings.TrimSuffix(candidate.name+"\t"+candidate.text, "\t")
		if _, err := fmt.Fprintln(p.stdout, line); err != nil {
			return err
		}
	}
	return nil
}

// complete returns what the last word may become. The words are those after the program's
// name. kong reads them with a mark in the place of the last one, and tells what the mark is.
func complete(parser *kong.Kong, words []string) []term {
	const mark = "\x00"
	last := ""
	if n := len(words); n > 0 {
		words, last = words[:n-1], strings.TrimPrefix(words[n-1], "=")
	}
	words = slices.DeleteFunc(words, func(word string) bool { return word == "=" }) // bash takes --flag=value apart
	prefix := ""
	if name, value, joined := strings.Cut(last, "="); joined && strings.HasPrefix(name, "--") {
		prefix, last = name+"=", value
	}
	line, err := kong.Trace(parser, append(words, prefix+mark))
	if err != nil {
		return nil
	}
	node, marked := cmp.Or(line.Selected(), line.Model.Node), line.Path[len(line.Path)-1]
	switch fits := line.Error == nil; {
	case fits && marked.Flag != nil:
		return matching(values(marked.Flag.Value, given(line)), prefix, last)
	case strings.HasPrefix(last, "-"):
		return matching(flagsLeft(node, given(line)), prefix, last)
	case fits && marked.Positional != nil:
		return matching(values(marked.Positional, given(line)), prefix, last)
	case len(words) == 0:
		return matching(commandTerms(node), prefix, last)
	}
	return nil
}

// given returns the values on a command line by the names of their flags and arguments.
func given(line *kong.Context) map[string]string {
	values := map[string]string{}
	for _, p := range line.Path {
		switch {
		case p.Flag != nil:
			values[p.Flag.Name] = fmt.Sprint(line.Value(p))
		case p.Positional != nil:
			values[p.Positional.Name] = fmt.Sprint(line.Value(p))
		}
	}
	return values
}

// flagsLeft are the flags that are not given yet.
func flagsLeft(node *kong.Node, given map[string]string) (terms []term) {
	for _, flag := range flagsOf(node) {
		if _, ok := given[flag.Name]; !ok {
			text, _, _ := strings.Cut(flag.Help, ". ")
			terms = append(terms, term{"--" + flag.Name, text})
		}
	}
	return terms
}

// values are the values of a flag or an argument: those of its enum, or of its kind, which
// its tag complete or its name in the help (HANDLER, DIR, FILE) says.
func values(value *kong.Value, given map[string]string) (terms []term) {
	kind := value.Name
	if value.Flag != nil {
		kind, _, _ = strings.Cut(value.Flag.FormatPlaceHolder(), ",") // WARNING,...
	}
	if value.Tag.Has("complete") {
		kind = value.Tag.Get("complete")
	}
	if of := kinds[strings.ToLower(kind)]; of != nil {
		return of(given)
	}
	for name := range strings.FieldsFuncSeq(value.Enum, func(r rune) bool { return r == ',' }) {
		terms = append(terms, term{name: name})
	}
	return terms
}

// kinds have the values of each kind. They may depend on what is given.
var kinds = map[string]func(given map[string]string) []term{
	"handler":  handlerTerms,
	"event":    eventTerms,
	"template": func(map[string]string) []term { return templateTerms() },
	"warning":  func(map[string]string) []term { return warningTerms() },
	"file":     func(map[string]string) []term { return []term{{name: ":files"}} },
	"dir":      func(map[string]string) []term { return []term{{name: ":folders"}} },
}

// handlerTerms are the handlers of the function's folder.
func handlerTerms(given map[string]string) (terms []term) {
	list, _ := folderGiven(given).Handlers() // what cannot be read has none
	for _, h := range list {
		terms = append(terms, term{h.Name, h.File})
	}
	return terms
}

// eventTerms are the events in the test cases of the handler on the command line, or any
// file if it has none.
func eventTerms(given map[string]string) (terms []term) {
	cases, _ := suite.Find(folderGiven(given))
	for _, c := range cases {
		for _, i := range c.Invocations {
			if file := i.Event.File.String(); c.Handler.Name == given["handler"] && filepath.Ext(file) == ".json" {
				terms = append(terms, term{name: file})
			}
		}
	}
	if terms == nil {
		return []term{{name: ":files"}}
	}
	slices.SortFunc(terms, func(a, b term) int { return strings.Compare(a.name, b.name) })
	return terms
}

// folderGiven is the function's folder on the command line.
func folderGiven(given map[string]string) *project.Folder {
	root, _ := filepath.Abs(cmp.Or(given["root"], given["dir"]))
	return &project.Folder{Root: root}
}

// matching are the terms that begin with a text, with a prefix before them. Orders to the
// shell stay as they are.
func matching(terms []term, prefix, begin string) (matching []term) {
	for _, t := range terms {
		switch {
		case strings.HasPrefix(t.name, ":"):
			matching = append(matching, t)
		case strings.HasPrefix(t.name, begin):
			matching = append(matching, term{prefix + t.name, t.text})
		}
	}
	return matching
}
