package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"regexp"

	"sqlambda/cmd/sqlambda/internal/suite"
)

// testCommand is "sqlambda test".
type testCommand struct {
	Dir string `arg:"" optional:"" default:"." help:"The folder with the function's files, or with a template that names such folders. The default is the current one."`

	Only     *regexp.Regexp `name:"run" placeholder:"PATTERN" help:"Run only the cases in whose names this regular expression is found."`
	Update   bool           `help:"Write what the cases give as what is expected of them."`
	Verbose  bool           `short:"v" help:"List all cases, not only those that failed."`
	Coverage bool           `help:"List the statements that no case ran, and how much of each handler ran."`
	Parallel int            `placeholder:"N" help:"The number of cases that run at a time. The default is the number of CPUs."`
	JUnit    string         `name:"junit" placeholder:"FILE" help:"Write the results as JUnit XML too, for a build server."`
	JSON     bool           `name:"json" help:"Print one JSON document with the results and the coverage."`
}

// Validate checks what kong does not.
func (c *testCommand) Validate() error {
	if c.Parallel < 0 {
		return &usageError{message: fmt.Sprintf("--parallel is %d: it is at least 1", c.Parallel)}
	}
	return nil
}

// Run runs the cases and prints what has become of them.
func (c *testCommand) Run(p *process) error {
	report, err := suite.Run(c.Dir, suite.Options{Pattern: c.Only, Update: c.Update, Parallel: c.Parallel})
	if err != nil {
		return &usageError{message: err.Error()}
	}
	if c.JUnit != "" { // https://github.com/testmoapp/junitxml
		text, err := output{}.render("junit.xml", report)
		if err = cmp.Or(err, os.WriteFile(c.JUnit, []byte(text), 0o644)); err != nil {
			return err
		}
	}
	message, hint := c.untested(report)
	failed := report.Failed > 0 || message != ""
	if c.JSON {
		err = p.stdout.writeJSON(report)
	} else {
		var text string
		if text, err = p.stdout.render("test.txt", testReport{report, c.Verbose, c.Coverage, failed}); err == nil {
			_, err = io.WriteString(p.stdout, text)
		}
		p.lostWrites(report.Coverage.Queries)
	}
	p.tell("error", message)
	p.tell("hint", hint)
	if err == nil && failed {
		err = errShown
	}
	return err
}

// untested says why nothing was tested, if nothing was.
func (c *testCommand) untested(report *suite.Report) (message, hint string) {
	switch {
	case report.Found == 0:
		return "there are no test cases in " + c.Dir,
			"a case is a file events/HANDLER.json, an event, with events/HANDLER.response.json beside it: see docs/testing.md"
	case len(report.Cases) == 0:
		return fmt.Sprintf("no case has a name that matches --run %v", c.Only), "sqlambda test --verbose lists the cases"
	case report.Pending == len(report.Cases):
		return "no case says what is expected", "sqlambda test --update writes what the handlers give"
	}
	return "", ""
}
