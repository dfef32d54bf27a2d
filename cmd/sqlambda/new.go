package main

import (
	"errors"
	"path/filepath"
	"regexp"
	"strings"

	"sqlambda/cmd/sqlambda/internal/scaffold"
)

// newCommand is "sqlambda new".
type newCommand struct {
	Name     string `arg:"" optional:"" complete:"dir" help:"The folder to make the project in, such as shop or functions/shop; . is the current one. A folder that exists must be empty. The project has the folder's name."`
	Template string `default:"hello" placeholder:"TEMPLATE" help:"What the project starts from: a template that --list shows. The default is hello."`
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
		return p.stdout.write(map[string]any{"templates": scaffold.Templates()}, c.JSON, "templates.txt")
	}
	if c.Name == "" {
		return &usageError{"the project has no name", "sqlambda new NAME makes it in the folder NAME"}
	}
	template, ok := scaffold.Find(c.Template)
	if !ok {
		return &usageError{"there is no template " + c.Template, "sqlambda new --list shows the templates"}
	}
	files, err := template.Create(c.Name)
	if taken, ok := errors.AsType[*scaffold.NotEmptyError](err); ok {
		return &usageError{taken.Error(), "give the name of a folder that does not exist or is empty"}
	}
	if err != nil {
		return err
	}
	return c.created(p, files)
}

// created prints what was made and what to do with it.
func (c *newCommand) created(p *process, files []string) error {
	folder, err := filepath.Abs(c.Name)
	if err != nil {
		return err
	}
	return p.stdout.write(struct {
		Name     string   `json:"name"`
		Template string   `json:"template"`
		Folder   string   `json:"folder"`
		Files    []string `json:"files"`
		Given    string   `json:"-"`
	}{filepath.Base(folder), c.Template, folder, files, filepath.Clean(c.Name)}, c.JSON, "new.txt")
}

// quoted is a word for a shell, in quotes if it holds other than plain characters.
func quoted(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

var plainWord = regexp.MustCompile(`^[\pL\p{Nd}_./-]+$`)
