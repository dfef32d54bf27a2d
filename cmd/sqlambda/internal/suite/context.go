package suite

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/internal/nearest"
)

// Context is what a case says of its invocations, by the names that $context has. The rest
// is as sqlambda invoke has it, except for the request id, which never varies.
type Context struct {
	RequestID       string          `json:"awsRequestId"`
	FunctionName    string          `json:"functionName"`
	FunctionVersion string          `json:"functionVersion"`
	FunctionARN     string          `json:"invokedFunctionArn"`
	MemoryMB        json.Number     `json:"memoryLimitInMB"`
	LogGroup        string          `json:"logGroupName"`
	LogStream       string          `json:"logStreamName"`
	TraceID         string          `json:"traceId"`
	TenantID        string          `json:"tenantId"`
	Identity        json.RawMessage `json:"identity"`
	ClientContext   json.RawMessage `json:"clientContext"`
}

// readContext reads the part context.
func (c *Case) readContext(part *Part) error {
	var names map[string]json.RawMessage
	if err := json.Unmarshal([]byte(part.Text), &names); err != nil {
		c.faultJSON(part, err)
		return nil
	}
	var known []string
	for i := range reflect.TypeFor[Context]().NumField() {
		known = append(known, reflect.TypeFor[Context]().Field(i).Tag.Get("json"))
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		hint := cmp.Or(nearest.Hint(name, known), "they are "+strings.Join(known, ", "))
		if name == "deadlineMs" || name == "remainingTimeInMillis" {
			hint = "it follows from the parts timeout and clock"
		}
		if !slices.Contains(known, name) {
			c.fault(part.problem(fmt.Sprintf("the context has no %s (%s)", name, hint)))
		}
	}
	return json.Unmarshal([]byte(part.Text), &c.Context)
}

// over returns the environment with what the context says of the function.
func (c *Context) over(environment project.Lookup) project.Lookup {
	own := map[string]string{
		"AWS_LAMBDA_FUNCTION_NAME":        c.FunctionName,
		"AWS_LAMBDA_FUNCTION_VERSION":     c.FunctionVersion,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": c.MemoryMB.String(),
		"AWS_LAMBDA_LOG_GROUP_NAME":       c.LogGroup,
		"AWS_LAMBDA_LOG_STREAM_NAME":      c.LogStream,
	}
	return func(name string) (string, bool) {
		if value := own[name]; value != "" {
			return value, true
		}
		return environment(name)
	}
}
