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

func (devCommand) manual() manual {
	return manual{
		Text: `A local Lambda: it answers the Invoke API, as the AWS CLI and the SDKs call it, and function URLs, and runs the real runtime behind them. A saved file counts from the next invocation on. Ctrl-C ends it when what runs has ended; a second one ends it at once.

A function is one of template.yaml, by its name there, or any handler: orders.list, api/orders or api-orders.

Standard output tells the address, on its first line, and the functions. The log goes to standard error: a line for each request, what the functions log, and Lambda's START, END and REPORT lines. With --json the log goes to standard output, a line of JSON for each event of Lambda's Telemetry API; the first line, dev.start, tells the address.`,
		Examples: `
sqlambda dev
sqlambda dev ./function --port 0 --json
# In another terminal:
aws lambda invoke --endpoint-url http://127.0.0.1:9001 \
    --function-name hello out.json
curl 'http://127.0.0.1:9001/lambda-url/hello/path?name=Ada'
curl http://127.0.0.1:9001/`,
		Environment: []term{
			{"SQLAMBDA_DATABASE", databaseIs},
			{"AWS_LAMBDA_LOG_FORMAT", "JSON, for the functions to log JSON; AWS_LAMBDA_LOG_LEVEL is the least level"},
			{"any other", "what $env reads, above the variables that template.yaml gives the function; but not what Lambda sets itself, and no credentials"},
		},
		ExitCodes: []term{
			{"0", "it was ended"},
			{"1", "it failed"},
			{"2", "the command was used wrongly, or the port is taken: nothing ran"},
		},
	}
}

// Validate checks what kong does not.
func (c *devCommand) Validate() error {
	if c.Concurrency < 1 {
		return &usageError{message: fmt.Sprint("--concurrency is ", c.Concurrency), hint: "it is at least 1: --concurrency 10"}
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
	options := local.Options{
		Root: folder.Root, Environ: os.Environ(), Bootstrap: []string{program, bootstrapName},
		Concurrency: c.Concurrency, Log: c.log(p),
		Advise: func(fn project.Function) []string { return inspect.LostWrites(fn, p.lookupEnv) },
	}
	if !local.Loopback(c.Host) {
		options.Hosts = local.Hosts(c.Host)
		options.Log.Warn("--host " + c.Host + " lets other machines invoke the functions: nothing is authenticated")
	}
	until, patience, stop := signals()
	defer stop()
	lambda := local.New(options)
	c.announce(p, lambda, "http://"+listener.Addr().String())
	return lambda.Serve(listener, until, patience)
}

// log is where the log goes.
func (c *devCommand) log(p *process) *local.Log {
	if c.JSON {
		return local.NewLog(p.stdout, p.stderr, true)
	}
	return local.NewLog(p.stderr, p.stderr, false)
}

// announce tells the address, on the first line, and the functions.
func (c *devCommand) announce(p *process, lambda *local.Lambda, address string) {
	if c.JSON {
		lambda.Log.Event("", "dev.start", "", lambda.Listing(address))
		return
	}
	fmt.Fprintf(p.stdout, "%s\n%v", address, lambda.Listing(address))
}

func (c *devCommand) listen() (net.Listener, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, &usageError{
			message: fmt.Sprintf("port %d is taken by another program", c.Port),
			hint:    "--port gives another one; --port 0 takes a free one",
		}
	case err != nil:
		return nil, &usageError{message: err.Error(), hint: "--host is an address of this machine, as 127.0.0.1"}
	}
	return listener, nil
}

// signals returns a context that the first Ctrl-C or SIGTERM ends, and one that the second
// ends.
func signals() (first, second context.Context, stop func()) {
	first, endFirst := context.WithCancel(context.Background())
	second, endSecond := context.WithCancel(context.Background())
	received := make(chan os.Signal, 2)
	signal.Notify(received, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-received
		endFirst()
		<-received
		endSecond()
		signal.Stop(received) // a third one ends the program as it ends any
	}()
	return first, second, func() {
		signal.Stop(received)
		close(received)
	}
}

// bootstrapName names the command that sqlambda dev starts itself with.
const bootstrapName = "bootstrap"

// bootstrapCommand is the runtime, for who acts as Lambda does.
type bootstrapCommand struct{}

// Run serves invocations. What fails is in the log, and the Runtime API is told.
func (bootstrapCommand) Run(*process) error {
	if err := bootstrap.Run(); err != nil {
		return errShown
	}
	return nil
}
