package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode"

	"sqlambda/cmd/sqlambda/internal/scaffold"
)

// newCommand is "sqlambda new".
type newCommand struct {
	Name     string `arg:"" optional:"" complete:"folder" help:"The project's folder, which is made: shop, or functions/shop. It may be there where it is empty (. is the current one). The project is called as it is."`
	Template string `default:"hello" placeholder:"TEMPLATE" help:"What the project starts as: one that --list shows. The default is hello."`
	List     bool   `help:"List the templates, and make nothing."`
	JSON     bool   `name:"json" help:"Print the result as JSON."`
}

func templateTerms() (terms []term) {
	for _, t := range scaffold.Templates() {
		terms = append(terms, term{t.Name, t.Summary})
	}
	return terms
}

// Run makes the project, or lists the templates.
func (c *newCommand) Run(p *process) error {
	if c.List {
		return c.list(p)
	}
	if c.Name == "" {
		return &usageError{message: "there is no name for the project", hint: "sqlambda new NAME makes it in the folder NAME"}
	}
	template, ok := scaffold.Find(c.Template)
	if !ok {
		return &usageError{message: "there is no template " + c.Template, hint: "sqlambda new --list shows those that there are"}
	}
	files, err := template.Create(c.Name)
	if err != nil {
		return failedToCreate(err)
	}
	return c.created(p, files)
}

func failedToCreate(err error) error {
	var taken *scaffold.NotEmptyError
	if errors.As(err, &taken) {
		return &usageError{message: err.Error(), hint: "give the name of a folder that does not exist or is empty"}
	}
	return err
}

// list prints the templates.
func (c *newCommand) list(p *process) error {
	type entry struct {
		Name    string `json:"name"`
		Summary string `json:"summary"`
	}
	var entries []entry
	for _, t := range scaffold.Templates() {
		if !c.JSON {
			fmt.Fprintf(p.stdout, "%-14s %s\n", t.Name, t.Summary)
		}
		entries = append(entries, entry(t))
	}
	if !c.JSON {
		return nil
	}
	return p.stdout.writeJSON(map[string]any{"templates": entries})
}

// created prints what was made and what to do with it.
func (c *newCommand) created(p *process, files []string) error {
	folder, err := filepath.Abs(c.Name)
	if err != nil {
		return err
	}
	if c.JSON {
		return p.stdout.writeJSON(struct {
			Name     string   `json:"name"`
			Template string   `json:"template"`
			Folder   string   `json:"folder"`
			Files    []string `json:"files"`
		}{filepath.Base(folder), c.Template, folder, files})
	}
	fmt.Fprintf(p.stdout, "%s is a new function, from the template %s:\n\n", filepath.Base(folder), c.Template)
	for _, name := range files {
		fmt.Fprintf(p.stdout, "  %s\n", name)
	}
	fmt.Fprint(p.stdout, "\nNext:\n\n")
	if filepath.Clean(c.Name) != "." {
		fmt.Fprintf(p.stdout, "  cd %s\n", quoted(c.Name))
	}
	_, err = fmt.Fprint(p.stdout, nextSteps)
	return err
}

const nextSteps = `  sqlambda dev                            serve it on this machine
  sqlambda test                           run its cases, those in events/
  sqlambda package --with-runtime arm64   make function.zip
  sam deploy                              deploy it, as template.yaml says
`

// quoted is a word as a shell takes it: in quotes where it holds more than is plain.
func quoted(word string) string {
	plain := func(r rune) bool {
		return r == '_' || r == '-' || r == '.' || r == '/' || unicode.IsLetter(r) || unicode.IsDigit(r)
	}
	if strings.TrimFunc(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
