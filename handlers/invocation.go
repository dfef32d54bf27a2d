package handlers

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sqlambda/event"
	"sqlambda/internal/nearest"
)

// Function is what Lambda tells a function about itself, in its environment:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html.
type Function struct {
	Name      string // AWS_LAMBDA_FUNCTION_NAME
	Version   string // AWS_LAMBDA_FUNCTION_VERSION
	MemoryMB  string // AWS_LAMBDA_FUNCTION_MEMORY_SIZE
	LogGroup  string // AWS_LAMBDA_LOG_GROUP_NAME
	LogStream string // AWS_LAMBDA_LOG_STREAM_NAME
}

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

// contextValues are the values that $context has, beside those in clientContext.
var contextValues = []struct {
	name  string
	value func(inv *Invocation, c *Config) event.Value
}{
	{"awsRequestId", func(inv *Invocation, _ *Config) event.Value { return textOrNull(inv.RequestID) }},
	{"functionName", func(_ *Invocation, c *Config) event.Value { return textOrNull(c.Function.Name) }},
	{"functionVersion", func(_ *Invocation, c *Config) event.Value { return textOrNull(c.Function.Version) }},
	{"invokedFunctionArn", func(inv *Invocation, _ *Config) event.Value { return textOrNull(inv.FunctionARN) }},
	{"memoryLimitInMB", func(_ *Invocation, c *Config) event.Value { return integerOrNull(c.Function.MemoryMB) }},
	{"logGroupName", func(_ *Invocation, c *Config) event.Value { return textOrNull(c.Function.LogGroup) }},
	{"logStreamName", func(_ *Invocation, c *Config) event.Value { return textOrNull(c.Function.LogStream) }},
	{"deadlineMs", func(inv *Invocation, _ *Config) event.Value {
		if inv.Deadline == 0 {
			return event.Value{}
		}
		return event.IntegerValue(inv.Deadline)
	}},
	{"remainingTimeInMillis", func(inv *Invocation, c *Config) event.Value {
		if inv.Deadline == 0 {
			return event.Value{}
		}
		now := c.Now
		if now.IsZero() {
			now = time.Now()
		}
		return event.IntegerValue(max(inv.Deadline-now.UnixMilli(), 0))
	}},
	{"traceId", func(inv *Invocation, _ *Config) event.Value { return textOrNull(inv.TraceID) }},
	{"tenantId", func(inv *Invocation, _ *Config) event.Value { return textOrNull(inv.TenantID) }},
	{"identity.cognitoIdentityId", func(inv *Invocation, _ *Config) event.Value {
		return parsed(inv.CognitoIdentity).Field("cognitoIdentityId")
	}},
	{"identity.cognitoIdentityPoolId", func(inv *Invocation, _ *Config) event.Value {
		return parsed(inv.CognitoIdentity).Field("cognitoIdentityPoolId")
	}},
	{clientContext, func(inv *Invocation, _ *Config) event.Value { return parsed(inv.ClientContext).Value() }},
}

const clientContext = "clientContext"

// contextValue returns what $context(name) stands for in an invocation. The hint helps with
// a name that does not exist.
func contextValue(name string) (value func(*Invocation, *Config) event.Value, hint string, err error) {
	var names []string
	for _, v := range contextValues {
		if v.name == name {
			return v.value, "", nil
		}
		names = append(names, v.name)
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
	e, err := event.Parse([]byte(json))
	if err != nil {
		return event.Event{}
	}
	return e
}

func textOrNull(s string) event.Value {
	if s == "" {
		return event.Value{}
	}
	return event.TextValue(s)
}

func integerOrNull(s string) event.Value {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return event.Value{}
	}
	return event.IntegerValue(n)
}
