// Package inspect tells what is known of the handlers of a folder without running
// them: everything that is wrong with them (Check), and what each takes and gives.
//
// Handlers are prepared by package handlers as Lambda's init would prepare them, with
// init.sql, on the database that is shipped with them. A database that would be written
// to is an empty one in memory instead: what is inspected leaves no traces.
package inspect

import (
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/cmd/sqlambda/internal/suite"
	"sqlambda/engine"
	"sqlambda/handlers"
	"sqlambda/handlers/syntax"
)

// Options are what a check depends on beside the folder.
type Options struct {
	// LookupEnv is the environment around the functions' own, as of the process.
	LookupEnv project.Lookup
	// Ignore are the names of warnings that are not wanted.
	Ignore []string
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
		folders, err = []*project.Folder{top}, nil
	} else if err == nil {
		var missing []*project.TemplateError
		missing, err = top.MissingCode()
		for _, e := range missing {
			all.addTemplate(e)
			folders = slices.DeleteFunc(folders, func(f *project.Folder) bool { return !isFolder(f.Root) })
		}
	}
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		report, err := Check(folder, options)
		if err != nil {
			return nil, err
		}
		all.Add(report)
	}
	all.Add(&Report{})
	return all, nil
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// Check prepares every handler of a folder, and every function of its template, and
// returns all of their problems. An error is one of reading the folder.
func Check(folder *project.Folder, options Options) (*Report, error) {
	list, err := folder.Handlers()
	if err != nil {
		return nil, err
	}
	cases, err := suite.Find(folder)
	if err != nil {
		return nil, err
	}
	c := &checker{folder: folder, options: options, handlers: list, cases: cases, report: &Report{Handlers: len(list)}}
	jobs, err := c.jobs()
	if err != nil {
		return nil, err
	}
	for _, j := range jobs {
		if err := c.check(j); err != nil {
			return nil, err
		}
	}
	for _, s := range c.sources {
		c.warn(s)
	}
	report := &Report{}
	report.Add(c.report)
	return report, nil
}

// checker is a check under way.
type checker struct {
	folder   *project.Folder
	options  Options
	handlers []project.Handler
	cases    []*suite.Case
	sources  []*source
	report   *Report
}

// source is a file with the warnings that are found in it.
type source struct {
	file  *syntax.File
	found []finding
}

// job is queries of a file that are prepared with one database.
type job struct {
	file     string
	queries  []string
	function project.Function
}

// jobs divides the handlers by their files and the environments of their functions,
// and reports the functions whose handler there is not.
func (c *checker) jobs() ([]*job, error) {
	functions, err := c.functions()
	if err != nil {
		return nil, err
	}
	var jobs []*job
	add := func(h project.Handler, fn project.Function) {
		for _, j := range jobs {
			if j.file == h.File && maps.Equal(j.function.Variables, fn.Variables) {
				if !slices.Contains(j.queries, h.Query) {
					j.queries = append(j.queries, h.Query)
				}
				return
			}
		}
		jobs = append(jobs, &job{h.File, []string{h.Query}, fn})
	}
	files := map[string]bool{}
	for _, h := range c.handlers {
		files[h.File] = true
		for _, fn := range functions[h] {
			add(h, fn)
		}
	}
	c.report.Files = len(files)
	return jobs, nil
}

// functions returns the functions of each handler: those of the template or, for a
// handler that is none there, the one that sqlambda invoke makes of it.
func (c *checker) functions() (map[project.Handler][]project.Function, error) {
	functions := map[project.Handler][]project.Function{}
	all, err := c.folder.Functions()
	if c.unreadable(err) {
		for _, h := range c.handlers {
			functions[h] = []project.Function{{Name: h.Name, Root: c.folder.Root, Handler: h.Name, MemoryMB: 128}}
		}
		return functions, nil
	}
	if err != nil {
		return nil, err
	}
	for _, fn := range all {
		if fn.Template == "" {
			continue
		}
		if h, ok := c.handlerOf(fn); ok {
			functions[h] = append(functions[h], fn)
		}
	}
	for _, h := range c.handlers {
		if functions[h] != nil {
			continue
		}
		fn, err := c.folder.FunctionOf(h.Name)
		if err != nil {
			return nil, err
		}
		functions[h] = []project.Function{fn}
	}
	return functions, nil
}

// unreadable reports a template that cannot be read.
func (c *checker) unreadable(err error) bool {
	var template *project.TemplateError
	if !errors.As(err, &template) {
		return false
	}
	c.report.addTemplate(template)
	return true
}

