package suite

import (
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"sync"
	"time"

	"sqlambda/cmd/sqlambda/internal/project"
)

// Options say which cases of a folder are run, and how.
type Options struct {
	// Pattern selects the cases in whose names it is found; nil is all of them.
	Pattern *regexp.Regexp
	// Update writes what the cases give as what is expected of them.
	Update bool
	// Parallel is the number of cases that run at a time; 0 is that of the CPUs.
	Parallel int
}

// Outcome is what has become of a case.
type Outcome string

// The outcomes.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	Pending Outcome = "pending" // a sample: it was not run
	Updated Outcome = "updated" // it gave something else, which was written
)

// Result is what has become of a case, and why.
type Result struct {
	Case     *Case
	Outcome  Outcome
	Problems []Problem
	// Written are the files, absolute, that were written, each once.
	Written  []string
	Duration time.Duration

	folder *project.Folder
	runs   []statementRuns
}

// Report is what has become of the cases of a folder, in the order of their names.
type Report struct {
	Results []*Result
	// Found is the number of cases of the folder, those that were not selected included.
	Found    int
	Coverage Coverage
	Duration time.Duration
}

// Count returns the number of cases with an outcome.
func (r *Report) Count(o Outcome) int {
	n := 0
	for _, result := range r.Results {
		if result.Outcome == o {
			n++
		}
	}
	return n
}

// Run finds the cases of the folders of the functions below root, as project.Folders has
// them, and runs them. An error is one of reading the folders or a template; what is wrong
// with a case is in its result.
func Run(root string, options Options) (*Report, error) {
	started := time.Now()
	folders, err := project.Folders(root)
	if err != nil {
		return nil, err
	}
	report := &Report{}
	functions := map[*Result]project.Function{}
	for _, folder := range folders {
		results, err := find(folder, report, prefixOf(root, folder), options.Pattern)
		if err != nil {
			return nil, err
		}
		if err := assignFunctions(functions, folder, results); err != nil {
			return nil, err
		}
		report.Results = append(report.Results, results...)
	}
	each(report.Results, options.Parallel, func(r *Result) { r.run(functions[r], options.Update) })
	for _, folder := range folders {
		if err := report.Coverage.add(folder, prefixOf(root, folder), report.Results); err != nil {
			return nil, err
		}
	}
	report.Duration = time.Since(started)
	return report, nil
}

// prefixOf is what the names of a folder's cases and handlers begin with.
func prefixOf(root string, folder *project.Folder) string {
	root, err := filepath.Abs(root)
	if err != nil {
		return ""
	}
	name, err := filepath.Rel(root, folder.Root)
	if err != nil {
		return ""
	}
	return filepath.ToSlash(name)
}

// find finds the cases of a folder that are selected.
func find(folder *project.Folder, report *Report, prefix string, pattern *regexp.Regexp) ([]*Result, error) {
	cases, err := Find(folder)
	if err != nil {
		return nil, err
	}
	report.Found += len(cases)
	var results []*Result
	for _, c := range cases {
		c.Name = path.Join(prefix, c.Name)
		if pattern == nil || pattern.MatchString(c.Name) {
			results = append(results, &Result{Case: c, folder: folder})
		}
	}
	return results, nil
}

// assignFunctions finds the function of the handler of each case.
func assignFunctions(all map[*Result]project.Function, folder *project.Folder, results []*Result) error {
	functions := map[string]project.Function{}
	for _, r := range results {
		name := r.Case.Handler.Name
		fn, known := functions[name]
		if !known {
			var err error
			if fn, err = folder.FunctionOf(name); err != nil {
				return err
			}
			functions[name] = fn
		}
		all[r] = fn
	}
	return nil
}

// each calls f with each of the results, several at a time.
func each(results []*Result, parallel int, f func(*Result)) {
	if parallel <= 0 {
		parallel = runtime.GOMAXPROCS(0)
	}
	next := make(chan *Result)
	var workers sync.WaitGroup
	for range min(parallel, len(results)) {
		workers.Go(func() {
			for r := range next {
				f(r)
			}
		})
	}
	for _, r := range results {
		next <- r
	}
	close(next)
	workers.Wait()
}
