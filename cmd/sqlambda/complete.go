package main

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"sqlambda/cmd/sqlambda/internal/project"
)

// Candidates that have the shell complete the name of a file or folder.
var (
	anyFile   = []term{{name: ":files"}}
	anyFolder = []term{{name: ":folders"}}
)

// completion is a command line that is being typed, read up to its last word.
type completion struct {
	node  *kong.Node
	flag  *kong.Flag        // whose value comes next; may be nil
	given map[string]string // the values so far, by the names of flags and arguments
	next  int               // of the positional arguments
}

// complete returns what the last word may become. The words are those after the program's
// name. Unknown words are passed over: a line that is being typed is seldom correct.
func complete(program *kong.Node, words []string) []term {
	if len(words) == 0 {
		words = []string{""}
	}
	last := words[len(words)-1]
	c := completion{node: program, given: map[string]string{}}
	for _, word := range words[:len(words)-1] {
		c.read(word)
	}
	name, value, joined := strings.Cut(last, "=")
	switch {
	case c.flag != nil:
		return matching(c.values(c.flag.Value), "", strings.TrimPrefix(last, "="))
	case joined && strings.HasPrefix(name, "--"):
		if flag := c.find(name); flag != nil {
			return matching(c.values(flag.Value), name+"=", value)
		}
		return nil
	case strings.HasPrefix(last, "-"):
		return matching(c.flags(), "", last)
	case len(c.node.Children) > 0:
		return matching(commandTerms(c.node), "", last)
	case len(c.node.Positional) > 0:
		return matching(c.values(c.argument()), "", last)
	}
	return nil
}

// read takes the next word.
func (c *completion) read(word string) {
	name, value, joined := strings.Cut(word, "=")
	switch {
	case c.flag != nil && word == "=": // bash takes --flag=value apart
	case c.flag != nil:
		c.given[c.flag.Name] = word
		c.flag = nil
	case strings.HasPrefix(word, "-") && word != "-":
		flag := c.find(name)
		switch {
		case flag == nil:
		case joined || flag.IsBool():
			c.given[flag.Name] = value
		default:
			c.flag = flag
		}
	case len(c.node.Children) > 0:
		i := slices.IndexFunc(c.node.Children, func(n *kong.Node) bool { return n.Name == word })
		if i < 0 {
			c.node = &kong.Node{} // nothing completes an unknown command
			return
		}
		c.node = c.node.Children[i]
	case len(c.node.Positional) > 0:
		c.given[c.argument().Name] = word
		c.next++
	}
}

// find returns the flag that is written as --root or -h, or nil.
func (c *completion) find(written string) *kong.Flag {
	for node := c.node; node != nil; node = node.Parent {
		for _, flag := range node.Flags {
			if written == "--"+flag.Name || flag.Short != 0 && written == "-"+string(flag.Short) {
				return flag
			}
		}
	}
	return nil
}

// flags are those that are not on the command line yet.
func (c *completion) flags() (terms []term) {
	for node := c.node; node != nil; node = node.Parent {
		for _, flag := range node.Flags {
			if _, given := c.given[flag.Name]; !given && !flag.Hidden && (node == c.node || flag.Name == "help") {
				text, _, _ := strings.Cut(flag.Help, ". ")
				terms = append(terms, term{"--" + flag.Name, text})
			}
		}
	}
	return terms
}

// argument is the next positional argument, or the last one if all are given.
func (c *completion) argument() *kong.Positional {
	return c.node.Positional[min(c.next, len(c.node.Positional)-1)]
}

// values are the values of a flag or an argument: those of its enum, or of its kind, which
// its tag complete or its name in the help (HANDLER, DIR, FILE) says.
func (c *completion) values(value *kong.Value) (terms []term) {
	if value.Enum != "" {
		for _, name := range value.EnumSlice() {
			terms = append(terms, term{name: name})
		}
		return terms
	}
	switch valueKind(value) {
	case "handler":
		return c.handlers()
	case "event":
		return c.events()
	case "template":
		return templateTerms()
	case "warning":
		return warningTerms()
	case "file":
		return anyFile
	case "dir", "folder":
		return anyFolder
	}
	return nil
}

func valueKind(value *kong.Value) string {
	switch {
	case value.Tag.Get("complete") != "":
		return value.Tag.Get("complete")
	case value.Flag != nil:
		name, _, _ := strings.Cut(value.Flag.FormatPlaceHolder(), ",") // WARNING,...
		return strings.ToLower(name)
	}
	return strings.ToLower(value.Name)
}

// root is the function's folder on the command line.
func (c *completion) root() string {
	for _, name := range []string{"root", "dir"} {
		if folder := c.given[name]; folder != "" {
			return folder
		}
	}
	return "."
}

// handlers are those of the function's folder.
func (c *completion) handlers() (terms []term) {
	folder, err := project.Open(c.root())
	if err != nil {
		return nil
	}
	list, err := folder.Handlers()
	if err != nil {
		return nil
	}
	for _, h := range list {
		terms = append(terms, term{h.Name, h.File})
	}
	return terms
}

// events are the event files of the handler on the command line, or any file if it has
// none.
func (c *completion) events() (terms []term) {
	folder, name := path.Split(c.given["handler"])
	for _, cases := range []string{project.Events, project.Tests} {
		pattern := filepath.Join(c.root(), filepath.FromSlash(folder), cases, name+"*.json")
		files, _ := filepath.Glob(pattern) // a handler may be a malformed pattern: it has no files
		for _, file := range files {
			if !isExpected(file) {
				terms = append(terms, term{name: file})
			}
		}
	}
	if len(terms) == 0 {
		return anyFile
	}
	return terms
}

// isExpected reports whether a file of a case is another part than its event.
func isExpected(file string) bool {
	stem := strings.TrimRight(strings.TrimSuffix(file, ".json"), "0123456789")
	return strings.HasSuffix(stem, ".response") || strings.HasSuffix(stem, ".error") || strings.HasSuffix(stem, ".context")
}

// matching are the terms that begin with a text, with a prefix before them. Orders to the
// shell stay as they are.
func matching(terms []term, prefix, begin string) []term {
	terms = slices.Clone(terms)
	terms = slices.DeleteFunc(terms, func(t term) bool {
		return !strings.HasPrefix(t.name, begin) && !strings.HasPrefix(t.name, ":")
	})
	for i := range terms {
		if !strings.HasPrefix(terms[i].name, ":") {
			terms[i].name = prefix + terms[i].name
		}
	}
	return terms
}
