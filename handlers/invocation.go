package handlers

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"sqlambda/event"
	"sqlambda/internal/nearest"
)

// Invocation is an event and what Lambda sends with it:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
type Invocation struct {
	RequestID       string
	FunctionARN     string
	TraceID         string
	TenantID        string
	ClientContext   string // JSON, or empty
	CognitoIdentity string // JSON, or empty
	Deadline        int64  // milliseconds since 1970, or 0 for none
	Event           []byte // JSON; it must not change before the handler returns
}

// contextValues are the values that $context has, beside those in clientContext. What Lambda
// tells a function about itself is in its environment:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html.
var contextValues = [...]struct {
	name     string
	value    func(inv *Invocation, c *Config) event.Value
	variable string // instead of value: the variable that has it
}{
	{name: "awsRequestId", value: func(inv *Invocation, _ *Config) event.Value { return textOrNull(inv.RequestID) }},
	{name: "functionName", variable: "AWS_LAMBDA_FUNCTION_NAME"},
	{name: "functionVersion", variable: "AWS_LAMBDA_FUNCTION_VERSION"},
	{name: "invokedFunctionArn", value: func(inv *Invocation, _ *Config) event.Value { return textOrNull(inv.FunctionARN) }},
	{name: "memoryLimitInMB", value: func(_ *Invocation, c *Config) event.Value {
		size, _ := c.LookupEnv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
		return parsed(size).Value()
	}},
	{name: "logGroupName", variable: "AWS_LAMBDA_LOG_GROUP_NAME"},
	{name: "logStreamName", variable: "AWS_LAMBDA_LOG_STREAM_NAME"},
	{name: "deadlineMs", value: func(inv *Invocation, _ *Config) event.Value { return inv.untilDeadline(0) }},
	{name: "remainingTimeInMillis", value: func(inv *Invocation, c *Config) event.Value {
		return inv.untilDeadline(cmp.Or(c.Now, time.Now()).UnixMilli())
	}},
	{name: "traceId", value: func(inv *Invocation, _ *Config) event.Value { return textOrNull(inv.TraceID) }},
	{name: "tenantId", value: func(inv *Invocation, _ *Config) event.Value { return textOrNull(inv.TenantID) }},
	{name: "identity.cognitoIdentityId", value: func(inv *Invocation, _ *Config) event.Value {
		return parsed(inv.CognitoIdentity).Field("cognitoIdentityId")
	}},
	{name: "identity.cognitoIdentityPoolId", value: func(inv *Invocation, _ *Config) event.Value {
		return parsed(inv.CognitoIdentity).Field("cognitoIdentityPoolId")
	}},
	{name: clientContext, value: func(inv *Invocation, _ *Config) event.Value { return parsed(inv.ClientContext).Value() }},
}

const clientContext = "clientContext"

// contextValue returns what $context(name) stands for in an invocation. The hint helps with
// a name that does not exist.
func contextValue(name string) (value func(*Invocation, *Config) event.Value, hint string, err error) {
	var names []string
	for _, v := range contextValues {
		switch {
		case v.name != name:
			names = append(names, v.name)
		case v.value != nil:
			return v.value, "", nil
		default:
			return func(_ *Invocation, c *Config) event.Value {
				value, _ := c.LookupEnv(v.variable)
				return textOrNull(value)
			}, "", nil
		}
	}
	if inner, ok := strings.CutPrefix(name, clientContext+"."); ok {
		path, err := event.ParsePath(inner)
		var wrong *event.PathError
		if errors.As(err, &wrong) {
			err = &event.PathError{Path: name, Offset: len(name) - len(inner) + wrong.Offset, Message: wrong.Message}
		}
		return func(inv *Invocation, _ *Config) event.Value { return path.In(parsed(inv.ClientContext)) }, "", err
	}
	if name == "" {
		err = errors.New("$context needs a name, as in $context(awsRequestId)")
	} else {
		err = fmt.Errorf("there is no %.100s in the context", name)
	}
	return nil, cmp.Or(nearest.Hint(name, names), "one of "+strings.Join(names, ", ")), err
}

// parsed reads JSON that Lambda passes on. A text that is not JSON has no values.
func parsed(json string) event.Event {
	e, _ := event.Parse([]byte(json))
	return e
}

func textOrNull(s string) event.Value {
	if s == "" {
		return event.Value{}
	}
	return event.TextValue(s)
}

// untilDeadline returns the milliseconds from another time to the deadline.
func (inv *Invocation) untilDeadline(from int64) event.Value {
	if inv.Deadline == 0 {
		return event.Value{}
	}
	return event.IntegerValue(max(inv.Deadline-from, 0))
}
