package runtimeapi

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"sqlambda/internal/jsontext"
)

// Error is an error as the caller of a function sees it.
type Error struct {
	// Type is a stable name, such as Function.Panic, that callers and alarms test for. It is
	// cut after 256 bytes; if it is empty, [FunctionUnknown] is sent, or [RuntimeInitFailed].
	//
	// The caller gets it as it is. For the header Lambda-Runtime-Function-Error-Type, Lambda
	// knows only Function.Name and Runtime.Name of letters: Svg.Template is
	// Function.SvgTemplate there.
	Type string
	// Message is for people. It is cut after 256 KiB.
	Message string
	// StackTrace lists places, the innermost first, such as "orders.sql:12:8 (list)".
	StackTrace []string
	// Detail is added in the log, such as the lines of the places. It is not sent.
	Detail string
	// Fatal makes [Runtime.Serve] end after the report, so that Lambda starts another process.
	Fatal bool
	// Cause is what Unwrap returns. It is not sent.
	Cause error
}

// Error returns the type and the message.
func (e *Error) Error() string { return e.Type + ": " + e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// asError finds the *Error in err, or makes one of the type given. What is around the one that it
// finds is for the log: the caller of the function sees what the *Error says.
func asError(err error, otherwise string) *Error {
	var found *Error
	if !errors.As(err, &found) {
		return &Error{Type: otherwise, Message: err.Error(), Cause: err}
	}
	e := *found
	e.Type = cmp.Or(e.Type, otherwise)
	if err != error(found) {
		e.Detail, e.Cause = strings.TrimSuffix(err.Error()+"\n"+e.Detail, "\n"), err
	}
	return &e
}

// The error types of this package. A handler's own errors have types that it defines.
const (
	// FunctionPanic is a panic of a handler. It is reported, then [Runtime.Serve] ends.
	FunctionPanic = "Function.Panic"
	// FunctionResponseSizeTooLarge is a response over [MaxPayload]. It is not sent.
	FunctionResponseSizeTooLarge = "Function.ResponseSizeTooLarge"
	// FunctionUnknown is an error of a handler that is not an [*Error].
	FunctionUnknown = "Function.Unknown"
	// RuntimeInitFailed is an error given to [Runtime.ReportInitError] that is not an
	// [*Error].
	RuntimeInitFailed = "Runtime.InitFailed"
)

// headerType returns the value of Lambda-Runtime-Function-Error-Type for an error type.
// Lambda records only Runtime.Name and Function.Name, where Name consists of letters and begins
// with a capital, and replaces anything else by Runtime.Unknown. So the type not_found is sent
// as Function.NotFound; the error's JSON keeps it as it is.
func headerType(errorType string) string {
	prefix, name, found := strings.Cut(errorType, ".")
	if !found || prefix != "Runtime" && prefix != "Function" {
		prefix, name = "Function", errorType
	}
	header := prefix + "."
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return r|0x20 < 'a' || r|0x20 > 'z' }) {
		if header += strings.ToUpper(word[:1]) + word[1:]; len(header) >= maxHeaderType {
			return header[:maxHeaderType]
		}
	}
	if len(header) < len(prefix)+3 {
		return prefix + ".Unknown"
	}
	return header
}

// Limits of what is sent of an error. The cause for X-Ray is a header: Lambda accepts 1 MiB of
// headers in all and crops the cause at 64 KiB.
const (
	maxMessage      = 256 << 10
	maxType         = 256
	maxHeaderType   = 128
	maxCauseMessage = 8 << 10
	maxCauseFrames  = 32
	maxCauseFrame   = 256
)

// appendJSON appends the body of an error report:
// {"errorType":"","errorMessage":"","stackTrace":[]}.
func (e *Error) appendJSON(b []byte) []byte { return append(e.appendFields(append(b, '{')), '}') }

func (e *Error) appendFields(b []byte) []byte {
	var places []string
	for _, place := range e.StackTrace {
		places = append(places, quote(place))
	}
	return fmt.Appendf(b, `"errorType":%s,"errorMessage":%s,"stackTrace":[%s]`,
		quote(cut(e.Type, maxType)), quote(cut(e.Message, maxMessage)), strings.Join(places, ","))
}

// cause is the value of the header Lambda-Runtime-Function-XRay-Error-Cause.
func (e *Error) cause(workingDirectory string) string {
	var stack, paths []string
	for _, place := range e.StackTrace[:min(len(e.StackTrace), maxCauseFrames)] {
		path, line, label := splitPlace(cut(place, maxCauseFrame))
		stack = append(stack, fmt.Sprintf(`{"path":%s,"line":%d,"label":%s}`, quote(path), line, quote(label)))
		if !slices.Contains(paths, quote(path)) {
			paths = append(paths, quote(path))
		}
	}
	return fmt.Sprintf(`{"working_directory":%s,"exceptions":[{"type":%s,"message":%s,"stack":[%s]}],"paths":[%s]}`,
		quote(workingDirectory), quote(cut(e.Type, maxType)), quote(cut(e.Message, maxCauseMessage)),
		strings.Join(stack, ","), strings.Join(paths, ","))
}

func quote(text string) string { return string(jsontext.Append(nil, text)) }

// splitPlace splits "path:line:column (label)", where all but the path may be missing.
func splitPlace(place string) (path string, line int, label string) {
	path = place
	if before, after, ok := strings.Cut(place, " ("); ok && strings.HasSuffix(after, ")") {
		path, label = before, strings.TrimSuffix(after, ")")
	}
	for range 2 { // the column, then the line
		i := strings.LastIndexByte(path, ':')
		n, err := strconv.Atoi(path[i+1:])
		if i < 0 || err != nil {
			break
		}
		path, line = path[:i], n
	}
	return path, line, label
}

// cut shortens a text to at most max bytes, between characters.
func cut(text string, max int) string {
	if len(text) <= max {
		return text
	}
	const mark = "…"
	end := max - len(mark)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + mark
}
