package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"sqlambda/cmd/sqlambda/internal/inspect"
	"sqlambda/cmd/sqlambda/internal/local"
	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/internal/bootstrap"
)

// devCommand is "sqlambda dev".
type devCommand struct {
	Dir string `arg:"" optional:"" default:"." placeholder:"DIR" help:"The folder with the function's files, or with the template of several functions. The default is the current one."`

	Port        uint16 `default:"9001" placeholder:"9001" help:"The port to listen on; 0 takes a free one."`
	Host        string `default:"127.0.0.1" placeholder:"127.0.0.1" help:"The address to listen on. Whoever reaches it may invoke the functions."`
	Concurrency int    `default:"10" placeholder:"10" help:"How many invocations of a function may run at the same time, each in a process of its own."`
	JSON        bool   `name:"json" help:"Print what happens as lines of JSON: the events of Lambda's Telemetry API."`
}

// Validate checks what kong does not.
func (c *devCommand) Validate() error {
	if c.Concurrency < 1 {
		return &usageError{fmt.Sprint("--concurrency is ", c.Concurrency), "give at least 1: --concurrency 10"}
	}
	return nil
}

// Run serves the functions until a signal comes.
func (c *devCommand) Run(p *process) error {
	folder, err := project.Open(c.Dir)
	if err != nil {
		return &usageError{message: err.Error()}
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	listener, err := c.listen()
	if err != nil {
		return err
	}
	lambda := local.New(local.Options{
		Root: folder.Root, Environ: os.Environ(), Bootstrap: []string{program, bootstrapName},
		Concurrency: c.Concurrency, Host: c.Host, Log: &local.Log{JSON: c.JSON, Stdout: p.stdout, Stderr: p.stderr},
		Advise: func(fn project.Function) []string { return inspect.LostWrites(fn, p.lookupEnv) },
	})
	until, patience, stop := signals()
	defer stop()
	address := "http://" + listener.Addr().String()
	if c.JSON {
		lambda.Log.Event("", "dev.start", "", lambda.Listing(address))
	} else { // the address is the first line
		fmt.Fprintf(p.stdout, "%s\n%v", address, lambda.Listing(address))
	}
	return lambda.Serve(listener, until, patience)
}

func (c *devCommand) listen() (net.Listener, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, &usageError{fmt.Sprintf("port %d is taken by another program", c.Port),
			"--port names another one; --port 0 takes a free one"}
	case err != nil:
		return nil, &usageError{err.Error(), "--host is an address of this machine, such as 127.0.0.1"}
	}
	return listener, nil
}

// signals returns a context that the first Ctrl-C or SIGTERM ends, and one that the second
// ends. A third one ends the program at once.
func signals() (first, second context.Context, stop func()) {
	notify := func() (context.Context, func()) {
		return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	}
	first, stop = notify()
	second, end := context.WithCancel(context.Background())
	context.AfterFunc(first, func() {
		next, stopNext := notify() // before the first one stops, so that no signal is lost
		stop()
		context.AfterFunc(next, func() { end(); stopNext() })
	})
	return first, second, stop
}

// bootstrapName names the command that sqlambda dev starts itself with.
const bootstrapName = "bootstrap"

// bootstrapCommand is the runtime, as Lambda starts it.
type bootstrapCommand struct{}

// Run serves invocations. It reports failures to the log and to the Runtime API.
func (bootstrapCommand) Run(*process) error {
	if err := bootstrap.Run(); err != nil {
		return errShown
	}
	return nil
}
