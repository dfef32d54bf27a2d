package project

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"sqlambda/engine/sqlite"
	"sqlambda/handlers"
)

// Lookup returns a variable of an environment, as [os.LookupEnv] does.
type Lookup func(name string) (value string, ok bool)

// Environment is the environment of a function on this machine: an outer one, below it
// the variables that the template gives, and below them what Lambda sets and a
// developer's machine does not. $context and $env read the same one, as they do in
// Lambda.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
type Environment struct {
	outer  Lookup
	fn     Function
	lambda map[string]string
}

// Environment returns the environment of the function below an outer one. The log
// stream has the name that Lambda would give it at that time, with id in it.
func (fn Function) Environment(outer Lookup, id string, now time.Time) *Environment {
	return &Environment{outer, fn, map[string]string{
		"_HANDLER":                        fn.Handler,
		"AWS_LAMBDA_FUNCTION_NAME":        fn.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(fn.MemoryMB),
		"AWS_LAMBDA_LOG_GROUP_NAME":       "/aws/lambda/" + fn.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME":      now.UTC().Format("2006/01/02/") + "[$LATEST]" + strings.ReplaceAll(id, "-", ""),
		"AWS_REGION":                      "us-east-1",
		"LAMBDA_TASK_ROOT":                fn.Root,
	}}
}

// Lookup returns a variable.
func (e *Environment) Lookup(name string) (string, bool) {
	if value, ok := e.outer(name); ok {
		return value, true
	}
	if value, ok := e.fn.Variables[name]; ok {
		return value, true
	}
	value, ok := e.lambda[name]
	return value, ok
}

// Get returns a variable, or nothing.
func (e *Environment) Get(name string) string {
	value, _ := e.Lookup(name)
	return value
}

// FunctionARN is the ARN of the function, in the account that AWS's own documentation
// has for examples.
func (e *Environment) FunctionARN() string {
	return "arn:aws:lambda:" + e.Get("AWS_REGION") + ":123456789012:function:" + e.Get("AWS_LAMBDA_FUNCTION_NAME")
}

// Config is what the function's handler is loaded with; its Log is for the caller to
// set. It fails where the memory size is no number.
func (e *Environment) Config() (handlers.Config, error) {
	memory, err := e.memory()
	return handlers.Config{
		Root:     e.fn.Root,
		Handler:  e.fn.Handler,
		Database: e.Get("SQLAMBDA_DATABASE"),
		Memory:   memory,
		Open:     sqlite.Open,
		Function: handlers.Function{
			Name:      e.Get("AWS_LAMBDA_FUNCTION_NAME"),
			Version:   e.Get("AWS_LAMBDA_FUNCTION_VERSION"),
			MemoryMB:  e.Get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"),
			LogGroup:  e.Get("AWS_LAMBDA_LOG_GROUP_NAME"),
			LogStream: e.Get("AWS_LAMBDA_LOG_STREAM_NAME"),
		},
		LookupEnv: e.Lookup,
	}, err
}

// memory is the number of bytes that the engine may use: half of the function's
// memory, since the other half holds the event, the response and Go's runtime.
func (e *Environment) memory() (int64, error) {
	const name = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"
	megabytes, err := strconv.ParseInt(e.Get(name), 10, 32)
	if err != nil || megabytes < 1 {
		return 0, fmt.Errorf("%s is %q: it is a number of megabytes, such as 128", name, e.Get(name))
	}
	return megabytes << 20 / 2, nil
}
