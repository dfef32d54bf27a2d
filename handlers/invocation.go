package handlers

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"sqlambda/event"
	"sqlambda/internal/nearest"
)

// Function is what Lambda tells a function of itself, in its environment:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html.
type Function struct {
	Name      string // AWS_LAMBDA_FUNCTION_NAME
	Version   string // AWS_LAMBDA_FUNCTION_VERSION
	MemoryMB  string // AWS_LAMBDA_FUNCTION_MEMORY_SIZE
	LogGroup  string // AWS_LAMBDA_LOG_GROUP_NAME
	LogStream string // AWS_LAMBDA_LOG_STREAM_NAME
}

// Invocation is an event and what Lambda tells with it:
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

// contextNames are the paths that $context has, beside those in clientContext.
var contextNames = [...]string{
	"awsRequestId", "functionName", "functionVersion", "invokedFunctionArn", "memoryLimitInMB", "logGroupName",
	"logStreamName", "deadlineMs", "remainingTimeInMillis", "traceId", "tenantId",
	"identity.cognitoIdentityId", "identity.cognitoIdentityPoolId", "clientContext",
}

// contextPath is a path in the context of an invocation.
type contextPath struct {
	name string     // one of contextNames
	path event.Path // in the JSON of clientContext
}

const clientContext = "clientContext"

// parseContextPath checks a path in $context; the hint helps with one that there
// is not.
func parseContextPath(text string) (p contextPath, hint string, err error) {
	for _, name := range contextNames {
		if text == name {
			return contextPath{name: name}, "", nil
		}
	}
	if len(text) > len(clientContext) && text[:len(clientContext)+1] == clientContext+"." {
		path, err := event.ParsePath(text[len(clientContext)+1:])
		var wrong *event.PathError
		if errors.As(err, &wrong) {
			err = &event.PathError{Path: text, Offset: len(clientContext) + 1 + wrong.Offset, Message: wrong.Message}
		}
		return contextPath{name: clientContext, path: path}, "", err
	}
	return contextPath{}, contextHint(text), errNoContext(text)
}

type errNoContext string

func (e errNoContext) Error() string {
	if e == "" {
		return "$context needs a name, as in $context(awsRequestId)"
	}
	return fmt.Sprintf("there is no %.100s in the context", string(e))
}

func contextHint(text string) string {
	return cmp.Or(nearest.Hint(text, contextNames[:]), "one of "+strings.Join(contextNames[:], ", "))
}

// in returns the value of a path in the context of an invocation.
func (p contextPath) in(inv *Invocation, c *Config) event.Value {
	f := &c.Function
	switch p.name {
	case "awsRequestId":
		return textOrNull(inv.RequestID)
	case "functionName":
		return textOrNull(f.Name)
	case "functionVersion":
		return textOrNull(f.Version)
	case "invokedFunctionArn":
		return textOrNull(inv.FunctionARN)
	case "memoryLimitInMB":
		return integerOrNull(f.MemoryMB)
	case "logGroupName":
		return textOrNull(f.LogGroup)
	case "logStreamName":
		return textOrNull(f.LogStream)
	case "deadlineMs":
		if inv.Deadline == 0 {
			return event.Value{}
		}
		return event.IntegerValue(inv.Deadline)
	case "remainingTimeInMillis":
		if inv.Deadline == 0 {
			return event.Value{}
		}
		return event.IntegerValue(max(inv.Deadline-c.now().UnixMilli(), 0))
	case "traceId":
		return textOrNull(inv.TraceID)
	case "tenantId":
		return textOrNull(inv.TenantID)
	case "identity.cognitoIdentityId":
		return fieldOf(inv.CognitoIdentity, "cognitoIdentityId")
	case "identity.cognitoIdentityPoolId":
		return fieldOf(inv.CognitoIdentity, "cognitoIdentityPoolId")
	default:
		return p.path.In(parsed(inv.ClientContext))
	}
}

// parsed reads JSON that Lambda passes on; what is none has nothing in it.
func parsed(json string) event.Event {
	e, err := event.Parse([]byte(json))
	if err != nil {
		return event.Event{}
	}
	return e
}

func fieldOf(json, name string) event.Value { return parsed(json).Field(name) }

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
