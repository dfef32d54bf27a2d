package local

import (
	"fmt"
	"strings"
	"time"
)

// platformEvent is what Lambda logs of an invocation, as a line of text and as a record
// of the Telemetry API.
type platformEvent interface {
	line() string
	kind() string // empty where the Telemetry API has no such event
	record() any
}

// start is the beginning of an invocation.
type start struct {
	RequestID string `json:"requestId"`
	Version   string `json:"version"`
}

func (s start) line() string {
	return fmt.Sprintf("START RequestId: %s Version: %s\n", s.RequestID, s.Version)
}
func (start) kind() string  { return "platform.start" }
func (s start) record() any { return s }

// end is the end of an invocation.
type end struct{ id string }

func (e end) line() string { return "END RequestId: " + e.id + "\n" }
func (end) kind() string   { return "" }
func (end) record() any    { return nil }

// timeout says that the time of an invocation was over.
type timeout struct {
	id    string
	after time.Duration
}

func (t timeout) message() string {
	return fmt.Sprintf("Task timed out after %.2f seconds", t.after.Seconds())
}

func (t timeout) line() string {
	return time.Now().UTC().Format(timeForm) + " " + t.id + " " + t.message() + "\n\n"
}
func (timeout) kind() string { return "" }
func (timeout) record() any  { return nil }

// initReport says that an init failed.
type initReport struct {
	Phase        string  `json:"phase"`
	Status       string  `json:"status"`
	ErrorType    string  `json:"errorType,omitempty"`
	Milliseconds float64 `json:"-"`
}

func (r initReport) line() string {
	return fmt.Sprintf("INIT_REPORT Init Duration: %.2f ms\tPhase: %s\tStatus: %s\tError Type: %s\n",
		r.Milliseconds, r.Phase, r.Status, r.ErrorType)
}
func (initReport) kind() string { return "platform.initReport" }

func (r initReport) record() any {
	return struct {
		Type string `json:"initializationType"`
		initReport
		Metrics any `json:"metrics"`
	}{"on-demand", r, struct {
		Milliseconds float64 `json:"durationMs"`
	}{r.Milliseconds}}
}

// report is what an invocation took.
type report struct {
	id, status, errorType string
	metrics               metrics
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

func (r report) line() string {
	var b strings.Builder
	fmt.Fprintf(&b, "REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %d MB\t",
		r.id, r.metrics.Milliseconds, r.metrics.Billed, r.metrics.Size)
	if r.metrics.Used > 0 {
		fmt.Fprintf(&b, "Max Memory Used: %d MB\t", r.metrics.Used)
	}
	if r.metrics.Init > 0 {
		fmt.Fprintf(&b, "Init Duration: %.2f ms\t", r.metrics.Init)
	}
	if r.status != "success" {
		fmt.Fprintf(&b, "Status: %s\t", r.status)
	}
	if r.errorType != "" && r.status != "timeout" {
		fmt.Fprintf(&b, "Error Type: %s\t", r.errorType)
	}
	return b.String() + "\n"
}
func (report) kind() string { return "platform.report" }

func (r report) record() any {
	return struct {
		ID        string  `json:"requestId"`
		Status    string  `json:"status"`
		ErrorType string  `json:"errorType,omitempty"`
		Metrics   metrics `json:"metrics"`
	}{r.id, r.status, r.errorType, r.metrics}
}
