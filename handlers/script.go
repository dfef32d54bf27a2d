package handlers

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"sqlambda/engine"
	"sqlambda/event"
	"sqlambda/handlers/script"
	"sqlambda/internal/jsontext"
)

// executable is a handler that is an executable file: a process for each invocation, which
// gets the event and writes the response, or one that is kept, which gets a line of JSON and
// answers with one.
type executable struct {
	config   *Config
	name     string // of the file, as errors tell it
	program  script.Program
	kept     *script.Kept // nil: a process for each invocation
	text     bool         // the output is a string
	function []byte       // what the context says of the function: members of a JSON object
	log      programLog
	line     []byte // to a kept process
	buffer   []byte // a response that is not the output as it is
}

// The values of SQLAMBDA_SCRIPT.
const (
	scriptLines = "lines"
	scriptText  = "text"
)

// ScriptMode returns the value of SQLAMBDA_SCRIPT: lines, for a process that is kept, text, for
// output that is no JSON, or nothing. Its error is the one of the init.
func ScriptMode(lookup func(name string) (value string, ok bool)) (string, error) {
	mode, _ := lookup("SQLAMBDA_SCRIPT")
	switch mode {
	case "", scriptText, scriptLines:
		return mode, nil
	}
	return "", newError(InitFailed, "SQLAMBDA_SCRIPT is %q: it is lines, for a process that is kept, or text, for output that is no JSON", mode)
}

// loadScript readies the executable file that the handler string names. A handler that is
// only described starts no process.
func (l *loading) loadScript() error {
	x := &executable{config: &l.config, name: l.Script, log: programLog{config: &l.config}}
	l.script = x
	command, err := programIn(l.config.Root, x.name)
	if err != nil {
		return newError(InvalidHandler, "%s cannot be run: %v", x.name, err)
	}
	x.program = script.Program{Command: command, Name: x.name, Dir: l.config.Root, MaxOutput: MaxResponse + len("\r\n"), Log: x.log.line}
	if l.config.Environ != nil {
		x.program.Environment = withoutContext(l.config.Environ())
	}
	mode, err := ScriptMode(l.config.LookupEnv)
	if err != nil {
		return err
	}
	x.text = mode == scriptText
	if mode == scriptLines {
		x.function = appendFunction(nil, l.config.LookupEnv)
		x.kept = &script.Kept{Program: &x.program, Rapid: l.config.Rapid}
	}
	if x.kept != nil && !l.goesOn {
		if err := x.kept.Start(); err != nil {
			return newError(InitFailed, "%s cannot be started: %v", x.name, err)
		}
	}
	return nil
}

// close ends the kept process, and the program.
func (x *executable) close() {
	if x.kept != nil {
		x.kept.Close()
	}
	x.program.Close()
}

// invoke gives the event to the program and returns its response, valid until the next call.
func (x *executable) invoke(inv *Invocation) ([]byte, error) {
	if _, err := event.Parse(inv.Event); err != nil {
		return nil, newError(InvalidEvent, "%v", err)
	}
	if x.kept != nil {
		if err := x.kept.Start(); err != nil {
			return nil, programError(x.name, err, time.Time{}, "")
		}
	}
	x.log.requestID = inv.RequestID
	defer func() { x.log.requestID = "" }()
	started := time.Now()
	var until time.Time
	if inv.Deadline != 0 {
		left, margin := x.config.left(inv, started)
		until = started.Add(left - margin)
	}
	output, err := x.run(inv, until)
	if err != nil {
		hint := ""
		if x.kept != nil {
			hint = "SQLAMBDA_SCRIPT=lines: " + answersLines
		}
		return nil, programError(x.name, err, started, hint)
	}
	return x.response(output)
}

// run returns the output of the program.
func (x *executable) run(inv *Invocation, until time.Time) ([]byte, error) {
	if x.kept == nil {
		return x.program.Run(inv.Event, x.environment(inv), until)
	}
	if cap(x.line) > largestKept {
		x.line = nil
	}
	x.line = x.appendLine(x.line[:0], inv)
	return x.kept.Ask(x.line, until)
}

