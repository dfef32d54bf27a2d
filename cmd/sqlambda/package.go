package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"sqlambda/cmd/sqlambda/internal/inspect"
	"sqlambda/cmd/sqlambda/internal/pack"
	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/handlers/syntax"
	"sqlambda/internal/runtimes"
)

// packageCommand is "sqlambda package".
type packageCommand struct {
	Dir         string  `arg:"" optional:"" default:"." complete:"dir" help:"The folder with the function's files. The default is the current one."`
	Output      string  `short:"o" placeholder:"FILE" help:"The zip; - is standard output. The default is function.zip in the folder."`
	WithRuntime *string `enum:"x86_64,arm64" placeholder:"ARCHITECTURE" help:"Put the runtime for x86_64 or arm64 into the zip, for a function without a layer."`
	Runtime     string  `placeholder:"FILE" complete:"file" help:"With --with-runtime, the runtime to put in: a layer's zip, or a bootstrap. The default is the one that sqlambda holds or, if it holds none, one that Go builds."`
	List        bool    `help:"List the files of the zip with their sizes."`
	JSON        bool    `name:"json" help:"Print the result as JSON."`
}

const (
	zipName = "function.zip"
	stdout  = "-"
)

// Validate checks what kong does not.
func (c *packageCommand) Validate() error {
	switch {
	case c.Runtime != "" && c.WithRuntime == nil:
		return &usageError{"--runtime says which runtime to put in, and needs --with-runtime",
			"--with-runtime arm64 --runtime " + c.Runtime}
	case c.JSON && c.Output == stdout:
		return &usageError{"the zip and --json cannot both go to standard output", "-o FILE writes the zip to a file"}
	}
	return nil
}

// Run makes the zip of each folder.
func (c *packageCommand) Run(p *process) error {
	folders, err := project.Folders(c.Dir)
	if err != nil {
		return &usageError{message: err.Error()}
	}
	if len(folders) > 1 && c.Output != "" {
		return &usageError{fmt.Sprintf("--output is one zip, and the template in %s has functions of %d folders", c.Dir, len(folders)),
			"leave it out, or give one of the folders"}
	}
	runtime, err := c.runtime(p)
	if err != nil {
		return err
	}
	result := &packing{Zips: []*packedZip{}, Problems: []syntax.Problem{}, List: c.List}
	for _, folder := range folders {
		if err = c.pack(p, folder, runtime, result); err != nil {
			break
		}
	}
	if c.JSON && err != nil && err != errShown {
		return err
	}
	to := p.stdout
	if c.Output == stdout {
		to = p.stderr
	}
	return cmp.Or(to.write(result, c.JSON, "package.txt"), err)
}

// runtime is the bootstrap to put in; nil without --with-runtime.
func (c *packageCommand) runtime(p *process) ([]byte, error) {
	switch {
	case c.WithRuntime == nil:
		return nil, nil
	case c.Runtime == "":
		program, err := runtimes.Bootstrap(*c.WithRuntime)
		if errors.Is(err, runtimes.ErrNone) {
			return buildRuntime(p, *c.WithRuntime)
		}
		return program, err
	}
	program, err := runtimes.BootstrapIn(c.Runtime)
	if err != nil {
		return nil, &usageError{message: "cannot take the runtime: " + err.Error()}
	}
	if got := runtimes.ArchitectureOf(program); got != *c.WithRuntime {
		return nil, &usageError{message: fmt.Sprintf("the runtime in %s is not for %s", c.Runtime, *c.WithRuntime)}
	}
	return program, nil
}

// buildRuntime builds the bootstrap with Go, for a command that holds none.
func buildRuntime(p *process, architecture string) ([]byte, error) {
	cannot := func(why string) error {
		return &usageError{runtimes.ErrNone.Error() + ", and cannot build it: " + why,
			"--runtime sqlambda-layer-" + architecture + ".zip takes it from a release's layer, or from the one that ./build.sh makes in a clone"}
	}
	source, err := runtimes.Source()
	if err != nil {
		return nil, cannot(err.Error())
	}
	folder, err := os.MkdirTemp("", "sqlambda")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	fmt.Fprintf(p.stderr, "building the runtime for %s with Go, from %s\n", architecture, source)
	name := filepath.Join(folder, "bootstrap")
	if err := runtimes.Build(source, architecture, name); err != nil {
		return nil, cannot(err.Error())
	}
	return os.ReadFile(name)
}

