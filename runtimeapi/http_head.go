package runtimeapi

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// header is one of the headers this package reads; all others are skipped.
type header int

const (
	headerRequestID header = iota
	headerDeadline
	headerARN
	headerTraceID
	headerClientContext
	headerCognitoIdentity
	headerTenantID
	headerAttempt
	headerExtensionID
	knownHeaders // the values of those above are kept

	headerContentLength = iota - 1
	headerTransferEncoding
	headerConnection
)

var headerNames = [...]string{
	headerRequestID:        "lambda-runtime-aws-request-id",
	headerDeadline:         "lambda-runtime-deadline-ms",
	headerARN:              "lambda-runtime-invoked-function-arn",
	headerTraceID:          "lambda-runtime-trace-id",
	headerClientContext:    "lambda-runtime-client-context",
	headerCognitoIdentity:  "lambda-runtime-cognito-identity",
	headerTenantID:         "lambda-runtime-aws-tenant-id",
	headerAttempt:          "lambda-runtime-invocation-id",
	headerExtensionID:      "lambda-extension-identifier",
	headerContentLength:    "content-length",
	headerTransferEncoding: "transfer-encoding",
	headerConnection:       "connection",
}

// headLine reads a line of the head, if it is complete.
func (r *response) headLine() (whole bool, err error) {
	line, whole, fits := r.cutLine(&r.line, maxHead-r.line)
	if !fits {
		return false, tooLarge("head", maxHead)
	}
	if !whole {
		return false, nil
	}
	line = bytes.TrimSuffix(line, []byte{'\r'})
	switch {
	case r.status == 0:
		return true, r.statusLine(line)
	case len(line) == 0:
		return true, r.headEnd()
	}
	return true, r.field(line)
}

// statusLine reads "HTTP/1.1 200 OK".
func (r *response) statusLine(line []byte) error {
	const form = "HTTP/1.x 200"
	if len(line) < len(form) || len(line) > len(form) && line[len(form)] != ' ' {
		return notHTTP(line)
	}
	version := string(line[:9])
	status, ok := parseNumber(line[9:len(form)])
	if version != "HTTP/1.0 " && version != "HTTP/1.1 " || !ok || status < 100 {
		return notHTTP(line)
	}
	r.status, r.old = int(status), version == "HTTP/1.0 "
	r.ends = r.old
	return nil
}

func notHTTP(line []byte) error {
	return fmt.Errorf("not an HTTP/1.1 response: it begins with %.64q", line)
}

// headEnd decides how to recognize the end of the body. It skips informational responses (100
// to 199), which the actual response follows.
func (r *response) headEnd() error {
	switch {
	case r.status == 101:
		return errors.New("the server switched to another protocol")
	case r.status < 200:
		*r = response{buffer: r.buffer, filled: r.filled, line: r.line, idle: r.idle}
		return nil
	case r.status == 204 || r.status == 304:
		r.framing, r.length = byLength, 0
	}
	r.inBody = true
	switch r.framing {
	case untilClose:
		r.ends = true
	case byChunks:
		r.length = 0
		r.chunks = chunks{next: r.line}
	}
	return nil
}

// field reads "Name: value".
func (r *response) field(line []byte) error {
	name, value, ok := cutField(line)
	if !ok {
		return fmt.Errorf("not a header: %.64q", line)
	}
	h := header(slices.IndexFunc(headerNames[:], func(known string) bool { return isName(name, known) }))
	switch {
	case h < 0:
		return nil
	case h >= knownHeaders:
		return r.framingField(h, value)
	case r.values[h] == nil:
		r.values[h] = value
	}
	return nil
}

// framingField reads a header that says where the response ends.
func (r *response) framingField(name header, value []byte) error {
	switch name {
	case headerConnection:
		for option := range bytes.SplitSeq(value, []byte{','}) {
			r.ends = r.ends || strings.EqualFold(string(bytes.TrimSpace(option)), "close")
		}
		return nil
	case headerTransferEncoding:
		if r.old || r.framing == byChunks || !strings.EqualFold(string(value), "chunked") {
			return fmt.Errorf("cannot read Transfer-Encoding: %.64q", value)
		}
		r.framing = byChunks
		return nil
	}
	number, ok := parseNumber(value)
	length := int(min(number, MaxPayload+1))
	switch {
	case !ok:
		return fmt.Errorf("not a Content-Length: %.64q", value)
	case r.framing == byChunks: // RFC 9112: chunks override a length
		return nil
	case r.framing == byLength && r.length != length:
		return fmt.Errorf("two lengths of one body: %d and %d", r.length, number)
	}
	r.framing, r.length = byLength, length
	return nil
}

// cutField splits "Name: value" and trims the value.
func cutField(line []byte) (name, value []byte, ok bool) {
	name, value, ok = bytes.Cut(line, []byte{':'})
	return name, bytes.TrimSpace(value), ok && isToken(name) && isValue(value)
}

// isName reports whether a token, in any case, is a known name.
func isName(name []byte, known string) bool {
	if len(name) != len(known) {
		return false
	}
	for i, c := range name {
		if c|0x20 != known[i] {
			return false
		}
	}
	return true
}

// isToken reports whether text is a token of RFC 9110, section 5.6.2.
func isToken(text []byte) bool {
	for _, c := range text {
		usual := c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '-'
		if !usual && strings.IndexByte("_.!#$%&'*+^`|~", c) < 0 {
			return false
		}
	}
	return len(text) > 0
}

// isValue reports whether a header's value has no control characters but tabs: with others, it
// could not be sent back as a header.
func isValue(text []byte) bool {
	for _, c := range text {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// parseNumber reads a decimal number and nothing else.
func parseNumber(text []byte) (n int64, ok bool) {
	number, err := strconv.ParseUint(string(text), 10, 63)
	if err != nil {
		return 0, false
	}
	return int64(number), true
}
