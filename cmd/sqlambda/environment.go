package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"sqlambda/handlers"
)

// environment is the environment of a function: that of the process, and below it
// what Lambda sets and a developer's machine does not. $context and $env read the
// same one, as they do in Lambda.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
type environment struct {
	process func(name string) (value string, ok bool)
	local   map[string]string
}

// localEnvironment makes the environment of a function that runs a handler.
func localEnvironment(process func(string) (string, bool), handler, root, id string, now time.Time) *environment {
	name := functionName(handler)
	return &environment{process, map[string]string{
		"AWS_LAMBDA_FUNCTION_NAME":        name,
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
		"AWS_LAMBDA_LOG_GROUP_NAME":       "/aws/lambda/" + name,
		"AWS_LAMBDA_LOG_STREAM_NAME":      now.UTC().Format("2006/01/02/") + "[$LATEST]" + strings.ReplaceAll(id, "-", ""),
		"AWS_REGION":                      "us-east-1",
		"LAMBDA_TASK_ROOT":                root,
	}}
}

// functionName makes a function's name of a handler: orders-list of orders.list.
func functionName(handler string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '_':
			return r
		}
		return '-'
	}, strings.TrimSuffix(handler, ".sql"))
}

func (e *environment) lookup(name string) (string, bool) {
	if value, ok := e.process(name); ok {
		return value, true
	}
	value, ok := e.local[name]
	return value, ok
}

func (e *environment) get(name string) string {
	value, _ := e.lookup(name)
	return value
}

// function is what $context tells of the function.
func (e *environment) function() handlers.Function {
	return handlers.Function{
		Name:      e.get("AWS_LAMBDA_FUNCTION_NAME"),
		Version:   e.get("AWS_LAMBDA_FUNCTION_VERSION"),
		MemoryMB:  e.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"),
		LogGroup:  e.get("AWS_LAMBDA_LOG_GROUP_NAME"),
		LogStream: e.get("AWS_LAMBDA_LOG_STREAM_NAME"),
	}
}

// functionARN is the ARN of the function, in the account that AWS's own
// documentation has for examples.
func (e *environment) functionARN() string {
	return "arn:aws:lambda:" + e.get("AWS_REGION") + ":123456789012:function:" + e.get("AWS_LAMBDA_FUNCTION_NAME")
}

// memory is the number of bytes that the engine may use: half of the function's
// memory, since the other half holds the event, the response and Go's runtime.
func (e *environment) memory() (int64, error) {
	const name = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"
	megabytes, err := strconv.ParseInt(e.get(name), 10, 32)
	if err != nil || megabytes < 1 {
		return 0, &usageError{message: fmt.Sprintf("%s is %q", name, e.get(name)), hint: "it is a number of megabytes, such as 128"}
	}
	return megabytes << 20 / 2, nil
}
