package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sqlambda/cmd/sqlambda/internal/inspect"
	"sqlambda/cmd/sqlambda/internal/project"
)

// checkCommand is "sqlambda check".
type checkCommand struct {
	Dir string `arg:"" optional:"" default:"." help:"The folder with the function's files. The default is the current one."`
}

func (checkCommand) manual() manual {
	return manual{
		Text: `Every handler of every file is prepared as init prepares it in Lambda, with init.sql and what stands before the first name, and so is every function of template.yaml that has the folder as its code. All problems of all files are told, each with its place.

A database that is shipped in the folder is read. One below /tmp or /mnt is neither made nor read: an empty database in memory stands in for it, so that init.sql has to make its tables (CREATE TABLE IF NOT EXISTS). Where something else makes them, set SQLAMBDA_DATABASE to a file in the folder that has the same.`,
		Examples: `
sqlambda check
sqlambda check functions/shop
SQLAMBDA_DATABASE=shop.db sqlambda check`,
		Environment: []term{
			{"SQLAMBDA_DATABASE", databaseIs},
			{"any other", "what $env reads at init, above the variables that template.yaml gives the function"},
			{"NO_COLOR", noColour},
		},
		ExitCodes: []term{
			{"0", "there are no errors"},
			{"1", "there are errors"},
			{"2", misused},
		},
	}
}

// Run checks the folder and prints what is wrong.
func (c *checkCommand) Run(p *process) error {
	folder, err := project.Open(c.Dir)
	if err != nil {
		return &usageError{message: err.Error()}
	}
	report, err := inspect.Check(folder, inspect.Options{LookupEnv: p.lookupEnv})
	if err != nil {
		return &usageError{message: err.Error()}
	}
	for _, problem := range report.Problems {
		if _, err := fmt.Fprintln(p.stdout, p.stdout.layOut(problem)); err != nil {
			return err
		}
	}
	p.sum(report)
	if report.Count(inspect.Error) > 0 {
		return errShown
	}
	return nil
}

// layOut lays out a problem: its place, which editors jump to, and what is wrong; below
// it the line that it is in, and a caret.
func (o output) layOut(problem inspect.Problem) string {
	colour := red
	if problem.Severity == inspect.Warning {
		colour = yellow
	}
	text := o.paint(colour, string(problem.Severity)+":") + " " + problem.Text()
	if problem.Severity == inspect.Warning {
		text += " [" + problem.Name + "]"
	}
	if place := placeOf(problem); place != "" {
		text = place + ": " + text
	}
	if problem.Excerpt != "" {
		line, caret, _ := strings.Cut(problem.Excerpt, "\n")
		blanks := strings.TrimSuffix(caret, "^")
		text += "\n    " + line + "\n    " + blanks + o.paint(colour, "^")
	}
	return text
}

// placeOf is file:line:column, with the file's name as it is seen from where the command
// runs.
func placeOf(problem inspect.Problem) string {
	switch {
	case problem.File == "":
		return ""
	case problem.Line == 0:
		return relative(problem.File)
	}
	return fmt.Sprintf("%s:%d:%d", relative(problem.File), problem.Line, problem.Column)
}

// relative is an absolute file name as it is seen from where the command runs.
func relative(file string) string {
	here, err := os.Getwd()
	if err != nil {
		return file
	}
	if name, err := filepath.Rel(here, file); err == nil {
		return name
	}
	return file
}

// sum tells how much there was to check, and how many problems there are.
func (p *process) sum(report *inspect.Report) {
	checked := count(report.Handlers, "handler") + " in " + count(report.Files, "file")
	found := "no problems"
	errors, warnings := report.Count(inspect.Error), report.Count(inspect.Warning)
	switch {
	case errors > 0 && warnings > 0:
		found = count(errors, "error") + " and " + count(warnings, "warning")
	case errors > 0:
		found = count(errors, "error")
	case warnings > 0:
		found = count(warnings, "warning")
	}
	fmt.Fprintf(p.stderr, "sqlambda: %s: %s\n", checked, found)
}

func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
