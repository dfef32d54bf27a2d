package main

import (
	"embed"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// manual is what the help of a command says beyond its purpose, arguments and flags,
// which stand in the tags of its fields. A page of help is laid out in help.go alone,
// so that all commands' look the same, and docs/cli.md is made of the same pages.
type manual struct {
	// Text is what else there is to know: paragraphs, with a blank line between them.
	Text string
	// More are sections of names and what they mean that this command alone has.
	More []section
	// Examples are command lines, one a line, the simplest first. A line with # before
	// it says what those below it are for.
	Examples string
	// JSON is an example of what --json prints, from manual/COMMAND.json; empty without
	// that flag.
	JSON string
	// Environment has the variables that the command reads.
	Environment []term
	// ExitCodes has the codes that the command ends with, 0 first. Those of all
	// commands alike are the constants below.
	ExitCodes []term
}

// Texts that manuals share.
const (
	misused    = "the command was used wrongly: nothing ran"
	noColour   = "no colours, where it is set: https://no-color.org"
	databaseIs = "the database: :memory: (the default), a file or a file: URI, relative to the function's folder; writable below /tmp and /mnt only"
)

// term is a name and what it means.
type term struct{ name, text string }

// documented is a command: its manual is part of it.
type documented interface{ manual() manual }

// manualOf is the manual of a command, or of the program.
func manualOf(node *kong.Node) manual {
	target := node.Target
	if target.Kind() != reflect.Pointer {
		target = target.Addr()
	}
	command, ok := target.Interface().(documented)
	if !ok {
		return manual{Text: strings.TrimSpace(node.Detail)}
	}
	m := command.manual()
	document, _ := documents.ReadFile("manual/" + node.Name + ".json") // a command without --json has none
	m.JSON = strings.TrimSpace(string(document))
	return m
}

//go:embed manual
var documents embed.FS