// contextVariables tell a process of its invocation.
var contextVariables = [...]struct {
	name  string
	value func(inv *Invocation) string
}{
	{"LAMBDA_REQUEST_ID", func(inv *Invocation) string { return inv.RequestID }},
	{"LAMBDA_INVOKED_FUNCTION_ARN", func(inv *Invocation) string { return inv.FunctionARN }},
	{"LAMBDA_DEADLINE_MS", func(inv *Invocation) string { return strings.TrimPrefix(strconv.FormatInt(inv.Deadline, 10), "0") }},
	{"_X_AMZN_TRACE_ID", func(inv *Invocation) string { return inv.TraceID }},
	{"LAMBDA_TENANT_ID", func(inv *Invocation) string { return inv.TenantID }},
	{"LAMBDA_CLIENT_CONTEXT", func(inv *Invocation) string { return inv.ClientContext }},
	{"LAMBDA_COGNITO_IDENTITY", func(inv *Invocation) string { return inv.CognitoIdentity }},
}

// environment returns the variables that a process of an invocation has beside its function's.
func (x *executable) environment(inv *Invocation) (variables []string) {
	for _, v := range contextVariables {
		if value := v.value(inv); value != "" {
			variables = append(variables, v.name+"="+value)
		}
	}
	return variables
}

// withoutContext is an environment without the variables of an invocation: of two with one
// name, C takes the first and a shell the last.
func withoutContext(environment []string) []string {
	return slices.DeleteFunc(environment, func(variable string) bool {
		for _, v := range contextVariables {
			if strings.HasPrefix(variable, v.name+"=") {
				return true
			}
		}
		return false
	})
}

// appendLine appends the line that a kept process gets: {"event":…,"context":{…}}.
func (x *executable) appendLine(b []byte, inv *Invocation) []byte {
	b = append(b, `{"event":`...)
	start := len(b)
	b = append(b, inv.Event...)
	for i, c := range b[start:] {
		if c == '\n' || c == '\r' { // in JSON, line breaks stand between tokens only
			b[start+i] = ' '
		}
	}
	b = append(append(b, `,"context":{`...), x.function...)
	for _, member := range [...]struct{ name, text string }{
		{"awsRequestId", inv.RequestID},
		{"invokedFunctionArn", inv.FunctionARN},
		{"traceId", inv.TraceID},
		{"tenantId", inv.TenantID},
	} {
		if member.text != "" {
			b = jsontext.Append(appendName(b, member.name), member.text)
		}
	}
	for _, member := range [...]struct{ name, json string }{
		{"identity", inv.CognitoIdentity},
		{clientContext, inv.ClientContext},
	} {
		if parsed(member.json).Exists() {
			b = jsontext.AppendValue(appendName(b, member.name), []byte(member.json))
		}
	}
	if inv.Deadline != 0 {
		b = strconv.AppendInt(appendName(b, "deadlineMs"), inv.Deadline, 10)
	}
	return append(b, "}}\n"...)
}

// appendFunction appends the members of the context that stay the same.
func appendFunction(b []byte, lookup func(string) (string, bool)) []byte {
	for _, v := range contextValues {
		if text, _ := lookup(v.variable); text != "" {
			b = jsontext.Append(appendName(b, v.name), text)
		}
	}
	if size, _ := lookup("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"); parsed(size).Value().Kind == event.Integer {
		b = append(appendName(b, "memoryLimitInMB"), size...)
	}
	return b
}

// appendName appends the name of an object's member, behind the one before it.
func appendName(b []byte, name string) []byte {
	if len(b) > 0 && b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	return append(append(append(b, '"'), name...), '"', ':')
}

