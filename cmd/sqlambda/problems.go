package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sqlambda/cmd/sqlambda/internal/inspect"
)

// printReport prints what a check has found, in a format.
func (p *process) printReport(report *inspect.Report, format string) error {
	switch format {
	case "json":
		return p.stdout.writeJSON(newProblemList(report))
	case "sarif":
		return p.stdout.writeJSON(newSARIF(report, p.sourceRoot()))
	case "github":
		return p.annotate(report)
	}
	for _, problem := range report.Problems {
		if _, err := fmt.Fprintln(p.stdout, p.stdout.layOut(problem)); err != nil {
			return err
		}
	}
	p.sum(report)
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
		return relativeTo(".", problem.File)
	}
	return fmt.Sprintf("%s:%d:%d", relativeTo(".", problem.File), problem.Line, problem.Column)
}

// relativeTo is an absolute file name as it is seen from a folder.
func relativeTo(folder, file string) string {
	if file == "" {
		return ""
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return file
	}
	if name, err := filepath.Rel(folder, file); err == nil {
		return name
	}
	return file
}

// problemList is the document of "sqlambda check --json".
type problemList struct {
	Handlers int           `json:"handlers"`
	Files    int           `json:"files"`
	Errors   int           `json:"errors"`
	Warnings int           `json:"warnings"`
	Problems []problemItem `json:"problems"`
}

// problemItem is a problem in it, and in that of "sqlambda package --json". Where there is no place, line is 0 and the names are
// empty.
type problemItem struct {
	Severity string `json:"severity"`
	Name     string `json:"name"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Query    string `json:"query"`
	Message  string `json:"message"`
	Hint     string `json:"hint"`
	Excerpt  string `json:"excerpt"`
}

func newProblemList(report *inspect.Report) problemList {
	return problemList{
		report.Handlers, report.Files, report.Count(inspect.Error), report.Count(inspect.Warning), problemItems(report.Problems),
	}
}

func problemItems(problems []inspect.Problem) []problemItem {
	items := []problemItem{}
	for _, p := range problems {
		items = append(items, problemItem{
			string(p.Severity), p.Name, filepath.ToSlash(relativeTo(".", p.File)), p.Line, p.Column, p.Query, p.Message, p.Hint, p.Excerpt,
		})
	}
	return items
}

// annotate prints problems as commands of a GitHub workflow:
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message.
func (p *process) annotate(report *inspect.Report) error {
	root := p.sourceRoot()
	for _, problem := range report.Problems {
		properties := []string{"title=" + escapeProperty(problem.Name)}
		if problem.Line > 0 {
			properties = append([]string{
				"file=" + escapeProperty(filepath.ToSlash(relativeTo(root, problem.File))),
				fmt.Sprintf("line=%d", problem.Line), fmt.Sprintf("col=%d", problem.Column),
			}, properties...)
		}
		_, err := fmt.Fprintf(p.stdout, "::%s %s::%s\n", problem.Severity, strings.Join(properties, ","), escapeData.Replace(problem.Text()))
		if err != nil {
			return err
		}
	}
	p.sum(report)
	return nil
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
	if folder, ok := p.lookupEnv("GITHUB_WORKSPACE"); ok && folder != "" {
		if _, err := os.Stat(folder); err == nil {
			return folder
		}
	}
	return "."
}
