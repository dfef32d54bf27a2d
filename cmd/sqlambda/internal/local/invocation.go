package local

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// invocation is an event on its way to a function.
type invocation struct {
	id, arn, traceID, clientContext, tenantID string
	payload                                   []byte
	logging                                   bool // its log has begun
	starts                                    int  // of processes
}

// mayStart reports whether another process may take the place of one that has started.
// The number is limited, since some files always change: a log in the function's folder.
func (inv *invocation) mayStart(failed bool) bool {
	inv.starts++
	return inv.starts == 1 || failed && inv.starts <= 3
}

// outcome is the result of an invocation.
type outcome struct {
	payload []byte
	failed  bool
	broken  bool          // the function cannot be loaded
	status  string        // as reports have it: success, error or timeout
	kind    string        // the type of an error that is not the function's own
	after   time.Duration // of a timeout: the time that was over
	log     []byte        // the end of the invocation's log
}

// The types of errors that Lambda has for a runtime that gave no outcome.
const (
	timedOut    = "Sandbox.Timedout"
	exitError   = "Runtime.ExitError"
	outOfMemory = "Runtime.OutOfMemory"
)

func (inv *invocation) timedOut(after time.Duration) *outcome {
	out := inv.failure("timeout", timedOut, timeoutMessage(after))
	out.after = after
	return out
}

func (inv *invocation) outOfMemory() *outcome {
	return inv.failure("error", outOfMemory, "Runtime exited with error: signal: killed")
}

func (inv *invocation) exited(state *os.ProcessState) *outcome {
	if state.Success() {
		return inv.failure("error", exitError, "Runtime exited without providing a reason")
	}
	return inv.failure("error", exitError, "Runtime exited with error: "+state.String())
}

// failure is an outcome that Lambda makes.
func (inv *invocation) failure(status, kind, message string) *outcome {
	payload, _ := json.Marshal(struct { // it cannot fail
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}{kind, fmt.Sprintf("RequestId: %s Error: %s", inv.id, message)})
	return &outcome{payload: payload, failed: true, status: status, kind: kind}
}
