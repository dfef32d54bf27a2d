package suite

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"sqlambda/handlers"
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

// function is what $context returns of the function.
func (c *Context) function(f handlers.Function) handlers.Function {
	return handlers.Function{
		Name:      cmp.Or(c.FunctionName, f.Name),
		Version:   cmp.Or(c.FunctionVersion, f.Version),
		MemoryMB:  cmp.Or(c.MemoryMB.String(), f.MemoryMB),
		LogGroup:  cmp.Or(c.LogGroup, f.LogGroup),
		LogStream: cmp.Or(c.LogStream, f.LogStream),
	}
}
