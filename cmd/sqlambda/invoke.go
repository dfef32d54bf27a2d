package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"time"

	"github.com/google/uuid"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/cmd/sqlambda/internal/suite"
	"sqlambda/handlers"
)

// invokeCommand is "sqlambda invoke".
type invokeCommand struct {
	Handler string `arg:"" help:"What to run: a file, such as orders or api/orders.sql, or a query in it, such as orders.list. It is the function's handler setting in Lambda."`
	Stdin   string `arg:"" optional:"" name:"-" help:"A minus sign reads the event from standard input."`

	Event     *string        `placeholder:"JSON" help:"The event. Without one it is {}."`
	EventFile string         `placeholder:"FILE" complete:"event" help:"A file that holds the event; - is standard input."`
	Root      string         `default:"." placeholder:"DIR" help:"The folder with the function's files: what its zip holds. The default is the current one."`
	Timeout   *time.Duration `placeholder:"3s" help:"The time the invocation has: 500ms, 10s, 1m. The default is the template's, or 3s, as in Lambda."`
	Raw       bool           `help:"Print the response's bytes as they are."`
	JSON      bool           `name:"json" help:"Print one JSON document with the response or the error, the log and the times."`
}

// Validate checks what kong does not.
func (c *invokeCommand) Validate() error {
	switch {
	case c.Stdin != "" && c.Stdin != "-":
		return &usageError{
			message: "unexpected argument " + c.Stdin,
			hint:    "an event is given as --event JSON, as --event-file FILE, or with - from standard input",
		}
	case c.sources() > 1:
		return &usageError{
			message: "there is more than one event",
			hint:    "give one of --event JSON, --event-file FILE and -",
		}
	case c.Raw && c.JSON:
		return &usageError{message: "--raw and --json say how to print the response: give one of them"}
	case c.Timeout != nil && *c.Timeout < time.Millisecond:
		return &usageError{
			message: "--timeout is " + c.Timeout.String(),
			hint:    "it is at least 1ms: --timeout 3s",
		}
	}
	return nil
}

// Run loads the handler, invokes it and prints its response.
func (c *invokeCommand) Run(p *process) error {
	event, err := c.event(p.stdin)
	if err != nil {
		return err
	}
	fn, err := c.function()
	if err != nil {
		return &usageError{message: err.Error()}
	}
	o := &outcome{Handler: c.Handler, RequestID: uuid.NewString(), Logs: []logLine{}}
	env := fn.Environment(p.lookupEnv, o.RequestID, time.Now())
	config, err := env.Config()
	if err != nil {
		return &usageError{message: err.Error()}
	}
	config.Log = p.log
	if c.JSON {
		config.Log = o.log
	}
	config.Overrun = func(_ *handlers.Invocation, err *handlers.Error) { // the handler does not return
		o.DurationMs = since(o.invoked)
		os.Exit(p.report(c.show(p, o, err)))
	}
	err = o.invoke(config, &handlers.Invocation{
		RequestID:   o.RequestID,
		FunctionARN: env.FunctionARN(),
		TraceID:     env.Get("_X_AMZN_TRACE_ID"),
		Event:       event,
	}, fn.Timeout)
	return c.show(p, o, err)
}

// show prints the response or, with --json, the document, which holds an error of the
// handler. Any other error is returned.
func (c *invokeCommand) show(p *process, o *outcome, err error) error {
	failed, ok := errors.AsType[*handlers.Error](err)
	switch {
	case c.JSON && ok:
		o.Error = json.RawMessage(suite.ErrorJSON(failed))
		return cmp.Or(p.stdout.writeJSON(o), errShown)
	case err != nil:
		return err
	case c.JSON:
		return p.stdout.writeJSON(o)
	}
	return p.stdout.writeResponse(o.Response, c.Raw)
}

// function is the function that is invoked, with the time that the command line gives.
func (c *invokeCommand) function() (project.Function, error) {
	folder, err := project.Open(c.Root)
	if err != nil {
		return project.Function{}, err
	}
	fn, err := folder.FunctionOf(c.Handler)
	if c.Timeout != nil {
		fn.Timeout = *c.Timeout
	}
	return fn, err
}
