package inspect

import (
	"os"
	"path"
	"path/filepath"
	"slices"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/engine"
	"sqlambda/handlers"
	"sqlambda/handlers/syntax"
)

// Function is an SQL function that a program answers.
type Function struct {
	Name          string   `json:"name"`
	Arguments     []string `json:"arguments"`
	Type          string   `json:"type"` // of the result
	Deterministic bool     `json:"deterministic"`
	Program       string   `json:"program"` // the file, relative to the folder

	declared syntax.Function
}

// Signature is the function with the names of its arguments.
func (f Function) Signature() string { return f.declared.Signature() }

// describeFunctions lists the functions that init.sql and the query's file declare.
func (q *query) describeFunctions() []Function {
	list := []Function{}
	for _, f := range q.Functions {
		list = append(list, Function{f.Name, append([]string{}, f.Arguments...), f.Type.String(), f.Deterministic, f.Program, f.Function})
	}
	return list
}

// unusedFunction finds functions that no statement of the file calls. Those of init.sql are for
// all files.
func unusedFunction(q *query) {
	statements := slices.Clone(q.File.Prologue)
	for _, other := range q.File.Queries {
		statements = append(statements, other.Statements...)
	}
	for _, f := range q.File.Functions {
		called := slices.ContainsFunc(statements, func(s *syntax.Statement) bool {
			_, ok := s.Find(engine.FunctionObject, f.Name)
			return ok
		})
		if !called {
			q.warn(f.Offset, "no statement of "+q.File.Name+" calls "+f.Name, "call it, or leave its declaration out")
		}
	}
}

// checkPrograms reports what is wrong with the programs of a query's functions. One that is
// not there is the handler's own problem.
func (c *checker) checkPrograms(q *query, fn project.Function) {
	for _, f := range q.Functions {
		name := path.Clean(f.Program)
		info, err := os.Stat(filepath.Join(c.folder.Root, filepath.FromSlash(name)))
		if err == nil && info.Mode().IsRegular() && !c.folder.Holds(name) {
			p := f.File.Problem(f.ProgramOffset, f.Program+" is left out of the zip", "see "+project.IgnoreFile)
			p.Code = handlers.InvalidHandler
			c.report.add(c.folder.Root, p)
		}
		c.checkProgram(name, fn)
	}
}
