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

func (checkCommand) manual() manual {
	return manual{
		Text: `Every handler of every file is prepared as init prepares it in Lambda, with init.sql and what stands before the first name, and so is every function of template.yaml that has the folder as its code. All problems of all files are told, each with its place.

A database that is shipped in the folder is read. One below /tmp or /mnt is neither made nor read: an empty database in memory stands in for it, so that init.sql has to make its tables (CREATE TABLE IF NOT EXISTS). Where something else makes them, set SQLAMBDA_DATABASE to a file in the folder that has the same.

A comment on the line of a warning, or above it, ignores it: -- sqlambda: ignore full-scan. Above a query's first statement it is for the query. What is not to be found any more is a warning itself. docs/checking.md says of each warning why it is given and what to do instead.`,
		More: []section{{title: "Warnings", terms: warningTerms()}},
		Examples: `
sqlambda check
sqlambda check functions/shop --strict
sqlambda check --ignore inferred-kind,select-star
SQLAMBDA_DATABASE=shop.db sqlambda check
# In a GitHub workflow, as annotations, and for its code scanning
sqlambda check --format github
sqlambda check --format sarif > sqlambda.sarif`,
		Environment: []term{
			{"SQLAMBDA_DATABASE", databaseIs},
			{"GITHUB_WORKSPACE", "the folder that file names start from with --format github and sarif, where it is set; else the current one"},
			{"any other", "what $env reads at init, above the variables that template.yaml gives the function"},
			{"NO_COLOR", noColour},
		},
		ExitCodes: []term{
			{"0", "there are no errors and, with --strict, no warnings"},
			{"1", "there are"},
			{"2", misused},
		},
	}
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
		return &usageError{message: "--json and --format " + c.Format + " contradict each other", hint: "give one of them"}
	}
	names := inspect.RuleNames()
	for _, name := range c.Ignore {
		if slices.Contains(names, name) {
			continue
		}
		hint := cmp.Or(nearest.Hint(name, names), "the warnings are "+strings.Join(names, ", "))
		return &usageError{message: "there is no warning " + name, hint: hint}
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
		return &usageError{message: "there are no handlers in " + c.Dir, hint: "a handler is a .sql file in the function's folder"}
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
