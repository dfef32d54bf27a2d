package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sqlambda/cmd/sqlambda/internal/inspect"
	"sqlambda/handlers/syntax"
	"sqlambda/internal/nearest"
)

// checkCommand is "sqlambda check".
type checkCommand struct {
	Dir string `arg:"" optional:"" default:"." help:"The folder with the function's files, or with a template that names such folders; or an executable of the current one. The default is the current folder."`

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
	report, err := c.inspect(inspect.Options{LookupEnv: p.lookupEnv, Ignore: c.Ignore})
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

// inspect checks what the argument names: a folder, or an executable.
func (c *checkCommand) inspect(options inspect.Options) (*inspect.Report, error) {
	info, err := os.Stat(c.Dir)
	if err != nil || !info.Mode().IsRegular() || filepath.Ext(c.Dir) == ".sql" {
		return inspect.CheckAll(c.Dir, options)
	}
	file, err := filepath.Abs(c.Dir)
	if err != nil {
		return nil, err
	}
	return inspect.CheckExecutable(".", file, options)
}

// printReport prints what a check has found, in a format.
func (p *process) printReport(report *inspect.Report, format string) error {
	print, root := func(problem syntax.Problem) string { return p.stdout.layOut(problem, true) }, "."
	switch format {
	case "json":
		return p.stdout.writeJSON(report.From("."))
	case "sarif":
		return p.stdout.writeJSON(report.InFiles().From(p.sourceRoot()).SARIF())
	case "github":
		report, print, root = report.InFiles(), annotation, p.sourceRoot()
	}
	for _, problem := range report.From(root).Problems {
		if _, err := fmt.Fprintln(p.stdout, print(problem)); err != nil {
			return err
		}
	}
	p.sum(report)
	return nil
}

// sum tells how much was checked, and how many problems there are.
func (p *process) sum(report *inspect.Report) {
	var found []string
	if report.Errors > 0 {
		found = append(found, count(report.Errors, "error"))
	}
	if report.Warnings > 0 {
		found = append(found, count(report.Warnings, "warning"))
	}
	fmt.Fprintf(p.stderr, "sqlambda: %s in %s: %s\n", count(report.Handlers, "handler"), count(report.Files, "file"),
		cmp.Or(strings.Join(found, " and "), "no problems"))
}

// annotation is a problem as a command of a GitHub workflow:
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message.
func annotation(problem syntax.Problem) string {
	place := ""
	if problem.Line > 0 {
		place = fmt.Sprintf("file=%s,line=%d,col=%d,", escapeProperty(problem.File), problem.Line, problem.Column)
	}
	return fmt.Sprintf("::%s %stitle=%s::%s", problem.Severity, place, escapeProperty(problem.Code), escapeData.Replace(problem.Text()))
}

// escapeData and escapeProperty are the escapes of
// https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts.
var escapeData = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")

func escapeProperty(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(escapeData.Replace(text))
}

// sourceRoot is the folder that file names start from for programs that know the
// repository.
func (p *process) sourceRoot() string {
	if folder, _ := p.lookupEnv("GITHUB_WORKSPACE"); isFolder(folder) {
		return folder
	}
	return "."
}
