package project

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"sqlambda/handlers"
	"sqlambda/internal/bootstrap"
)

// Lookup returns a variable of an environment, as [os.LookupEnv] does.
type Lookup func(name string) (value string, ok bool)

// Environment is the environment of a function on this machine. The outer environment
// overrides the template's variables, and those override what Lambda would set. $context
// and $env read the same one, as they do in Lambda.
type Environment struct {
	// Processes returns variables, as os.Environ does, that the processes of the function have:
	// they override the template's, too. It may be nil.
	Processes func() []string

	fn    Function
	outer Lookup
	inner map[string]string
}

// Environment returns the environment of the function within an outer one. The log
// stream has the name that Lambda would give it at that time, with id in it.
func (fn Function) Environment(outer Lookup, id string, now time.Time) *Environment {
	inner := fn.Reserved(id, now)
	maps.Copy(inner, Fixed())
	inner["AWS_REGION"] = "us-east-1"
	maps.Copy(inner, fn.Variables)
	return &Environment{fn: fn, outer: outer, inner: inner}
}

// Fixed returns variables that have the same value in every function.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
func Fixed() map[string]string {
	return map[string]string{
		"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "LAMBDA_RUNTIME_DIR": "/var/runtime",
		"TZ": ":UTC", "LANG": "en_US.UTF-8", "PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
	}
}

// Reserved returns the variables of the function that Lambda alone sets: a template that
// has one of them is refused.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
func (fn Function) Reserved(id string, now time.Time) map[string]string {
	return map[string]string{
		"_HANDLER":                        fn.Handler,
		"AWS_LAMBDA_FUNCTION_NAME":        fn.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(fn.MemoryMB),
		"AWS_LAMBDA_LOG_GROUP_NAME":       "/aws/lambda/" + fn.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME":      now.UTC().Format("2006/01/02/") + "[$LATEST]" + strings.ReplaceAll(id, "-", ""),
		"LAMBDA_TASK_ROOT":                fn.Root,
	}
}

// Lookup returns a variable.
func (e *Environment) Lookup(name string) (string, bool) {
	if value, ok := e.outer(name); ok {
		return value, true
	}
	value, ok := e.inner[name]
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

// Config is what the runtime makes of the environment. The function's folder and handler
// are the function's own, whatever the outer environment says.
func (e *Environment) Config() (handlers.Config, error) {
	config, err := bootstrap.Config(e.Lookup)
	config.Root, config.Handler, config.Environ = e.fn.Root, e.fn.Handler, e.environ
	return config, err
}

// environ is the environment of the processes that the function starts.
func (e *Environment) environ() []string {
	variables := maps.Clone(e.inner)
	if e.Processes != nil {
		for _, variable := range e.Processes() {
			name, value, _ := strings.Cut(variable, "=")
			variables[name] = value
		}
	}
	variables["LAMBDA_TASK_ROOT"], variables["_HANDLER"] = e.fn.Root, e.fn.Handler
	var list []string
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		list = append(list, name+"="+variables[name])
	}
	return list
}
