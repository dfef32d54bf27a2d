// Package suite runs the test cases of a function's folder.
//
// Find finds them (find.go): cases stand in folders events/ and tests/ beside the SQL that
// they test, as several files or as one txtar file each, whose parts are listed
// in parts.go. docs/testing.md documents the format.
//
// Run runs them in parallel (run.go). Each has a handler (execute.go) and databases
// (storage.go) of its own. What a case gives is compared with what it expects (expect.go,
// compare.go), or written into its files. The statements that ran are counted
// (coverage.go).
//
// Printing the results is up to the caller. Limits: SQLite has one memory limit for the
// whole process, so the memory of a function is not limited, and the files that a case
// writes remain if the process is killed.
package suite

import (
	"cmp"
	"encoding/json"
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
	// Pattern selects the cases in whose names it is found; nil selects all.
	Pattern *regexp.Regexp
	// Update writes what the cases give as what is expected of them.
	Update bool
	// Parallel is the number of cases that run at a time; 0 means one for each CPU.
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

// Duration is a time that JSON has in milliseconds, with microseconds as their fraction.
type Duration time.Duration

// MarshalJSON returns the milliseconds.
func (d Duration) MarshalJSON() ([]byte, error) {
	return json.Marshal(float64(time.Duration(d).Microseconds()) / 1000)
}

// Seconds returns the time in seconds.
func (d Duration) Seconds() float64 { return time.Duration(d).Seconds() }

// Result is what has become of a case, and why.
type Result struct {
	// Name, Handler and File are the case's.
	Name     string       `json:"name"`
	Handler  string       `json:"handler"`
	File     project.File `json:"file"`
	Outcome  Outcome      `json:"outcome"`
	Duration Duration     `json:"durationMs"`
	Problems []Problem    `json:"problems"`
	// Written are the files that were written, each once.
	Written []project.File `json:"written"`

	test     *Case
	function project.Function
	folder   *project.Folder
	ran      []StatementCoverage
	loaded   bool
}

// Report is what has become of the cases of a folder.
type Report struct {
	Passed   int      `json:"passed"`
	Failed   int      `json:"failed"`
	Pending  int      `json:"pending"`
	Updated  int      `json:"updated"`
	Duration Duration `json:"durationMs"`
	// Cases are ordered by name.
	Cases    []*Result `json:"cases"`
	Coverage Coverage  `json:"coverage"`
	// Found is the number of cases of the folder, selected or not.
	Found int `json:"-"`
}

// Run finds the cases of the folders of the functions below root, as project.Folders has
// them, and runs them. An error means that the folders or a template could not be read;
// what is wrong with a case is in its result.
func Run(root string, options Options) (*Report, error) {
	started := time.Now()
	folders, err := project.Folders(root)
	if err != nil {
		return nil, err
	}
	prefixOf := func(folder *project.Folder) string { // of the names of its cases and handlers
		return filepath.ToSlash(project.File(folder.Root).From(root))
	}
	report := &Report{Cases: []*Result{}, Coverage: Coverage{Queries: []HandlerCoverage{}}}
	for _, folder := range folders {
		if err := report.find(folder, prefixOf(folder), options.Pattern); err != nil {
			return nil, err
		}
	}
	free := make(chan struct{}, cmp.Or(options.Parallel, runtime.GOMAXPROCS(0)))
	var running sync.WaitGroup
	for _, r := range report.Cases {
		free <- struct{}{}
		running.Go(func() {
			r.run(options.Update)
			<-free
		})
	}
	running.Wait()
	for _, folder := range folders {
		if err := report.Coverage.add(folder, prefixOf(folder), report.Cases); err != nil {
			return nil, err
		}
	}
	for _, r := range report.Cases {
		*map[Outcome]*int{Passed: &report.Passed, Failed: &report.Failed, Pending: &report.Pending, Updated: &report.Updated}[r.Outcome]++
	}
	report.Duration = Duration(time.Since(started))
	return report, nil
}

// find adds the cases of a folder that are selected, each with its function.
func (r *Report) find(folder *project.Folder, prefix string, pattern *regexp.Regexp) error {
	cases, err := Find(folder)
	if err != nil {
		return err
	}
	r.Found += len(cases)
	for _, c := range cases {
		c.Name = path.Join(prefix, c.Name)
		if pattern != nil && !pattern.MatchString(c.Name) {
			continue
		}
		fn, err := folder.FunctionOf(c.Handler.Name)
		if err != nil {
			return err
		}
		r.Cases = append(r.Cases, &Result{
			Name: c.Name, Handler: c.Handler.Name, File: c.File, Problems: []Problem{}, Written: []project.File{},
			test: c, function: fn, folder: folder,
		})
	}
	return nil
}
