package local

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// tailSize is how many bytes of an invocation's log its caller can get.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_ResponseSyntax
const tailSize = 4 << 10

// functionLog is the log of an environment. The process writes to a pipe. After its answer
// a mark is written behind, so that the answer waits for the lines before it.
type functionLog struct {
	log        *Log
	function   string
	structured bool     // the function logs JSON
	pipe       *os.File // to write to; closed when the process has ended
	mark       []byte
	marked     chan struct{} // for each mark that was read; closed at the end of the pipe

	mu   sync.Mutex
	last []byte // of the invocation's log
}

func newFunctionLog(f *function, variables map[string]string) (*functionLog, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	g := &functionLog{
		log: f.lambda.Log, function: f.Name, structured: strings.EqualFold(variables["AWS_LAMBDA_LOG_FORMAT"], "JSON"),
		pipe: write, mark: []byte("\x00" + uuid.NewString()), marked: make(chan struct{}, 1),
	}
	f.lambda.owned.Go(func() { g.read(read) })
	return g, nil
}

// read passes the lines of the process on.
func (g *functionLog) read(pipe *os.File) {
	defer pipe.Close()
	defer close(g.marked)
	lines := bufio.NewReader(pipe)
	for {
		line, err := lines.ReadBytes('\n')
		line = bytes.TrimSuffix(line, []byte("\n"))
		own, marked := bytes.CutSuffix(line, g.mark)
		if len(own) > 0 || !marked && err == nil {
			record, text := ownLine(own, g.structured)
			g.keep(append(bytes.Clone(own), '\n'))
			g.log.Event(g.function, "function", text, record)
		}
		if marked {
			g.marked <- struct{}{}
		}
		if err != nil {
			return
		}
	}
}

// flush waits until the lines that the process has written are in the log.
func (g *functionLog) flush() {
	g.pipe.Write(append(bytes.Clone(g.mark), '\n')) // or the pipe ends
	<-g.marked
}

// begin begins the log of an invocation. It includes the log of the init before it.
func (g *functionLog) begin(inv *invocation) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !inv.logging {
		inv.logging, g.last = true, nil
	}
}

// tail is the end of the invocation's log.
func (g *functionLog) tail() []byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.last
}

func (g *functionLog) keep(line []byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := append(g.last, line...)
	g.last = bytes.Clone(all[max(0, len(all)-tailSize):])
}

// platform logs an event of Lambda, in the function's format: a line of text and, where the
// Telemetry API has such an event, its type and record.
func (g *functionLog) platform(kind, line string, record *platformRecord) {
	if g.structured {
		line = ""
		if kind != "" {
			line = string(encode(telemetry{Time: now(), Type: kind, Record: record}))
		}
	}
	g.keep([]byte(line))
	g.log.Event(g.function, kind, line, record)
}

// platformRecord is the record of an event of Lambda.
// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
type platformRecord struct {
	ID             string   `json:"requestId,omitempty"`
	Version        string   `json:"version,omitempty"`
	Initialization string   `json:"initializationType,omitempty"`
	Phase          string   `json:"phase,omitempty"`
	Status         string   `json:"status,omitempty"`
	ErrorType      string   `json:"errorType,omitempty"`
	Metrics        *metrics `json:"metrics,omitempty"`
}

// metrics are the figures of a report. Since August 2025 the init is billed as well.
// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#ReportMetrics
type metrics struct {
	Milliseconds float64 `json:"durationMs"`
	Billed       int     `json:"billedDurationMs,omitempty"`
	Size         int     `json:"memorySizeMB,omitempty"`
	Used         int     `json:"maxMemoryUsedMB,omitempty"` // where the system tells
	Init         float64 `json:"initDurationMs,omitempty"`
}

func milliseconds(d time.Duration) float64 {
	return math.Round(float64(d)/float64(10*time.Microsecond)) / 100
}

// report is the line of text that says what an invocation took.
func (m *metrics) report(id string, out *outcome) string {
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
	if out.kind != "" && out.kind != timedOut {
		fmt.Fprintf(&b, "Error Type: %s\t", out.kind)
	}
	return b.String() + "\n"
}
