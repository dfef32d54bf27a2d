package main

import (
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
)

// contender is a way to write Lambda functions.
type contender struct {
	name, about string
	jobs        []string
	// echoes says that it returns its event, whatever the job: it measures an invocation
	// without a handler.
	echoes bool
	// compiles says that it compiles code while it runs, and needs a longer warm-up.
	compiles bool
	handler  func(job string) string          // _HANDLER
	files    []string                         // of bench/peers in the function's folder; * is _HANDLER
	answers  bool                             // the folder holds the program of peers/c/answer.c
	script   string                           // SQLAMBDA_SCRIPT
	slow     int                              // it takes the time of so many others: it is invoked less often; zero is one
	without  map[string]string                // jobs that it cannot do, and why
	program  func(*builder) ([]string, error) // builds or finds what is started
}

// errMissing says that a contender's tool is not installed.
var errMissing = errors.New("is not installed")

// contenders are what is compared. The first is ours; the second is an earlier build of
// ours, which takes part only with -before.
var contenders = []*contender{
	{
		name: ours, about: "this repository's bootstrap, built as build.sh does",
		jobs:    []string{"hello", "group", "reshape", "lookup", "rows", "echo", "inserts", "script", "calls"},
		handler: itself, files: []string{"sqlambda/*.sql"},
		program: (*builder).bootstrap,
	},
	{
		name: before, about: "the bootstrap that -before names",
		jobs:    []string{"hello", "group", "reshape", "lookup", "rows", "echo", "inserts"},
		handler: itself, files: []string{"sqlambda/*.sql"},
		program: (*builder).bootstrapBefore,
	},
	{
		name: "go-echo", about: "aws-lambda-go, a function that returns its event untouched",
		jobs: []string{"hello", "echo"}, echoes: true,
		handler: bootstrapHandler, program: goProgram("echo"),
	},
	{
		name: "go-loop", about: "aws-lambda-go, encoding/json and a loop",
		jobs:    []string{"group", "reshape"},
		handler: itself, program: goProgram("loop"),
	},
	{
		name: "go-sqlite", about: "aws-lambda-go, database/sql over the same SQLite (modernc.org/sqlite), `json_each` for events",
		jobs:    []string{"hello", "group", "reshape", "lookup", "rows", "inserts"},
		handler: itself, program: goProgram("sqlite"),
	},
	{
		name: "python", about: "Python, its json and sqlite3, a loop on a socket",
		jobs:    []string{"hello", "group", "reshape", "lookup", "rows", "echo", "inserts"},
		handler: inModule, files: []string{"python/bootstrap.py", "python/handler.py"},
		program: interpreter("python3", "-c", "import sys, sqlite3; print(sys.executable)", "-B", "bootstrap.py"),
	},
	{
		name: "node", about: "Node, a loop on a socket", compiles: true,
		jobs:    []string{"hello", "group", "reshape", "echo"},
		handler: inModule, files: []string{"node/bootstrap.js", "node/handler.js"},
		without: map[string]string{
			"lookup": noSQLite, "rows": noSQLite, "inserts": noSQLite,
		},
		program: interpreter("node", "-p", "process.execPath", "bootstrap.js"),
	},
	{
		name: "c-echo", about: "C, a loop on a blocking socket that returns its event: the limit of what can be had",
		jobs: []string{"hello", "echo"}, echoes: true,
		handler: bootstrapHandler, program: (*builder).c,
	},
	{
		name: "kept", about: "sqlambda, a program in C that is kept",
		jobs:    []string{"script"},
		handler: program, answers: true, script: "lines",
		program: compiled((*builder).bootstrap),
	},
	{
		name: "spawned", about: "sqlambda, the same program, a process for each invocation",
		jobs:    []string{"script"},
		handler: program, answers: true, slow: 20,
		program: compiled((*builder).bootstrap),
	},
	{
		name: "python-shim", about: "Python, the same program by subprocess.run",
		jobs:    []string{"script"},
		handler: inModule, files: []string{"python/bootstrap.py", "python/handler.py", "python/shim.py"}, answers: true, slow: 40,
		program: compiled(interpreter("python3", "-c", "import sys; print(sys.executable)", "-B", "shim.py")),
	},
	{
		name: "called", about: "sqlambda, an SQL function that a program in C answers",
		jobs:    []string{"calls"},
		handler: func(string) string { return "called" }, files: []string{"sqlambda/*.sql"}, answers: true, slow: 10,
		program: compiled((*builder).bootstrap),
	},
	{
		name: ours + "-json_each", about: "sqlambda, with `json_each` instead of an event table",
		jobs:    []string{"group"},
		handler: func(job string) string { return job + "_json_each" }, files: []string{"sqlambda/*.sql"},
		program: (*builder).bootstrap,
	},
}

