package local

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Log writes the functions' own lines and Lambda's, as text or as JSON. A line of JSON is
// an event of Lambda's Telemetry API with the name of the function.
// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
type Log struct {
	// JSON says that events are written to Stdout. All else is text, and goes to Stderr:
	// requests and warnings and, without JSON, events.
	JSON           bool
	Stdout, Stderr io.Writer

	mu sync.Mutex
}

// Warn writes a message for the developer.
func (l *Log) Warn(text string) { l.message("sqlambda: warning: " + text) }

func (l *Log) message(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintln(l.Stderr, text)
}

// Event writes an event of Lambda or, without a function, of sqlambda dev. One without a
// line is only for programs.
func (l *Log) Event(function, kind, line string, record any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.JSON && kind != "":
		l.Stdout.Write(encode(telemetry{now(), kind, function, record}))
	case !l.JSON:
		io.WriteString(l.Stderr, line)
	}
}

// now is the time as Lambda's events have it.
func now() string { return time.Now().UTC().Format("2006-01-02T15:04:05.000Z") }

// telemetry is an event as the Telemetry API has it.
type telemetry struct {
	Time     string `json:"time"`
	Type     string `json:"type"`
	Function string `json:"function,omitempty"`
	Record   any    `json:"record"`
}

func encode(value any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.Encode(value) // it cannot fail
	return b.Bytes()
}

// ownLine returns a function's line as a record and as a text for people. The function
// logs the line breaks in a message as carriage returns.
func ownLine(line []byte, structured bool) (record any, text string) {
	if structured && json.Valid(line) {
		return json.RawMessage(line), string(line) + "\n"
	}
	text = strings.ReplaceAll(string(line), "\r", "\n")
	return text, text + "\n"
}