// handlerOf returns the handler of a function, and reports one that there is not.
func (c *checker) handlerOf(fn project.Function) (project.Handler, bool) {
	file, query, err := handlers.Resolve(c.folder.Root, fn.Handler)
	var missing *handlers.Error
	if errors.As(err, &missing) {
		c.atFunction(fn, missing.Type, missing.Message)
		return project.Handler{}, false
	}
	for _, h := range c.handlers {
		if h.File == file && h.Query == query {
			return h, true
		}
	}
	if query != "" { // its text is wrong, and is checked for its handlers
		c.atFunction(fn, handlers.HandlerNotFound, "the handler "+fn.Handler+" is left out of the zip")
	}
	return project.Handler{}, false
}

// atFunction reports a problem at the place of a function in its template.
func (c *checker) atFunction(fn project.Function, code, message string) {
	c.report.addAt(fn.Template, fn.Line, fn.Column, code, "function "+fn.Name+": "+message)
}

// check prepares the queries of a job, and reports their problems.
func (c *checker) check(j *job) error {
	config, err := config(j.function, c.options.LookupEnv)
	if err != nil {
		return err
	}
	i, err := handlers.Inspect(config, j.file, j.queries)
	var unread *handlers.Error
	if errors.As(err, &unread) {
		c.report.add(c.folder.Root, unread.Problems...)
		return nil
	}
	defer i.Close()
	found := warnings(i)
	for _, plan := range i.Plans {
		if len(i.Problems()) > 0 {
			break // the name of a parameter may be one of them
		}
		found = append(found, unsupplied(i.File, c.handler(j.file, plan.Query.Name), plan, c.cases)...)
	}
	c.keep(i.File, found)
	standIn, _ := i.Conn.(engine.Explainer)
	for _, e := range i.Problems() {
		p := e.Problems[0]
		if standIn != nil && standIn.StandsIn() && strings.Contains(p.Message, noTable) {
			p.Hint = strings.TrimPrefix(p.Hint+"; an empty database stands in for "+config.Database+", whose tables init.sql has to make", "; ")
		}
		if p.File == "" && j.function.Template != "" {
			c.atFunction(j.function, p.Code, p.Message)
			continue
		}
		c.report.add(c.folder.Root, p)
	}
	return nil
}

// noTable is how SQLite says that there is no table of a name.
const noTable = "no such table: "

// handler returns the handler of a query.
func (c *checker) handler(file, query string) project.Handler {
	i := slices.IndexFunc(c.handlers, func(h project.Handler) bool { return h.File == file && h.Query == query })
	return c.handlers[i]
}

// keep keeps the warnings of a file. One that is prepared more than once is likely to
// have them more than once.
func (c *checker) keep(file *syntax.File, found []finding) {
	i := slices.IndexFunc(c.sources, func(s *source) bool { return s.file.Name == file.Name })
	if i < 0 {
		i = len(c.sources)
		c.sources = append(c.sources, &source{file: file})
	}
	c.sources[i].found = append(c.sources[i].found, found...)
}

// warn reports the findings in a file that no comment ignores.
func (c *checker) warn(s *source) {
	failed := slices.ContainsFunc(c.report.Problems, func(p syntax.Problem) bool { return p.Severity == syntax.Error })
	for _, f := range apply(s.file, s.found, failed) {
		if !slices.Contains(c.options.Ignore, f.Code) {
			c.report.add(c.folder.Root, f.Problem)
		}
	}
}

// config is what the handlers of a function are inspected with.
func config(fn project.Function, lookup project.Lookup) (handlers.Config, error) {
	config, err := fn.Environment(lookup, "", time.Now()).Config()
	open := config.Open
	config.Memory = 0 // SQLite's limit is one for the whole process
	config.Open = func(c engine.Config) (engine.Conn, error) {
		c.Scratch = true
		return open(c)
	}
	config.Log = func(string, engine.Level, string, string) {}
	return config, err
}

// LostWrites returns a warning for each write of a function's handler that is rolled back
// because the database is in memory. It has none for a handler that cannot be prepared.
func LostWrites(fn project.Function, lookup project.Lookup) (messages []string) {
	config, err := config(fn, lookup)
	if err != nil {
		return nil
	}
	file, query, err := handlers.Resolve(fn.Root, fn.Handler)
	if err != nil {
		return nil
	}
	i, err := handlers.Inspect(config, file, []string{query})
	if err != nil {
		return nil
	}
	defer i.Close()
	for _, f := range warnings(i) {
		if f.Code == lostWrites {
			messages = append(messages, f.Place()+": "+f.Text())
		}
	}
	return messages
}