const (
	ours     = "sqlambda"
	before   = "before"
	noSQLite = "Node 20 has no SQLite of its own"
)

func itself(job string) string { return job }

func inModule(job string) string { return "handler." + job }

func program(string) string { return "answer" }

// compiled is a program of a contender that needs a compiler for C as well.
func compiled(program func(*builder) ([]string, error)) func(*builder) ([]string, error) {
	return func(b *builder) ([]string, error) {
		if _, err := exec.LookPath("cc"); err != nil {
			return nil, fmt.Errorf("cc %w", errMissing)
		}
		return program(b)
	}
}

func bootstrapHandler(string) string { return "bootstrap" }

// interpreter finds the interpreter behind a launcher or a link: a program prints where it
// is.
func interpreter(name, flag, where string, arguments ...string) func(*builder) ([]string, error) {
	return func(*builder) ([]string, error) {
		path, err := exec.LookPath(name)
		if err != nil {
			return nil, fmt.Errorf("%s %w", name, errMissing)
		}
		real, err := exec.Command(path, flag, where).Output()
		if err != nil {
			return nil, fmt.Errorf("%s %w with all that is needed: %q fails", name, errMissing, where)
		}
		return append([]string{strings.TrimSpace(string(real))}, arguments...), nil
	}
}

// contest holds who takes part: the functions of every job, ours first.
type contest struct {
	jobs      []*job
	functions map[*job][]*function
}

// enter builds the contenders and makes a function for each of their jobs. It leaves out
// those whose tool is not installed, and notes that in the results.
func enter(b *builder, o *options, r *results) (*contest, error) {
	f := &contest{jobs: o.jobs, functions: map[*job][]*function{}}
	for _, c := range o.contenders {
		command, err := c.program(b)
		if errors.Is(err, errMissing) {
			r.Skipped = append(r.Skipped, c.name+": "+err.Error())
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, j := range o.jobs {
			if why := c.without[j.name]; why != "" {
				r.Skipped = append(r.Skipped, c.name+", "+j.name+": "+why)
			}
			if !slices.Contains(c.jobs, j.name) {
				continue
			}
			function, err := b.function(c, j, command)
			if err != nil {
				return nil, err
			}
			f.functions[j] = append(f.functions[j], function)
		}
	}
	return f, nil
}

// compare invokes every function once for each event of its job. A contender that echoes
// must return the event; the others must answer as ours does.
func (c *contest) compare(s scale) error {
	for _, j := range c.jobs {
		var wanted [][]byte
		for _, function := range c.functions[j] {
			answers, err := function.answers(j.events(s))
			if err != nil {
				return fmt.Errorf("%s: %w", j.name, err)
			}
			switch {
			case function.contender.echoes:
				err = agreeAll(j, answers, j.events(s))
			case wanted == nil:
				wanted = answers
			default:
				err = agreeAll(j, answers, wanted)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", function.contender.name, err)
			}
		}
	}
	return nil
}

func agreeAll(j *job, answers, wanted [][]byte) error {
	var wrong []error
	for i, answer := range answers {
		if err := j.agree(answer, wanted[i]); err != nil && len(wrong) < 3 {
			wrong = append(wrong, err)
		}
	}
	return errors.Join(wrong...)
}
