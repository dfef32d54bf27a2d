package local

import (
	"fmt"
	"strings"
	"time"
)

// platformEvent is what Lambda logs of an invocation: a line of text and, where the
// Telemetry API has such an event, its type and record.
// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
type platformEvent struct {
	line, kind string
	record     any
}

// started is the beginning of an invocation.
func started(id string) platformEvent {
	return platformEvent{fmt.Sprintf("START RequestId: %s Version: %s\n", id, latest), "platform.start", struct {
		ID      string `json:"requestId"`
		Version string `json:"version"`
	}{id, latest}}
}

// ended is the end of an invocation.
func ended(id string) platformEvent { return platformEvent{line: "END RequestId: " + id + "\n"} }

// overdue says that the time of an invocation is over.
func overdue(id string, after time.Duration) platformEvent {
	return platformEvent{line: time.Now().UTC().Format(timeForm) + " " + id + " " + timeoutMessage(after) + "\n\n"}
}

func timeoutMessage(after time.Duration) string {
	return fmt.Sprintf("Task timed out after %.2f seconds", after.Seconds())
}

// initFailed says that an init failed.
func initFailed(out *outcome, took time.Duration) platformEvent {
	type metrics struct {
		Milliseconds float64 `json:"durationMs"`
	}
	m := metrics{milliseconds(took)}
	return platformEvent{
		fmt.Sprintf("INIT_REPORT Init Duration: %.2f ms\tPhase: init\tStatus: %s\tError Type: %s\n", m.Milliseconds, out.status, out.kind),
		"platform.initReport", struct {
			Type      string  `json:"initializationType"`
			Phase     string  `json:"phase"`
			Status    string  `json:"status"`
			ErrorType string  `json:"errorType,omitempty"`
			Metrics   metrics `json:"metrics"`
		}{"on-demand", "init", out.status, out.kind, m},
	}
}

// metrics are the figures of a report. Since August 2025 the init is billed as well.
// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#ReportMetrics
type metrics struct {
	Milliseconds float64 `json:"durationMs"`
	Billed       int     `json:"billedDurationMs"`
	Size         int     `json:"memorySizeMB"`
	Used         int     `json:"maxMemoryUsedMB,omitempty"` // where the system tells
	Init         float64 `json:"initDurationMs,omitempty"`
}

// reported is what an invocation took.
func reported(id string, out *outcome, m metrics) platformEvent {
	var b strings.Builder
	fmt.Fprintf(&b, "REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %d MB\t",
		id, m.Milliseconds, m.Billed, m.Size)
	if m.Used > 0 {
		fmt.Fprintf(&b, "Max Memory Used: %d MB\t", m.Used)
	}
	if m.Init > 0 {
		fmt.Fprintf(&b, "Init Duration: %.2f ms\t", m.Init)
	}
	if out.status != "success" {
		fmt.Fprintf(&b, "Status: %s\t", out.status)
	}
	if out.kind != "" && out.status != "timeout" {
		fmt.Fprintf(&b, "Error Type: %s\t", out.kind)
	}
	return platformEvent{b.String() + "\n", "platform.report", struct {
		ID        string  `json:"requestId"`
		Status    string  `json:"status"`
		ErrorType string  `json:"errorType,omitempty"`
		Metrics   metrics `json:"metrics"`
	}{id, out.status, out.kind, m}}
}
