package runtimeapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// strictly is a pattern that Lambda, as its emulator shows, tests error types with.
var strictly = regexp.MustCompile(`^(Runtime|Function)\.[A-Z][a-zA-Z]+$`)

func TestHeaderType(t *testing.T) {
	for errorType, want := range map[string]string{
		"Function.SQLError":       "Function.SQLError",
		"Runtime.HandlerNotFound": "Runtime.HandlerNotFound",
		"OrderMissing":            "Function.OrderMissing",
		"order_missing":           "Function.OrderMissing",
		"not found":               "Function.NotFound",
		"Function.not-found":      "Function.NotFound",
		"Error404":                "Function.Error",
		"Sandbox.Timedout":        "Function.SandboxTimedout",
		"com.example.Missing":     "Function.ComExampleMissing",
		"404":                     "Function.Unknown",
		"é":                       "Function.Unknown",
		"":                        "Function.Unknown",
		"Runtime.":                "Runtime.Unknown",
		"Runtime.X":               "Runtime.Unknown",
	} {
		if got := headerType(errorType); got != want {
			t.Errorf("%q travels as %q, want %q", errorType, got, want)
		}
	}
}

func FuzzHeaderType(f *testing.F) {
	f.Add("Function.SQLError")
	f.Add("not found")
	f.Fuzz(func(t *testing.T, errorType string) {
		got := headerType(errorType)
		if !strictly.MatchString(got) || len(got) > maxHeaderType {
			t.Fatalf("%q travels as %q: Lambda would not record that", errorType, got)
		}
		if strictly.MatchString(errorType) && len(errorType) <= maxHeaderType && got != errorType {
			t.Fatalf("%q travels as %q", errorType, got)
		}
	})
}

func TestCause(t *testing.T) {
	e := &Error{Type: "Function.SQLError", Message: "no \"table\"", StackTrace: []string{
		"orders.sql:12:8 (list)", "orders.sql:1:1", "/src/a b/main.go:7 (main.(*T).run)", "elsewhere",
	}}
	want := `{"working_directory":"/var/task","exceptions":[{"type":"Function.SQLError","message":"no \"table\"","stack":[` +
		`{"path":"orders.sql","line":12,"label":"list"},{"path":"orders.sql","line":1,"label":""},` +
		`{"path":"/src/a b/main.go","line":7,"label":"main.(*T).run"},{"path":"elsewhere","line":0,"label":""}]}],` +
		`"paths":["orders.sql","/src/a b/main.go","elsewhere"]}`
	if got := e.cause("/var/task"); got != want {
		t.Errorf("cause: %s\nwant:  %s", got, want)
	}
}

// FuzzError: whatever the error, its reports are JSON that says it, and the cause fits
// in a header.
func FuzzError(f *testing.F) {
	f.Add("Function.X", "a\x00\"\\\r\n\x7f\xffé", "orders.sql:12:8 (list)")
	f.Add(strings.Repeat("é", maxType), strings.Repeat("é", maxMessage), "")
	f.Fuzz(func(t *testing.T, errorType, message, place string) {
		e := &Error{Type: errorType, Message: message, StackTrace: []string{place}}
		var report struct {
			ErrorType, ErrorMessage string
			StackTrace              []string
		}
		body := e.appendJSON(nil)
		if err := json.Unmarshal(body, &report); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		if report.ErrorType != validUTF8(cut(errorType, maxType)) || report.ErrorMessage != validUTF8(cut(message, maxMessage)) ||
			!reflect.DeepEqual(report.StackTrace, []string{validUTF8(place)}) {
			t.Fatalf("%s", body)
		}
		cause := []byte(e.cause(message[:min(len(message), 100)]))
		if !json.Valid(cause) || bytes.ContainsFunc(cause, unicode.IsControl) || len(cause) > 64<<10 {
			t.Fatalf("cause of %d bytes: %.200s", len(cause), cause)
		}
	})
}

func TestCut(t *testing.T) {
	for _, test := range []struct {
		text, want string
		max        int
	}{
		{"abcdef", "abcdef", 6},
		{"abcdefg", "abc…", 6},
		{"ééééé", "é…", 6},
		{strings.Repeat("\xff", 10), "\xff\xff\xff…", 6},
	} {
		if got := cut(test.text, test.max); got != test.want {
			t.Errorf("%q cut to %d bytes: %q, want %q", test.text, test.max, got, test.want)
		}
	}
}

// TestAsError: the caller sees what the *Error says, the log also what is around it.
func TestAsError(t *testing.T) {
	known := &Error{Type: "Order.Empty", Message: "no lines", Detail: "order 7"}
	for name, test := range map[string]struct {
		err                   error
		kind, message, detail string
	}{
		"itself":  {known, "Order.Empty", "no lines", "order 7"},
		"wrapped": {fmt.Errorf("total: %w", known), "Order.Empty", "no lines", "total: Order.Empty: no lines\norder 7"},
		"joined":  {errors.Join(io.EOF, &Error{Type: "A", Message: "b"}), "A", "b", "EOF\nA: b"},
		"another": {io.EOF, "Function.Unknown", "EOF", ""},
		"no type": {&Error{Message: "m"}, "Function.Unknown", "m", ""},
	} {
		e := asError(test.err, FunctionUnknown)
		if e.Type != test.kind || e.Message != test.message || e.Detail != test.detail {
			t.Errorf("%s: %+v, want %+v", name, e, test)
		}
	}
	if known.Detail != "order 7" {
		t.Errorf("the handler's own error was changed: %+v", known)
	}
}

func TestErrorUnwraps(t *testing.T) {
	err := error(&Error{Type: "Function.X", Message: "m", Cause: io.EOF})
	if !errors.Is(err, io.EOF) || err.Error() != "Function.X: m" {
		t.Errorf("%v", err)
	}
}

// TestNothing: what a program forgets to give is told, or does no harm.
func TestNothing(t *testing.T) {
	var log safeBuffer
	r := &Runtime{Log: Environment{}.Logger(&log)}
	if err := r.Serve(nil, nil); err == nil || !strings.Contains(log.String(), "FATAL\truntimeapi: Serve was given no handler") {
		t.Errorf("Serve without a handler: %v, log %q", err, &log)
	}
	if err := (&Runtime{}).Serve(nil, nil); err == nil { // without a Log
		t.Error("Serve without a handler gave no error")
	}
	var none *Logger
	none.Error("request-1", &Error{Type: "A", Message: "b"})
	new(Invocation).Abandon(io.EOF)
}
