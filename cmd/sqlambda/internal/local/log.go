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

// Log writes what happens: the functions' own lines and Lambda's, as lines of text or,
// with JSON, as lines of JSON, one for each event of Lambda's Telemetry API and the name
// of the function besides.
// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
type Log struct {
	mu       sync.Mutex
	events   io.Writer
	messages io.Writer
	json     bool
}

// NewLog returns a log. Events take what functions and Lambda log, messages what requests
// there were and what the developer has to know.
func NewLog(events, messages io.Writer, json bool) *Log {
	return &Log{events: events, messages: messages, json: json}
}

// Warn writes a message for the developer.
func (l *Log) Warn(text string) { l.message("sqlambda: warning: " + text) }

func (l *Log) message(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintln(l.messages, text)
}

// Event writes an event of Lambda or, where no function is named, of sqlambda dev, which
// is only for programs.
func (l *Log) Event(function, kind, line string, record any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.json && kind != "":
		l.events.Write(encode(telemetry{time.Now().UTC().Format(timeForm), kind, function, record}))
	case !l.json:
		io.WriteString(l.events, line)
	}
}

// timeForm is a time as Lambda's events have it.
const timeForm = "2006-01-02T15:04:05.000Z"

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

// ownLine is a line that a function wrote, as a record and as people read it: the line
// breaks in a message are carriage returns in the function's log.
func ownLine(line []byte, structured bool) (record any, text string) {
	if structured && json.Valid(line) {
		return json.RawMessage(line), string(line) + "\n"
	}
	text = strings.ReplaceAll(string(line), "\r", "\n")
	return text, text + "\n"
}
