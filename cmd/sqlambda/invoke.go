package main

import (
	"time"

	"github.com/google/uuid"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/handlers"
)

// invokeCommand is "sqlambda invoke".
type invokeCommand struct {
	Handler string `arg:"" help:"What to run: a file, such as orders or api/orders.sql, or a query in it, such as orders.list. It is the function's handler setting in Lambda."`
	Stdin   string `arg:"" optional:"" name:"-" help:"A minus sign reads the event from standard input."`

	Event     *string        `placeholder:"JSON" help:"The event. Without one it is {}."`
	EventFile string         `placeholder:"FILE" help:"A file that holds the event; - is standard input."`
	Root      string         `default:"." placeholder:"DIR" help:"The folder with the function's files: what its zip holds. The default is the current one."`
	Timeout   *time.Duration `placeholder:"3s" help:"The time the invocation has: 500ms, 10s, 1m. The default is the template's, or 3s, as in Lambda."`
	Raw       bool           `help:"Print the response's bytes as they are."`
}

func (invokeCommand) manual() manual {
	return manual{
		Text: `The response goes to standard output: indented and coloured on a terminal, otherwise as one line. Log lines and errors go to standard error. Standard input is read only where - is given.`,
		Examples: `
sqlambda invoke hello
sqlambda invoke hello --event '{"name":"Ada"}'
sqlambda invoke orders.list --event-file events/list.json --root ./function
curl -s https://example.com/event.json | sqlambda invoke orders.list -
SQLAMBDA_DATABASE=shop.db sqlambda invoke orders.list`,
		Environment: []term{
			{"SQLAMBDA_DATABASE", databaseIs},
			{"AWS_LAMBDA_...", "what $context tells of the function, where it is to differ: AWS_LAMBDA_FUNCTION_NAME, _VERSION and _MEMORY_SIZE, AWS_LAMBDA_LOG_GROUP_NAME and _LOG_STREAM_NAME"},
			{"any other", "what $env reads, above the variables that template.yaml gives the function"},
			{"NO_COLOR", noColour},
		},
		ExitCodes: []term{
			{"0", "the handler gave a response"},
			{"1", "it could not be loaded, or it failed"},
			{"2", misused},
		},
	}
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
	id := uuid.NewString()
	env := fn.Environment(p.lookupEnv, id, time.Now())
	config, err := env.Config()
	if err != nil {
		return &usageError{message: err.Error()}
	}
	config.Log = p.log
	handler, err := handlers.Load(config)
	if err != nil {
		return err
	}
	response, err := handler.Invoke(&handlers.Invocation{
		RequestID:   id,
		FunctionARN: env.FunctionARN(),
		TraceID:     env.Get("_X_AMZN_TRACE_ID"),
		Deadline:    time.Now().Add(fn.Timeout).UnixMilli(),
		Event:       event,
	})
	if err == nil {
		err = p.stdout.writeResponse(response, c.Raw)
	}
	if closed := handler.Close(); err == nil {
		err = closed
	}
	return err
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
