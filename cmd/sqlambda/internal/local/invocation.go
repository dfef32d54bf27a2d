package local

import (
	"encoding/json"
	"fmt"

	"sqlambda/internal/runtimehost"
)

// invocation is an event on its way to a function.
type invocation struct {
	runtimehost.Invocation
	logging  bool // its log has begun
	repeated bool // with the files as they are now
}

// outcome is the result of an invocation.
type outcome struct {
	payload []byte
	failed  bool
	broken  bool   // the function cannot be loaded
	status  string // as reports have it: success, error or timeout
	kind    string // the type of an error that is not the function's own
	message string // of such an error
	log     []byte // the end of the invocation's log
}

// The types of errors that Lambda has for a runtime that gave no outcome.
const (
	timedOut    = "Sandbox.Timedout"
	exitError   = "Runtime.ExitError"
	outOfMemory = "Runtime.OutOfMemory"
)

// failure is an outcome that Lambda makes.
func (inv *invocation) failure(kind, message string) *outcome {
	payload, _ := json.Marshal(struct { // it cannot fail
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}{kind, fmt.Sprintf("RequestId: %s Error: %s", inv.RequestID, message)})
	out := &outcome{payload: payload, failed: true, status: "error", kind: kind, message: message}
	if kind == timedOut {
		out.status = "timeout"
	}
	return out
}
