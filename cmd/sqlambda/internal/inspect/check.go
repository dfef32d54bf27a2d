// Package inspect tells what is known of the handlers of a folder without running
// them: everything that is wrong with them (Check), and what each takes and gives.
//
// Handlers are prepared by package handlers as Lambda's init would prepare them, with
// init.sql, on the database that is shipped with them. A database that would be written
// to is an empty one in memory instead: what is inspected leaves no traces.
package inspect

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/cmd/sqlambda/internal/suite"
	"sqlambda/handlers"
	"sqlambda/handlers/syntax"
)

// Options are what a check depends on beside the folder.
type Options struct {
	// LookupEnv is the environment around the functions' own, as of the process.
	LookupEnv project.Lookup
	// Ignore are the names of warnings that are not wanted.
	Ignore []string
	// Architecture is that of functions of which no template tells it: x86_64, arm64 or nothing.
	Architecture string
}

// CheckAll checks a folder or, if it has a template, the folders that the template names.
// What is wrong with the template itself is in the report, too.
func CheckAll(dir string, options Options) (*Report, error) {
	top, err := project.Open(dir)
	if err != nil {
		return nil, err
	}
	all := &Report{}
	folders, err := project.Folders(dir)
	var unreadable *project.TemplateError
	if errors.As(err, &unreadable) { // the check of the folder reports it
		folders = []*project.Folder{top}
	} else if err != nil {
		return nil, err
	}
	missing, _ := top.MissingCode() // whose error is that of Folders
	for _, e := range missing {
		all.addTemplate(e)
	}
	for _, folder := range folders {
		report, err := Check(folder, options)
		if err != nil {
			return nil, err
		}
		all.Add(report)
	}
	return all, nil
}

// Check prepares every handler of a folder for each function that has it, and returns all
// of their problems. An error means that the folder could not be read.
func Check(folder *project.Folder, options Options) (*Report, error) {
	cases, err := suite.Find(folder)
	if err != nil {
		return nil, err
	}
	list, err := suite.Handlers(folder, cases)
	if err != nil {
		return nil, err
	}
	c := newChecker(folder, options)
	c.handlers, c.cases, c.report.Handlers = list, cases, len(list)
	if c.checkFunctions(); c.err != nil {
		return nil, c.err
	}
	c.report.Files = len(c.files)
	failed := slices.ContainsFunc(c.report.Problems, func(p syntax.Problem) bool { return p.Severity == syntax.Error })
	for name, file := range c.files {
		if file == nil {
			continue
		}
		for _, p := range apply(file, c.found[name], failed) {
			if !slices.Contains(c.options.Ignore, p.Code) {
				c.report.add(c.folder.Root, p)
			}
		}
	}
	c.report.Add(&Report{})
	return c.report, nil
}

// checker is a check under way.
type checker struct {
	folder   *project.Folder
	options  Options
	handlers handlers.List
	cases    []*suite.Case
	files    map[string]*syntax.File // nil for one that cannot be read
	found    map[string][]syntax.Problem
	report   *Report
	err      error // that is no problem
}

func newChecker(folder *project.Folder, options Options) *checker {
	return &checker{
		folder: folder, options: options, report: &Report{variables: map[string]project.Function{}},
		files: map[string]*syntax.File{}, found: map[string][]syntax.Problem{},
	}
}

// checkFunctions checks the functions of the template, and the handlers that are no
// function there as sqlambda invoke runs them.
func (c *checker) checkFunctions() {
	functions, err := c.folder.Functions()
	var unreadable *project.TemplateError
	if errors.As(err, &unreadable) {
		c.report.addTemplate(unreadable)
	} else if err != nil {
		c.err = err
		return
	}
	checked := map[project.Handler]bool{}
	for _, fn := range functions {
		if h, ok := c.handlerOf(fn); ok {
			checked[h] = true
			c.check(h, fn)
		}
	}
	for _, h := range c.handlers {
		fn, err := c.folder.FunctionOf(h.Name)
		if unreadable != nil {
			fn, err = project.Function{Name: h.Name, Root: c.folder.Root, Handler: h.Name, MemoryMB: 128}, nil
		}
		if c.err = cmp.Or(c.err, err); c.err == nil && !checked[h] {
			c.check(h, fn)
		}
	}
}

// handlerOf returns the handler of a function of the template, and reports one that does
// not exist.
func (c *checker) handlerOf(fn project.Function) (project.Handler, bool) {
	h, ok := c.folder.HandlerOf(fn)
	if fn.Template == "" || ok {
		return h, ok && fn.Template != ""
	}
	left, err := prepare(fn, c.options.LookupEnv)
	//lint:ignore SA5001 a handler may come beside the error, and closing none is nothing
	defer left.Close()
	var missing *handlers.Error
	if left.Handler == nil && errors.As(err, &missing) {
		c.atFunction(fn, missing.Type, missing.Message)
	} else if left.Handler != nil && (left.Query != nil || left.Script != "") { // else its text is wrong, and the handlers' check tells that
		c.atFunction(fn, handlers.HandlerNotFound, "the handler "+fn.Handler+" is left out of the zip")
	}
	return h, false
}

// atFunction reports a problem at the place of a function in its template.
func (c *checker) atFunction(fn project.Function, code, message string) {
	c.report.addAt(fn.Template, fn.Line, fn.Column, code, "function "+fn.Name+": "+message)
}

// check prepares a handler as a function has it, and reports its problems.
func (c *checker) check(h project.Handler, fn project.Function) {
	name, ok := c.sourceOf(h, fn)
	if !ok {
		return
	}
	if _, known := c.files[name]; !known {
		c.files[name] = nil
	}
	if h.IsExecutable() {
		c.checkExecutable(h, fn)
		return
	}
	q, err := prepare(fn, c.options.LookupEnv)
	//lint:ignore SA5001 a handler may come beside the error, and closing none is nothing
	defer q.Close()
	var wrong *handlers.Error
	if err != nil && !errors.As(err, &wrong) {
		c.err = cmp.Or(c.err, err)
		return
	} else if q.Handler == nil && h.IsInline() && fn.Template != "" {
		c.atFunction(fn, wrong.Type, wrong.Message)
		return
	} else if q.Handler == nil {
		c.report.add(c.folder.Root, wrong.Problems...)
		return
	}
	q.findCases(h, c.cases)
	q.File.Name = name
	c.files[name], c.found[name] = q.File, append(c.found[name], q.warnings()...)
	c.checkPrograms(q, fn)
	database := fn.Environment(c.options.LookupEnv, "", time.Now()).Get("SQLAMBDA_DATABASE")
	for _, p := range q.Problems {
		if q.explain != nil && q.explain.StandsIn() && strings.Contains(p.Message, "no such table: ") {
			p.Hint = strings.TrimPrefix(p.Hint+"; an empty database stands in for "+database+", whose tables init.sql has to make", "; ")
		}
		if p.File == h.File {
			p.File = name
		}
		if p.File == "" && fn.Template != "" {
			c.atFunction(fn, p.Code, p.Message)
			continue
		}
		c.report.add(c.folder.Root, p)
	}
}

// LostWrites returns a warning for each write of a function's handler that is rolled back
// because the database is in memory. It has none for a handler that cannot be prepared.
func LostWrites(fn project.Function, lookup project.Lookup) (messages []string) {
	q, _ := prepare(fn, lookup)
	defer q.Close()
	if len(q.explained) > 0 {
		lostWrite(q)
	}
	for _, p := range q.found {
		messages = append(messages, p.Place()+": "+p.Text())
	}
	return messages
}
