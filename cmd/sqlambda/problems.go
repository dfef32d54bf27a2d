package main

import (
	"cmp"
	"fmt"
	"strings"

	"sqlambda/cmd/sqlambda/internal/inspect"
	"sqlambda/handlers/syntax"
)

// printReport prints what a check has found, in a format.
func (p *process) printReport(report *inspect.Report, format string) error {
	print, root := func(problem syntax.Problem) string { return p.stdout.layOut(problem, true) }, "."
	switch format {
	case "json":
		return p.stdout.writeJSON(report.From("."))
	case "sarif":
		return p.stdout.writeJSON(report.From(p.sourceRoot()).SARIF())
	case "github":
		print, root = annotation, p.sourceRoot()
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

func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
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
