package suite

import (
	"cmp"
	"os"
	"path"

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
	// Executable says that it is no SQL, and has no statements.
	Executable bool `json:"executable"`
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
	var cases []*Case
	for _, r := range results {
		if r.folder == folder {
			cases = append(cases, r.test)
		}
	}
	list, err := Handlers(folder, cases)
	if err != nil {
		return err
	}
	for _, h := range list {
		covered := HandlerCoverage{Name: path.Join(prefix, h.Name), Query: h.Query, Executable: h.IsExecutable(), Statements: []StatementCoverage{}}
		if err := covered.findStatements(folder, h, cases); err != nil {
			return err
		}
		for _, r := range results {
			if r.folder != folder || r.test.Handler != h || !r.loaded {
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
func (c *HandlerCoverage) findStatements(folder *project.Folder, h project.Handler, cases []*Case) error {
	if h.IsExecutable() {
		return nil
	}
	name, text, err := source(folder, h, cases)
	if err != nil {
		return err
	}
	file, _ := syntax.Parse(h.File, text) // a check tells its mistakes
	if query, ok := file.Query(h.Query); ok {
		for _, s := range query.Statements {
			at := file.Position(s.Offset)
			c.Statements = append(c.Statements, StatementCoverage{File: name, Line: at.Line, Column: at.Column, Text: s.Text})
		}
	}
	return nil
}

// source returns the SQL that holds a handler, and the name of its file or variable. A case
// may have the variable.
func source(folder *project.Folder, h project.Handler, cases []*Case) (project.File, string, error) {
	name := project.FileIn(folder.Root, h.File)
	if !h.IsInline() {
		text, err := os.ReadFile(string(name))
		return name, string(text), err
	}
	for _, c := range cases {
		if text, ok := c.Variables[h.File[1:]]; ok && c.Handler == h {
			return name, text, nil
		}
	}
	fn, err := folder.FunctionOf(h.Name)
	return name, fn.Inline(), err
}
