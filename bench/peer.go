package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// peer is a Lambda function of some runtime: what to start, and where its files are.
type peer struct {
	name    string
	command []string
	handler string // _HANDLER
	root    string // LAMBDA_TASK_ROOT
}

// peers are the functions of a workload, ours first. Those that cannot run here are left
// out, with a reason in skipped.
type peers struct {
	list    []*peer
	skipped []string
}

// builder builds and finds what is measured.
type builder struct {
	root string // of the module sqlambda
	out  string // for binaries
	ours string // the bootstrap to measure; empty: build it
}

// newBuilder finds the module above the working directory.
func newBuilder(out string) (*builder, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	for {
		_, err := os.Stat(filepath.Join(dir, "bench", "peers"))
		if err == nil {
			return &builder{root: dir, out: out}, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return nil, fmt.Errorf("run it in sqlambda's own tree: bench/peers: %w", fs.ErrNotExist)
		}
		dir = parent
	}
}

// bootstrap builds what the layer holds, with the flags of build.sh.
func (b *builder) bootstrap() (string, error) {
	if b.ours != "" {
		return filepath.Abs(b.ours)
	}
	path := filepath.Join(b.out, "bootstrap")
	return path, b.goBuild(olderCollector(), b.root, "-o", path, "-ldflags=-s -w -buildid=", ".")
}

// olderCollector is the variable by which build.sh chooses a collector, where this Go
// knows it.
func olderCollector() []string {
	environment := []string{"GOEXPERIMENT=nogreenteagc"}
	known := exec.Command("go", "env", "GOEXPERIMENT")
	known.Env = append(os.Environ(), environment...)
	if known.Run() != nil {
		return nil
	}
	return environment
}

// goPeer builds a handler of bench/peers/go as AWS's guide has it.
// https://docs.aws.amazon.com/lambda/latest/dg/golang-package.html
func (b *builder) goPeer(name string) (*peer, error) {
	path := filepath.Join(b.out, name)
	err := b.goBuild(nil, b.dir("go"), "-o", path, "-tags=lambda.norpc", "-ldflags=-s -w", "./"+name)
	return &peer{name: "aws-lambda-go", command: []string{path}, handler: "bootstrap", root: b.dir("go")}, err
}

func (b *builder) goBuild(environment []string, dir string, arguments ...string) error {
	command := exec.Command("go", append([]string{"build", "-trimpath", "-buildvcs=false"}, arguments...)...)
	command.Dir = dir
	command.Env = append(append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly"), environment...)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(command.Args, " "), err, output)
	}
	return nil
}

// dir is a folder of bench/peers.
func (b *builder) dir(name string) string { return filepath.Join(b.root, "bench", "peers", name) }

// hello are the functions of the workload hello.
func (b *builder) hello() ([]*peer, error) {
	bootstrap, err := b.bootstrap()
	if err != nil {
		return nil, err
	}
	echo, err := b.goPeer("echo")
	if err != nil {
		return nil, err
	}
	ours := &peer{name: "sqlambda", command: []string{bootstrap}, handler: "hello", root: b.dir("sqlambda")}
	return []*peer{ours, echo}, nil
}

// batch are the functions of the workload batch.
func (b *builder) batch() (peers, error) {
	bootstrap, err := b.bootstrap()
	if err != nil {
		return peers{}, err
	}
	database, err := b.goPeer("batch")
	if err != nil {
		return peers{}, err
	}
	database.name = "go-database-sql"
	var all peers
	for _, name := range []string{"batch", "json_each"} {
		all.list = append(all.list, &peer{
			name: "sqlambda-" + name, command: []string{bootstrap}, handler: name, root: b.dir("sqlambda"),
		})
	}
	all.list[0].name = "sqlambda"
	all.interpreted("python", b.pythonLoop(), "handler.handle", b.dir("python"))
	all.interpreted("node", []string{"node", "bootstrap.js"}, "handler.handle", b.dir("node"))
	all.list = append(all.list, database)
	return all, nil
}

// pythonLoop is awslambdaric where it is installed, else a loop of our own.
func (b *builder) pythonLoop() []string {
	if exec.Command("python3", "-c", "import awslambdaric").Run() == nil {
		return []string{"python3", "-m", "awslambdaric", "handler.handle"}
	}
	return []string{"python3", "bootstrap.py"}
}

// interpreted adds a peer whose interpreter may not be installed.
func (p *peers) interpreted(name string, command []string, handler, root string) {
	path, err := exec.LookPath(command[0])
	if err != nil {
		p.skipped = append(p.skipped, name+" is not installed")
		return
	}
	command[0] = path
	p.list = append(p.list, &peer{name: name, command: command, handler: handler, root: root})
}
