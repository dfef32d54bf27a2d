package inspect

import (
	"cmp"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/handlers/syntax"
)

// Report is what a check has found: the document of "sqlambda check --json".
type Report struct {
	// Handlers and Files are the numbers of those that were checked.
	Handlers int `json:"handlers"`
	Files    int `json:"files"`
	// Errors and Warnings are the numbers of the problems.
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	// Problems are ordered by file and place. Files have absolute names.
	Problems []syntax.Problem `json:"problems"`

	variables map[string]project.Function // the functions with SQL in a variable, by its name as a file
}

// From returns the report with the names of files as they are seen from a folder, with
// slashes.
func (r *Report) From(folder string) *Report {
	seen := *r
	seen.Problems = make([]syntax.Problem, len(r.Problems))
	for i, p := range r.Problems {
		p.File = filepath.ToSlash(project.File(p.File).From(folder))
		seen.Problems[i] = p
	}
	return &seen
}

// InFiles returns the report for programs that know files only: a problem of SQL in a variable
// stands where the template has its function's handler.
func (r *Report) InFiles() *Report {
	placed := *r
	placed.Problems = slices.Clone(r.Problems)
	for i, p := range placed.Problems {
		if fn, ok := r.variables[p.File]; ok {
			p.Message = p.Place() + ": " + p.Message
			p.File, p.Line, p.Column = fn.Template, fn.Line, fn.Column
			placed.Problems[i] = p
		}
	}
	return &placed
}

// Add adds another report. It orders the problems and removes duplicates: a mistake in
// init.sql is found with every file, and a missing database with and without a function of
// the template.
func (r *Report) Add(other *Report) {
	all := append(r.Problems, other.Problems...)
	toldElsewhere := func(p syntax.Problem) bool {
		return slices.ContainsFunc(all, func(other syntax.Problem) bool {
			if p.Code == misspelledDirective { // and refused
				return other.Severity == syntax.Error && other.File == p.File && other.Line == p.Line && other.Column == p.Column
			}
			return p.File == "" && other.File != "" && strings.HasSuffix(other.Message, p.Message)
		})
	}
	all = slices.DeleteFunc(slices.Clone(all), toldElsewhere)
	slices.SortStableFunc(all, func(a, b syntax.Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Message, b.Message))
	})
	all = slices.CompactFunc(all, func(a, b syntax.Problem) bool {
		a.Query, b.Query = "", ""
		return a == b
	})
	if r.variables == nil {
		r.variables = map[string]project.Function{}
	}
	maps.Copy(r.variables, other.variables)
	r.Problems, r.Handlers, r.Files = all, r.Handlers+other.Handlers, r.Files+other.Files
	r.Errors = 0
	for _, p := range all {
		if p.Severity == syntax.Error {
			r.Errors++
		}
	}
	r.Warnings = len(all) - r.Errors
}

// add adds problems of files below a root.
func (r *Report) add(root string, problems ...syntax.Problem) {
	for _, p := range problems {
		if p.File != "" {
			p.File = string(project.FileIn(root, p.File))
		}
		r.Problems = append(r.Problems, p)
	}
}

// addTemplate adds what is wrong with a template itself.
func (r *Report) addTemplate(e *project.TemplateError) {
	r.addAt(e.File, e.Line, e.Column, "Template.Invalid", e.Err.Error())
}

// addAt adds an error at a place of a file that is not a handler's. If the place is not
// known, it is the first line.
func (r *Report) addAt(name string, line, column int, code, message string) {
	text, _ := os.ReadFile(name) // a file that cannot be read has no lines
	at := syntax.Position{Line: max(line, 1), Column: max(column, 1)}
	r.Problems = append(r.Problems, syntax.Problem{
		Severity: syntax.Error, Code: code, File: name, Line: at.Line, Column: at.Column, Message: message,
		Excerpt: (&syntax.File{Text: string(text)}).Excerpt(at),
	})
}

// Object is a JSON object.
type Object = Members[any]

// SARIF returns the report as SARIF 2.1.0, as far as a list of problems needs it:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
func (r *Report) SARIF() Object {
	rules, results, index := []Object{}, []Object{}, map[string]int{}
	rule := func(name, summary string) int {
		if _, ok := index[name]; !ok {
			index[name] = len(rules)
			rules = append(rules, Object{{"id", name}, {"shortDescription", Object{{"text", summary}}}})
		}
		return index[name]
	}
	for _, known := range Rules() {
		rule(known.Name, known.Summary)
	}
	for _, p := range r.Problems {
		result := Object{
			{"ruleId", p.Code}, {"ruleIndex", rule(p.Code, "an error of Lambda's init")}, {"level", p.Severity},
			{"message", Object{{"text", p.Text()}}},
		}
		if p.File != "" {
			location := Object{{"artifactLocation", Object{{"uri", (&url.URL{Path: p.File}).String()}}}}
			if p.Line > 0 {
				location = append(location, Member[any]{"region", Object{{"startLine", p.Line}, {"startColumn", p.Column}}})
			}
			result = append(result, Member[any]{"locations", []Object{{{"physicalLocation", location}}}})
		}
		results = append(results, result)
	}
	return Object{
		{"$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"},
		{"version", "2.1.0"},
		{"runs", []Object{{{"tool", Object{{"driver", Object{{"name", "sqlambda"}, {"rules", rules}}}}}, {"columnKind", "unicodeCodePoints"}, {"results", results}}}},
	}
}
