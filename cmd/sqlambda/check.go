package main

import (
	"cmp"
	"slices"
	"strings"

	"sqlambda/cmd/sqlambda/internal/inspect"
	"sqlambda/internal/nearest"
)

// checkCommand is "sqlambda check".
type checkCommand struct {
	Dir string `arg:"" optional:"" default:"." help:"The folder with the function's files, or with a template that names such folders. The default is the current one."`

	Format string   `default:"text" enum:"text,json,github,sarif" placeholder:"FORMAT" help:"How the problems are printed: text, json, github (the annotations of a GitHub workflow) or sarif (2.1.0). The default is text."`
	JSON   bool     `name:"json" help:"Print one JSON document: --format=json."`
	Strict bool     `help:"Warnings fail the check too."`
	Ignore []string `placeholder:"WARNING" help:"Leave out the warnings of that name; several have commas between them."`
}

func warningTerms() (terms []term) {
	for _, r := range inspect.Rules() {
		terms = append(terms, term{r.Name, r.Summary})
	}
	return terms
}

// Validate checks what kong does not.
func (c *checkCommand) Validate() error {
	if c.JSON && c.Format != "text" && c.Format != "json" {
		return &usageError{"--json and --format " + c.Format + " contradict each other", "give one of them"}
	}
	names := inspect.RuleNames()
	for _, name := range c.Ignore {
		if slices.Contains(names, name) {
			continue
		}
		hint := cmp.Or(nearest.Hint(name, names), "the warnings are "+strings.Join(names, ", "))
		return &usageError{"there is no warning " + name, hint}
	}
	return nil
}

// Run checks the folder and prints what is wrong.
func (c *checkCommand) Run(p *process) error {
	report, err := inspect.CheckAll(c.Dir, inspect.Options{LookupEnv: p.lookupEnv, Ignore: c.Ignore})
	if err != nil {
		return &usageError{message: err.Error()}
	}
	if report.Handlers == 0 && len(report.Problems) == 0 {
		return noHandlers(c.Dir)
	}
	format := c.Format
	if c.JSON {
		format = "json"
	}
	if err := p.printReport(report, format); err != nil {
		return err
	}
	if report.Errors > 0 || c.Strict && report.Warnings > 0 {
		return errShown
	}
	return nil
}