// pack checks a folder and makes its zip.
func (c *packageCommand) pack(p *process, folder *project.Folder, runtime []byte, result *packing) error {
	name, err := c.zip(folder)
	if err != nil {
		return err
	}
	if err := c.check(p, folder, result); err != nil {
		return err
	}
	plan, err := pack.NewPlan(folder, name, runtime)
	if err != nil {
		return err
	}
	for _, problem := range plan.Problems {
		result.tell(p, folder, problem)
	}
	if len(plan.Problems) > 0 {
		return errShown
	}
	zip, err := c.write(p, plan, name)
	if err != nil {
		return err
	}
	result.Zips = append(result.Zips, &packedZip{name, cmp.Or(c.Output, project.File(name).String()), c.WithRuntime, zip})
	if zip.Size > pack.MostUploaded {
		result.tell(p, folder, syntax.Problem{Severity: syntax.Warning, Code: "large-upload", Message: fmt.Sprintf(
			"the zip has %s, and at most %s can be uploaded to Lambda: put it into S3, and create the function from there",
			pack.Bytes(zip.Size), pack.Bytes(pack.MostUploaded))})
	}
	return nil
}

// check prints what is wrong with a folder, as messages: the result is the zip.
func (c *packageCommand) check(p *process, folder *project.Folder, result *packing) error {
	options := inspect.Options{LookupEnv: p.lookupEnv}
	if c.WithRuntime != nil {
		options.Architecture = *c.WithRuntime
	}
	report, err := inspect.Check(folder, options)
	if err != nil {
		return &usageError{message: err.Error()}
	}
	if report.Handlers == 0 && len(report.Problems) == 0 {
		return noHandlers(folder.Root)
	}
	found := report.From(".").Problems
	result.Problems = append(result.Problems, found...)
	for _, problem := range found {
		fmt.Fprintln(p.stderr, p.stderr.layOut(problem, true))
	}
	if report.Errors > 0 {
		p.tell("error", "no zip was made: "+count(report.Errors, "error"))
		return errShown
	}
	return c.checkArchitecture(folder)
}

// checkArchitecture compares the runtime's architecture with that of the functions.
func (c *packageCommand) checkArchitecture(folder *project.Folder) error {
	functions, err := folder.Functions()
	if err != nil || c.WithRuntime == nil {
		return err
	}
	for _, fn := range functions {
		if fn.Architecture != "" && fn.Architecture != *c.WithRuntime {
			return &usageError{fmt.Sprintf("%s:%d: the function %s is for %s, and the runtime for %s",
				project.File(fn.Template), fn.Line, fn.Name, fn.Architecture, *c.WithRuntime),
				"give --with-runtime " + fn.Architecture + ", or set its Architectures to [" + *c.WithRuntime + "]"}
		}
	}
	return nil
}

// zip is the zip of a folder: an absolute file name, or "-".
func (c *packageCommand) zip(folder *project.Folder) (string, error) {
	switch c.Output {
	case "":
		return filepath.Join(folder.Root, zipName), nil
	case stdout:
		return stdout, nil
	}
	if isFolder(c.Output) {
		return "", &usageError{c.Output + " is a folder", "--output is the zip: " + filepath.Join(c.Output, zipName)}
	}
	if folder := filepath.Dir(c.Output); !isFolder(folder) {
		return "", &usageError{message: fmt.Sprintf("there is no folder %s for %s", folder, c.Output)}
	}
	return filepath.Abs(c.Output)
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

func (c *packageCommand) write(p *process, plan *pack.Plan, name string) (*pack.Zip, error) {
	progress, end := p.progress("packing", plan.Size())
	defer end()
	if name != stdout {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		context.AfterFunc(ctx, stop) // a second one ends the program at once
		return plan.WriteFile(ctx, name, progress)
	}
	if p.stdout.terminal {
		return nil, &usageError{"a zip is not for a terminal", "-o - > function.zip"}
	}
	return plan.Write(context.Background(), p.stdout, progress)
}

// progress returns what shows how many bytes of long work are done, on a terminal only, and
// what removes that line at the end.
func (p *process) progress(what string, total int64) (at func(done int64), end func()) {
	const notLong = 8 << 20 // bytes
	shown := int64(-1)      // percent
	at = func(done int64) {
		if percent := done * 100 / max(total, 1); p.stderr.terminal && total >= notLong && percent != shown {
			shown = percent
			fmt.Fprintf(p.stderr, "\r%s: %d %%", what, percent)
		}
	}
	end = func() {
		if shown >= 0 {
			fmt.Fprint(p.stderr, "\r\x1b[K")
		}
	}
	return at, end
}

// packing is what became of the folders: what --json prints.
type packing struct {
	Zips     []*packedZip     `json:"zips"`
	Problems []syntax.Problem `json:"problems"` // what a check finds, and what cannot be packed
	List     bool             `json:"-"`
}

// packedZip is a zip that was made.
type packedZip struct {
	Name    string  `json:"zip"`
	Shown   string  `json:"-"` // the name as it was given or, without one, from the current folder
	Runtime *string `json:"runtime"`
	*pack.Zip
}

// tell prints a problem of a folder, and adds it.
func (r *packing) tell(p *process, folder *project.Folder, problem syntax.Problem) {
	message := problem.Message
	if problem.File != "" {
		message = problem.File + ": " + message
		problem.File = filepath.ToSlash(project.File(filepath.Join(folder.Root, problem.File)).String())
	}
	p.tell(string(problem.Severity), message)
	r.Problems = append(r.Problems, problem)
}
