package suite

import (
	"cmp"
	"os"
	"path"
	"path/filepath"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/handlers/syntax"
)

// Coverage is which handlers of the folders the cases have run, and which of their
// statements. What runs once, at init, runs with every case and is not counted.
type Coverage struct {
	Handlers   Share             `json:"handlers"`
	Statements Share             `json:"statements"`
	Queries    []HandlerCoverage `json:"queries"`
}

// Share is how many of all have run.
type Share struct {
	Ran int `json:"ran"`
	All int `json:"all"`
}

func (s *Share) add(times int) {
	s.All++
	if times > 0 {
		s.Ran++
	}
}

// HandlerCoverage is what the cases have run of a handler.
type HandlerCoverage struct {
	// Name is the handler's, after the name of its folder if there are several.
	Name string `json:"handler"`
	// Query is the query's name in its file, empty for a script.
	Query string `json:"query"`
	// Cases is the number of cases that have run it.
	Cases      int                 `json:"cases"`
	Statements []StatementCoverage `json:"statements"`
	// Ran is how many of the statements have run.
	Ran Share `json:"-"`
}

// StatementCoverage is how often a statement has run.
type StatementCoverage struct {
	File project.File `json:"file"`
	// Line and Column, counted from 1, are where the statement begins.
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Text   string `json:"statement"`
	Times  int    `json:"times"`
	// Lost is a table in memory that it wrote to, so that nothing was kept; or empty.
	Lost string `json:"lost"`
}

// add adds what the cases of a folder have run.
func (c *Coverage) add(folder *project.Folder, prefix string, results []*Result) error {
	list, err := folder.Handlers()
	if err != nil {
		return err
	}
	for _, h := range list {
		covered := HandlerCoverage{Name: path.Join(prefix, h.Name), Query: h.Query, Statements: []StatementCoverage{}}
		if err := covered.findStatements(folder, h); err != nil {
			return err
		}
		for _, r := range results {
			if r.folder != folder || r.test.Handler != h || len(r.ran) == 0 {
				continue
			}
			covered.Cases++
			for i := range min(len(r.ran), len(covered.Statements)) { // unless the file has changed, there are as many
				s := &covered.Statements[i]
				s.Times, s.Lost = s.Times+r.ran[i].Times, cmp.Or(s.Lost, r.ran[i].Lost)
			}
		}
		for _, s := range covered.Statements {
			covered.Ran.add(s.Times)
			c.Statements.add(s.Times)
		}
		c.Handlers.add(covered.Cases)
		c.Queries = append(c.Queries, covered)
	}
	return nil
}

// findStatements finds the statements of a handler.
func (c *HandlerCoverage) findStatements(folder *project.Folder, h project.Handler) error {
	name := filepath.Join(folder.Root, filepath.FromSlash(h.File))
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	file, _ := syntax.Parse(h.File, string(text)) // a check tells its mistakes
	if query, ok := file.Query(h.Query); ok {
		for _, s := range query.Statements {
			at := file.Position(s.Offset)
			c.Statements = append(c.Statements, StatementCoverage{File: project.File(name), Line: at.Line, Column: at.Column, Text: s.Text})
		}
	}
	return nil
}
