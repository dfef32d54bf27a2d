package main

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"sqlambda/cmd/sqlambda/internal/suite"
)

// testCommand is "sqlambda test".
type testCommand struct {
	Dir string `arg:"" optional:"" default:"." help:"The folder with the function's files, or with a template that names such folders. The default is the current one."`

	Only     string `name:"run" placeholder:"PATTERN" help:"Run only the cases in whose names this regular expression is found."`
	Update   bool   `help:"Write what the cases give as what is expected of them."`
	Verbose  bool   `short:"v" help:"List all cases, not only those that failed."`
	Coverage bool   `help:"List the statements that no case ran, and how much of each handler ran."`
	Parallel int    `placeholder:"N" help:"The number of cases that run at a time. The default is the number of CPUs."`
	JUnit    string `name:"junit" placeholder:"FILE" help:"Write the results as JUnit XML too, for a build server."`
	JSON     bool   `name:"json" help:"Print one JSON document with the results and the coverage."`

	pattern *regexp.Regexp
}

func (testCommand) manual() manual {
	return manual{
		Text: `Cases lie in folders events/ and tests/ beside the SQL that they are for: files as orders.list.json, the event, and orders.list.response.json, what the handler orders.list is to give; or one txtar file with such parts. docs/testing.md has all of them: errors, several invocations in a row, the environment, the database before and after, the log, placeholders for what varies, and a clock that stands still.

Every case has a process of its own, as it were: the handler is loaded anew, the database is fresh, and what the template says of the function holds, while the environment of the shell does not. A database below /tmp or /mnt is an empty file of the case's own. The memory of the function is not limited.

An event without a response is a sample: it is pending, and not run. --update writes its response, and those that have changed; placeholders that still hold stay, and so do files that say the same. With pending cases alone, or none, the command fails: nothing was tested.`,
		Examples: `
sqlambda test
sqlambda test functions/shop --run 'orders\.list'
sqlambda test --update
sqlambda test --coverage
sqlambda test --junit report.xml`,
		JSON:        testExample,
		Environment: []term{{"NO_COLOR", noColour}},
		ExitCodes: []term{
			{"0", "all cases that were run gave what is expected or, with --update, all is written"},
			{"1", "a case failed or could not be read, or there was none to run"},
			{"2", misused},
		},
	}
}

// Validate checks what kong does not.
func (c *testCommand) Validate() (err error) {
	if c.Only != "" {
		if c.pattern, err = regexp.Compile(c.Only); err != nil {
			return &usageError{message: "--run: " + err.Error()}
		}
	}
	if c.Parallel < 0 {
		return &usageError{message: fmt.Sprintf("--parallel is %d: it is at least 1", c.Parallel)}
	}
	return nil
}

// Run runs the cases and prints what has become of them.
func (c *testCommand) Run(p *process) error {
	report, err := suite.Run(c.Dir, suite.Options{Pattern: c.pattern, Update: c.Update, Parallel: c.Parallel})
	if err != nil {
		return &usageError{message: err.Error()}
	}
	if c.JUnit != "" {
		if err := writeJUnit(c.JUnit, report); err != nil {
			return err
		}
	}
	if c.JSON {
		err = p.stdout.writeJSON(testDocumentOf(report))
	} else {
		err = c.print(p.stdout, report)
	}
	if err != nil {
		return err
	}
	return c.judge(p, report)
}

// judge says why the command fails, where that is not in its result.
func (c *testCommand) judge(p *process, report *suite.Report) error {
	switch {
	case report.Count(suite.Failed) > 0:
		return errShown
	case report.Found == 0:
		p.problem("error", red, "there are no test cases in "+c.Dir)
		p.hint("a case is a file events/HANDLER.json, an event, with events/HANDLER.response.json beside it: see docs/testing.md")
		return errShown
	case len(report.Results) == 0:
		p.problem("error", red, "--run "+c.Only+" is found in the name of no case")
		p.hint("sqlambda test --verbose lists the cases")
		return errShown
	case report.Count(suite.Pending) == len(report.Results):
		p.problem("error", red, "no case says what is expected")
		p.hint("sqlambda test --update writes what the handlers give")
		return errShown
	}
	return nil
}

// print prints the cases that failed, or all of them, the coverage, and one line that
// sums them up.
func (c *testCommand) print(to output, report *suite.Report) error {
	for _, r := range report.Results {
		if text := c.result(to, r); text != "" {
			if _, err := fmt.Fprintln(to, text); err != nil {
				return err
			}
		}
	}
	if c.Coverage {
		if err := printCoverage(to, &report.Coverage); err != nil {
			return err
		}
	}
	if len(report.Results) == 0 {
		return nil
	}
	_, err := fmt.Fprintln(to, summary(to, report))
	return err
}

// result is what is printed of a case; nothing for one that gave what is expected.
func (c *testCommand) result(to output, r *suite.Result) string {
	took := fmt.Sprintf(" (%s)", seconds(r.Duration))
	switch {
	case r.Outcome == suite.Failed:
		text := to.paint(red, "FAIL") + " " + r.Case.Name
		for _, p := range r.Problems {
			text += "\n" + indent(to.problem(p))
		}
		return text
	case r.Outcome == suite.Updated:
		names := make([]string, len(r.Written))
		for i, file := range r.Written {
			names[i] = relativeTo(".", file)
		}
		return to.paint(yellow, "updated") + " " + r.Case.Name + ": " + strings.Join(names, ", ")
	case !c.Verbose:
		return ""
	case r.Outcome == suite.Pending:
		return to.paint(yellow, "pending") + " " + r.Case.Name
	}
	return to.paint(green, "ok") + " " + r.Case.Name + took
}

// problem lays out a problem: its place, which editors jump to, what is wrong, and below
// it the difference.
func (o output) problem(p suite.Problem) string {
	text := p.Message
	if p.Path != "" {
		text = p.Path + ": " + text
	}
	if place := testPlace(p); place != "" {
		text = place + ": " + text
	}
	if p.Diff == "" {
		return text
	}
	for line := range strings.Lines(p.Diff) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "-"):
			line = o.paint(red, line)
		case strings.HasPrefix(line, "+"):
			line = o.paint(green, line)
		}
		text += "\n" + line
	}
	return text
}

// testPlace is file:line, or the file alone.
func testPlace(p suite.Problem) string {
	switch {
	case p.File == "":
		return ""
	case p.Line == 0:
		return relativeTo(".", p.File)
	}
	return fmt.Sprintf("%s:%d", relativeTo(".", p.File), p.Line)
}

func indent(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }

// summary is the line that sums up: what has become of the cases, and what they ran.
func summary(to output, report *suite.Report) string {
	failed, updated, pending := report.Count(suite.Failed), report.Count(suite.Updated), report.Count(suite.Pending)
	ran := len(report.Results) - pending
	text := to.paint(green, "ok:") + " " + count(ran, "case")
	if failed > 0 {
		text = to.paint(red, "FAIL:") + fmt.Sprintf(" %d of %s", failed, count(ran, "case"))
	}
	if updated > 0 {
		text += fmt.Sprintf(", %d updated", updated)
	}
	if pending > 0 {
		text += fmt.Sprintf(", %d pending", pending)
	}
	handlers, statements, all := report.Coverage.Ran()
	text += fmt.Sprintf(", %d of %s", handlers, count(len(report.Coverage.Handlers), "handler"))
	text += fmt.Sprintf(", %d of %s", statements, count(all, "statement"))
	return text + ", " + seconds(report.Duration)
}

// seconds is a time as it is told to people.
func seconds(d time.Duration) string { return fmt.Sprintf("%.2fs", d.Seconds()) }
