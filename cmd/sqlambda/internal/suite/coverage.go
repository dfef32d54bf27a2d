package suite

import (
	"errors"
	"os"
	"path"
	"path/filepath"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/handlers"
	"sqlambda/handlers/syntax"
)

// Coverage is which handlers of a folder the cases have run, and which of their
// statements. What runs once, at init, runs with every case and is not counted.
type Coverage struct {
	Handlers []HandlerCoverage
}

// HandlerCoverage is what the cases have run of a handler.
type HandlerCoverage struct {
	// Name is the handler's, after the name of its folder where there are several.
	Name string
	// Query is the query's name in its file; empty for a script.
	Query string
	// Cases is the number of cases that have run it.
	Cases      int
	Statements []StatementCoverage
}

// StatementCoverage is how often a statement has run.
type StatementCoverage struct {
	// File is the file's name, absolute; Line and Column, counted from 1, are where the
	// statement begins.
	File         string
	Line, Column int
	// Text is the statement.
	Text  string
	Times int
}

// Ran returns the number of handlers that a case has run, and of statements that have
// run, with how many there are.
func (c *Coverage) Ran() (handlers, statements, ofStatements int) {
	for _, h := range c.Handlers {
		if h.Cases > 0 {
			handlers++
		}
		ran := h.Ran()
		statements, ofStatements = statements+ran, ofStatements+len(h.Statements)
	}
	return handlers, statements, ofStatements
}

// Ran returns the number of statements that have run.
func (h *HandlerCoverage) Ran() int {
	n := 0
	for _, s := range h.Statements {
		if s.Times > 0 {
			n++
		}
	}
	return n
}

// statementKey tells a statement: the file's name relative to the folder, and the byte
// that it begins at.
type statementKey struct {
	file   string
	offset int
}

// statementRuns is how often a case has run a statement.
type statementRuns struct {
	statement statementKey
	times     int
}

func (e *execution) statement(run handlers.Run) statementKey {
	return statementKey{e.Handler.File, run.Statement.Offset}
}

// add adds what the cases of a folder have run.
func (c *Coverage) add(folder *project.Folder, prefix string, results []*Result) error {
	list, err := folder.Handlers()
	if err != nil {
		return err
	}
	times, cases := map[statementKey]int{}, map[project.Handler]int{}
	for _, r := range results {
		if r.folder != folder {
			continue
		}
		if len(r.runs) > 0 {
			cases[r.Case.Handler]++
		}
		for _, run := range r.runs {
			times[run.statement] += run.times
		}
	}
	files := map[string]*syntax.File{}
	for _, h := range list {
		if files[h.File] == nil {
			if files[h.File], err = parse(folder, h.File); err != nil {
				return err
			}
		}
		statements := statementsOf(folder, files[h.File], h, times)
		c.Handlers = append(c.Handlers, HandlerCoverage{path.Join(prefix, h.Name), h.Query, cases[h], statements})
	}
	return nil
}

func parse(folder *project.Folder, name string) (*syntax.File, error) {
	text, err := os.ReadFile(filepath.Join(folder.Root, filepath.FromSlash(name)))
	if err != nil {
		return nil, errors.New("cannot read " + name)
	}
	file, _ := syntax.Parse(name, string(text)) // what is wrong with it is for a check to say
	return file, nil
}

func statementsOf(folder *project.Folder, file *syntax.File, h project.Handler, times map[statementKey]int) (list []StatementCoverage) {
	query, ok := file.Query(h.Query)
	if !ok {
		return nil
	}
	for _, s := range query.Statements {
		at := file.Position(s.Offset)
		list = append(list, StatementCoverage{
			File: filepath.Join(folder.Root, filepath.FromSlash(h.File)),
			Line: at.Line, Column: at.Column, Text: s.Text, Times: times[statementKey{h.File, s.Offset}],
		})
	}
	return list
}
