package main

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"sqlambda/cmd/sqlambda/internal/suite"
	"sqlambda/engine"
	"sqlambda/handlers"
)

// outcome is what an invocation gave: the document of "sqlambda invoke --json". Error is
// null if the handler gave a response, which may itself be null.
type outcome struct {
	Handler    string          `json:"handler"`
	RequestID  string          `json:"requestId"`
	Response   json.RawMessage `json:"response"`
	Error      json.RawMessage `json:"error"`
	Logs       []logLine       `json:"logs"`
	InitMs     suite.Duration  `json:"initMs"`
	DurationMs suite.Duration  `json:"durationMs"`

	invoked time.Time // when the invocation began
}

// logLine is a line of the handler's log. Fields is the JSON that the handler gave with
// its message.
type logLine struct {
	Level   string          `json:"level"`
	Message string          `json:"message"`
	Fields  json.RawMessage `json:"fields,omitempty"`
}

func since(start time.Time) suite.Duration { return suite.Duration(time.Since(start)) }

// log keeps a log line.
func (o *outcome) log(_ string, level engine.Level, message, fields string) {
	o.Logs = append(o.Logs, logLine{string(level), message, json.RawMessage(fields)})
}

// invoke loads a handler and invokes it once.
func (o *outcome) invoke(config handlers.Config, invocation *handlers.Invocation, timeout time.Duration) (err error) {
	start := time.Now()
	handler, err := handlers.Load(config)
	o.InitMs = since(start)
	if err != nil {
		return err
	}
	o.invoked = time.Now()
	invocation.Deadline = o.invoked.Add(timeout).UnixMilli()
	response, err := handler.Invoke(invocation)
	o.DurationMs = since(o.invoked)
	o.Response = slices.Clone(response)
	return cmp.Or(err, handler.Close())
}
