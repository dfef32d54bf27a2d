package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/cmd/sqlambda/internal/suite"
	"sqlambda/engine"
	"sqlambda/handlers"
)

// invokeCommand is "sqlambda invoke".
type invokeCommand struct {
	Handler string `arg:"" help:"What to run: a file, such as orders or api/orders.sql, a query in it, such as orders.list, an executable, such as bin/score, or $NAME, the SQL in a variable. It is the function's handler setting in Lambda, or the name of a function in template.yaml."`
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
		return &usageError{"unexpected argument " + c.Stdin,
			"an event is given as --event JSON, as --event-file FILE, or with - from standard input"}
	case c.sources() > 1:
		return &usageError{"there is more than one event", "give one of --event JSON, --event-file FILE and -"}
	case c.Raw && c.JSON:
		return &usageError{message: "--raw and --json say how to print the response: give one of them"}
	case c.Timeout != nil && *c.Timeout < time.Millisecond:
		return &usageError{"--timeout is " + c.Timeout.String(), "it is at least 1ms: --timeout 3s"}
	}
	return nil
}

// Run loads the handler, invokes it and prints its response.
func (c *invokeCommand) Run(p *process) error {
	event, err := c.event(p.stdin)
	if err != nil {
		return err
	}
	fn, err := c.function(p)
	if err != nil {
		return err
	}
	o := &outcome{Handler: c.Handler, RequestID: uuid.NewString(), Logs: []logLine{}}
	env := fn.Environment(p.lookupEnv, o.RequestID, time.Now())
	env.Processes = func() []string { return p.environ }
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
	err = o.run(config, &handlers.Invocation{
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
func (c *invokeCommand) function(p *process) (project.Function, error) {
	folder, err := project.Open(c.Root)
	if err != nil {
		return project.Function{}, &usageError{message: err.Error()}
	}
	fn, err := p.function(folder, c.Handler)
	if c.Timeout != nil {
		fn.Timeout = *c.Timeout
	}
	return fn, err
}

// function is the function that an argument names.
func (p *process) function(folder *project.Folder, handler string) (project.Function, error) {
	fn, err := folder.FunctionOf(handler)
	if err != nil {
		return fn, &usageError{message: err.Error()}
	}
	variable, _, _ := strings.Cut(strings.TrimPrefix(handler, "$"), ".")
	_, set := p.lookupEnv(variable)
	if names := folder.Sharing(handler); len(names) > 0 && !set {
		return fn, &usageError{fmt.Sprintf("several functions have the handler %s, each with SQL of its own: %s", handler, strings.Join(names, ", ")),
			"give the name of one: " + names[0]}
	}
	return fn, nil
}

// maxEvent is the largest event that Lambda takes, in bytes.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxEvent = 6 << 20

// sources counts the events that the command line gives.
func (c *invokeCommand) sources() int {
	n := 0
	for _, given := range [...]bool{c.Event != nil, c.EventFile != "", c.Stdin != ""} {
		if given {
			n++
		}
	}
	return n
}

// event reads the event. Standard input is read only if the command line asks for it: a
// command in a script or a loop must not swallow its caller's input.
func (c *invokeCommand) event(stdin io.Reader) ([]byte, error) {
	name, from := "standard input", stdin
	switch {
	case c.Event != nil:
		name, from = "--event", strings.NewReader(*c.Event)
	case c.Stdin == "-" || c.EventFile == "-":
	case c.EventFile != "":
		file, err := os.Open(c.EventFile)
		if err != nil {
			return nil, &usageError{message: fmt.Sprintf("cannot read the event: %v", err)}
		}
		defer file.Close()
		name, from = c.EventFile, file
	default:
		return []byte("{}"), nil
	}
	event, err := io.ReadAll(io.LimitReader(from, maxEvent+1))
	switch {
	case err != nil:
		return nil, &usageError{message: fmt.Sprintf("cannot read the event: %v", err)}
	case len(event) > maxEvent:
		return nil, &usageError{message: fmt.Sprintf("the event in %s is larger than 6 MiB, the most that Lambda takes", name)}
	}
	return event, nil
}

// outcome is what an invocation gave: the document of "sqlambda invoke --json". Error is
// null if the handler gave a response, which may itself be null.
type outcome struct {
	Handler    string          `json:"handler"`
	RequestID  string          `json:"requestId"`
	Response   json.RawMessage `json:"response"`
	Error      json.RawMessage `json:"error"`
	Logs       []logLine       `json:"logs"`
	InitMs     suite.Duration  `json:"initMs"`
	DurationMs suite.Duration  `json:"durationMs"`

	invoked time.Time // when the invocation began
}

// logLine is a line of the handler's log. Fields is the JSON that the handler gave with
// its message.
type logLine struct {
	Level   string          `json:"level"`
	Message string          `json:"message"`
	Fields  json.RawMessage `json:"fields,omitempty"`
}

func since(start time.Time) suite.Duration { return suite.Duration(time.Since(start)) }

// log keeps a log line.
func (o *outcome) log(_ string, level engine.Level, message, fields string) {
	o.Logs = append(o.Logs, logLine{string(level), message, json.RawMessage(fields)})
}

// run loads a handler and invokes it once.
func (o *outcome) run(config handlers.Config, invocation *handlers.Invocation, timeout time.Duration) (err error) {
	start := time.Now()
	handler, err := handlers.Load(config)
	o.InitMs = since(start)
	if err != nil {
		return err
	}
	o.invoked = time.Now()
	invocation.Deadline = o.invoked.Add(timeout).UnixMilli()
	response, err := handler.Invoke(invocation)
	o.DurationMs = since(o.invoked)
	o.Response = slices.Clone(response)
	return cmp.Or(err, handler.Close())
}