// response makes the response of the output.
func (x *executable) response(output []byte) ([]byte, error) {
	if x.text {
		x.buffer = jsontext.AppendUpTo(MaxResponse, x.buffer[:0], bytes.TrimRight(output, "\r\n"))
		if len(x.buffer) > MaxResponse {
			return nil, programError(x.name, script.ErrTooLarge, time.Time{}, "")
		}
		return x.buffer, nil
	}
	output = bytes.TrimSpace(output)
	switch {
	case len(output) == 0:
		return []byte("null"), nil
	case len(output) > MaxResponse:
		return nil, programError(x.name, script.ErrTooLarge, time.Time{}, "")
	}
	if _, err := event.Parse(output); err != nil {
		return nil, newError(InvalidResult, "the output of %s is not JSON: %s", x.name, event.Problem(string(output)))
	}
	if x.kept != nil {
		if err := reportedError(output); err != nil {
			return nil, err
		}
	}
	return output, nil
}

// reportedError is the error that an answer {"error":{"type":…,"message":…}} reports, nil for
// any other answer.
func reportedError(answer []byte) error {
	rest := afterToken(afterToken(string(answer), "{"), `"error"`)
	if rest == "" { // as in most answers
		return nil
	}
	e, _ := event.Parse(answer) // response has checked it
	failure := e.Lookup("error")
	if !failure.IsObject() || afterToken(afterToken(rest, ":"), failure.JSON()) != "}" {
		return nil
	}
	// The type outlives the answer, whose memory the next one takes.
	return newError(strings.Clone(cmp.Or(failure.Field("type").Text, Unknown)), "%s", failure.Field("message").Text)
}

// afterToken returns what comes after a token at the beginning of a JSON text and the white
// space behind it; nothing if the text begins otherwise.
func afterToken(text, token string) string {
	rest, _ := strings.CutPrefix(text, token)
	return strings.TrimLeft(rest[:len(rest)*min(1, len(text)-len(rest))], " \t\r")
}

// programError is the error of a program that did not answer. The hint is for a kept process.
func programError(name string, err error, started time.Time, hint string) *Error {
	if hint != "" {
		hint = " (" + hint + ")"
	}
	var exit *script.ExitError
	var unasked *script.UnaskedError
	switch {
	case errors.As(err, &exit):
		return exitError(name, exit, hint)
	case err == script.ErrDeadline:
		return newError(Timeout, "%s was killed shortly before the invocation's deadline: it had run for %s%s", name, time.Since(started).Round(time.Millisecond), hint)
	case err == script.ErrTooLarge:
		return newError(ResponseSizeTooLarge, "the output of %s is larger than Lambda's 6 MiB", name)
	case err == script.ErrClosed, errors.As(err, &unasked):
		return newError(ExitStatus, "%s: %v", name, err)
	}
	return newError(ExitStatus, "%s cannot be started: %v", name, err)
}

// exitError is the error of a program that ended without success. It may say which, as the
// last line of its output: {"errorType":…,"errorMessage":…}.
func exitError(name string, exit *script.ExitError, hint string) *Error {
	output := bytes.TrimSpace(exit.Output)
	last := output[bytes.LastIndexByte(output, '\n')+1:]
	if e, err := event.Parse(last); err == nil && e.IsObject() {
		if kind := e.Field("errorType").Text; kind != "" {
			return newError(strings.Clone(kind), "%s", e.Field("errorMessage").Text)
		}
	}
	message := name + " ended with " + exit.Status
	if exit.Status == "exit status 0" { // it is kept
		message = name + " ended without an answer" + hint
	}
	if exit.Stderr != "" {
		message += ":\n" + exit.Stderr
	}
	return newError(ExitStatus, "%s", message)
}

// programLog writes what a program says on standard error.
type programLog struct {
	config    *Config
	requestID string // of the invocation that runs
}

// line writes a line, at the level that it begins with.
func (l *programLog) line(line string) {
	level, message := engine.Info, line
	word, rest, _ := strings.Cut(line, " ")
	switch named := engine.Level(strings.TrimSuffix(word, ":")); named {
	case engine.Debug, engine.Info, engine.Warn, engine.Error:
		level, message = named, strings.TrimSpace(rest)
	}
	l.config.Log(l.requestID, level, message, "")
}
