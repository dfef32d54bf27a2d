package main

import (
	"archive/zip"
	"compress/flate"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"sqlambda/internal/runtimes"
)

// builder builds what is measured and puts it into a temporary folder.
type builder struct {
	root  string // of the module sqlambda
	out   string // a temporary folder, where a database is read-only
	tmp   string // a temporary folder, where one can be written to
	given string // the bootstrap to measure; empty: build it
	prior string // the bootstrap to compare it with
	baked string // the baked database
}

// function is a contender's function for a job: a program and the folder that is
// LAMBDA_TASK_ROOT.
type function struct {
	contender *contender
	job       *job
	command   []string
	handler   string // _HANDLER
	root      string
	database  string // in the environment, relative to the root; empty: none
}

// newBuilder makes the temporary folders.
func newBuilder(root string, o *options) (*builder, error) {
	b := &builder{root: root, given: o.bootstrap, prior: o.before}
	var err error
	if b.out, err = os.MkdirTemp("/var/tmp", "sqlambda-bench-"); err != nil {
		return nil, err
	}
	if b.tmp, err = os.MkdirTemp("/tmp", "sqlambda-bench-"); err != nil {
		b.close()
		return nil, err
	}
	return b, os.Mkdir(filepath.Join(b.out, "bin"), 0o777)
}

// close removes them.
func (b *builder) close() {
	os.RemoveAll(b.out)
	os.RemoveAll(b.tmp)
}

// closeOnInterrupt removes them and ends the process if it is interrupted before the
// returned function is called. Functions that run then lose their Runtime API and end.
func (b *builder) closeOnInterrupt() (stop func()) {
	interrupted, stopped := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case <-interrupted:
			b.close()
			os.Exit(130)
		case <-stopped:
		}
	}()
	return func() {
		signal.Stop(interrupted)
		close(stopped)
	}
}

// moduleRoot finds the module above the working directory.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		_, err := os.Stat(filepath.Join(dir, "bench", "peers"))
		if err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("run it in sqlambda's own tree: bench/peers: %w", fs.ErrNotExist)
		}
		dir = parent
	}
}

// dir is a folder of bench/peers.
func (b *builder) dir(name string) string { return filepath.Join(b.root, "bench", "peers", name) }

// bootstrap builds the runtime as the layer holds it.
func (b *builder) bootstrap() ([]string, error) {
	if b.given != "" {
		path, err := filepath.Abs(b.given)
		return []string{path}, err
	}
	path := filepath.Join(b.out, "bin", "bootstrap")
	return []string{path}, runtimes.BuildHere(b.root, path)
}

// bootstrapBefore finds the bootstrap of an earlier build.
func (b *builder) bootstrapBefore() ([]string, error) {
	path, err := filepath.Abs(b.prior)
	if err == nil {
		_, err = os.Stat(path)
	}
	return []string{path}, err
}

// goProgram builds a handler of bench/peers/go as AWS's guide says.
// https://docs.aws.amazon.com/lambda/latest/dg/golang-package.html
func goProgram(name string) func(*builder) ([]string, error) {
	return func(b *builder) ([]string, error) {
		path := filepath.Join(b.out, "bin", name)
		err := b.goBuild(b.dir("go"), "-o", path, "-tags=lambda.norpc", "-ldflags=-s -w", "./"+name)
		return []string{path}, err
	}
}

func (b *builder) goBuild(dir string, arguments ...string) error {
	command := exec.Command("go", append([]string{"build", "-trimpath", "-buildvcs=false"}, arguments...)...)
	command.Dir = dir
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly")
	return run(command)
}

// c builds the loop in C.
func (b *builder) c() ([]string, error) {
	path := filepath.Join(b.out, "bin", "c")
	return []string{path}, b.compile("echo.c", path)
}

// compile compiles a program of bench/peers/c.
func (b *builder) compile(source, path string) error {
	compiler, err := exec.LookPath("cc")
	if err != nil {
		return fmt.Errorf("cc %w", errMissing)
	}
	return run(exec.Command(compiler, "-O2", "-s", "-o", path, filepath.Join(b.dir("c"), source)))
}

func run(command *exec.Cmd) error {
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(command.Args, " "), err, output)
	}
	return nil
}

// function makes the folder of a contender's function for a job.
func (b *builder) function(c *contender, j *job, command []string) (*function, error) {
	f := &function{
		contender: c, job: j, command: command, handler: c.handler(j.name),
		root: filepath.Join(b.out, c.name, j.name),
	}
	if err := os.MkdirAll(f.root, 0o777); err != nil {
		return nil, err
	}
	for _, pattern := range c.files {
		name := strings.ReplaceAll(pattern, "*", f.handler)
		content, err := os.ReadFile(b.dir(name))
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(f.root, filepath.Base(name)), content, 0o666); err != nil {
			return nil, err
		}
	}
	if c.answers {
		if err := b.compile("answer.c", filepath.Join(f.root, "answer")); err != nil {
			return nil, err
		}
	}
	switch j.database {
	case bakedDatabase:
		f.database = filepath.Base(b.baked)
		return f, os.Link(b.baked, filepath.Join(f.root, filepath.Base(b.baked)))
	case scratchDatabase:
		f.database = filepath.Join(b.tmp, c.name+".db")
	}
	return f, nil
}

// files returns the function's own files that a start reads: what is packed, and the
// database.
func (f *function) files() ([]string, error) {
	files, err := filepath.Glob(filepath.Join(f.root, "*"))
	return append([]string{f.command[0]}, files...), err
}

// packageSize returns the size of the function's zip in bytes. The zip holds the bootstrap if
// the function brings one, but no interpreter that Lambda has, and no database.
func (f *function) packageSize() (int64, error) {
	files, err := f.files()
	if err != nil {
		return 0, err
	}
	var size counter
	archive := zip.NewWriter(&size)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	for i, name := range files {
		if i == 0 && len(f.command) > 1 { // an interpreter
			continue
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return 0, err
		}
		entry, err := archive.Create(filepath.Base(name))
		if err != nil {
			return 0, err
		}
		if _, err := entry.Write(content); err != nil {
			return 0, err
		}
	}
	return int64(size), archive.Close()
}

// counter counts what is written.
type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}
