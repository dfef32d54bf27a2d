package inspect

import (
	"cmp"
	"errors"
	"path"
	"path/filepath"
	"slices"
	"time"

	"sqlambda/cmd/sqlambda/internal/executable"
	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/engine/sqlite/explain"
	"sqlambda/handlers"
	"sqlambda/handlers/syntax"
)

// CheckExecutable checks a file as the handler of the functions in a folder, or in the folders that
// its template names, that have it, or of one that might have it. The report of a file outside of
// them is empty.
func CheckExecutable(dir, file string, options Options) (*Report, error) {
	folders, err := project.Folders(dir)
	all := &Report{}
	for _, folder := range folders {
		name, outside := filepath.Rel(folder.Root, file)
		if outside != nil || !filepath.IsLocal(name) {
			continue
		}
		c := newChecker(folder, options)
		c.checkNamed(handlers.ListedExecutable(filepath.ToSlash(name)))
		if c.err != nil {
			return nil, c.err
		}
		all.Add(c.report)
	}
	return all, err
}

// checkNamed checks an executable for each function that has it.
func (c *checker) checkNamed(h project.Handler) {
	c.report.Handlers, c.report.Files = 1, 1
	if !c.folder.Holds(h.File) {
		c.report.add(c.folder.Root, syntax.Problem{
			Severity: syntax.Error, Code: handlers.HandlerNotFound, File: h.File, Line: 1, Column: 1,
			Message: "it is left out of the zip", Hint: "see " + project.IgnoreFile,
		})
	}
	functions, err := c.folder.Functions()
	had := false
	for _, fn := range functions {
		if of, ok := c.folder.HandlerOf(fn); ok && of == h && fn.Template != "" {
			had = true
			c.checkExecutable(h, fn)
		}
	}
	if !had {
		fn, _ := c.folder.FunctionOf(h.Name) // whose error is that of Functions
		c.checkExecutable(h, fn)
	}
	c.err = cmp.Or(c.err, err)
}

// checkExecutable reports what is wrong with an executable as a function has it.
func (c *checker) checkExecutable(h project.Handler, fn project.Function) {
	c.checkProgram(h.File, fn)
	_, err := handlers.ScriptMode(fn.Environment(c.options.LookupEnv, "", time.Now()).Lookup)
	var wrong *handlers.Error
	if errors.As(err, &wrong) && fn.Template != "" {
		c.atFunction(fn, wrong.Type, wrong.Message)
	} else if wrong != nil {
		c.report.add(c.folder.Root, wrong.Problems...)
	}
}

// checkProgram reports what is wrong with a program, of a handler or of an SQL function. That
// the one of a function does not exist is a problem of the SQL.
func (c *checker) checkProgram(name string, fn project.Function) {
	if !c.folder.Holds(name) {
		return
	}
	file, err := examine(c.folder, name, fn, c.options)
	if err != nil {
		c.err = cmp.Or(c.err, err)
		return
	}
	for _, p := range file.Problems {
		if !slices.Contains(c.options.Ignore, p.Code) {
			c.report.add(c.folder.Root, p)
		}
	}
}

// examine looks at an executable for the machine of a function.
func examine(folder *project.Folder, name string, fn project.Function, options Options) (*executable.File, error) {
	packed, err := folder.Packed()
	if err != nil {
		return nil, err
	}
	return executable.Examine(folder.Root, name, executable.Machine{
		Architecture: cmp.Or(fn.Architecture, options.Architecture), Image: folder.IsImage(), Packed: packed,
	})
}

// Executable is what is known of an executable handler.
type Executable struct {
	// Interpreter is the program of a script's #! line, and Architecture that of a program:
	// x86_64 or arm64. One of them is empty.
	Interpreter  string `json:"interpreter"`
	Architecture string `json:"architecture"`
	// Mode is SQLAMBDA_SCRIPT: lines for a process that is kept, text for output that is no
	// JSON, or nothing.
	Mode string `json:"mode"`
}

// describeExecutable describes an executable. Its error is the first of its problems.
func describeExecutable(folder *project.Folder, fn project.Function, handler string, options Options) (*Description, error) {
	file, err := examine(folder, path.Clean(fn.Handler), fn, options)
	if err != nil {
		return nil, err
	}
	for _, p := range file.Problems {
		if p.Severity == syntax.Error {
			return nil, &handlers.Error{Type: p.Code, Message: p.Text(), Problems: []syntax.Problem{p}}
		}
	}
	mode, err := handlers.ScriptMode(fn.Environment(options.LookupEnv, "", time.Now()).Lookup)
	if err != nil {
		return nil, err
	}
	return &Description{
		Handler: handler, File: file.Name, Line: 1, Parameters: []Parameter{}, Functions: []Function{}, EventTables: []EventTable{},
		Columns: []Column{}, Tables: explain.TableUses{}, Statements: []Statement{},
		Executable: &Executable{file.Interpreter, file.Architecture, mode},
	}, nil
}
