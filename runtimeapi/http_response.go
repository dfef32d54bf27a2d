package runtimeapi

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// response reads one HTTP/1.1 response out of a buffer that is used again for the next:
// the head, and behind it the body, from which chunks are taken out in place. It is fed
// by space and advance, and the result is the same however the bytes are split:
//
//	n := read(r.space())
//	done, err := r.advance(n) // 0: the connection has ended
//
// Lines of the head may end in LF alone, as net/http takes them. It refuses folded header lines,
// transfer codings other than chunked, and lengths that contradict each other.
type response struct {
	buffer []byte
	filled int // buffer[:filled] was read
	next   int // where the next line begins, of the head or between chunks
	body   int // where the body begins, or 0 until the head is whole

	status  int
	old     bool    // HTTP/1.0
	ends    bool    // the connection is not to be used for another request
	fields  []field // the headers whose names begin with Lambda-
	framing framing // how the end of the body is known
	length  int     // of the body: in all, or of what has arrived
	left    int     // bytes that the current chunk still has
	stage   chunkStage

	idle int // responses in a row that a small buffer would have held
}

// field is a header as it came.
type field struct{ name, value []byte }

const (
	maxHead = 64 << 10
	// smallBuffer holds nearly every response, so that one read gets a head and its body. A
	// larger buffer is dropped after idleResponses that did not need it.
	smallBuffer   = 16 << 10
	idleResponses = 32
)

var (
	errCutOff    = errors.New("the connection ended in the middle of a response")
	errHeadLarge = errors.New("a response's head has more than 65536 bytes")
	errBodyLarge = errors.New("a response's body has more than 6291556 bytes")
)

// reset prepares for the next response. What the methods returned for the last one is void.
func (r *response) reset() {
	r.idle++
	if len(r.buffer) == smallBuffer || r.filled > smallBuffer {
		r.idle = 0
	}
	if r.buffer == nil || r.idle >= idleResponses {
		r.buffer, r.idle = make([]byte, smallBuffer), 0
	}
	r.filled, r.next = 0, 0
	r.again()
}

// again forgets a response, but not what has arrived behind it.
func (r *response) again() {
	clear(r.fields) // they point into buffers that may have been dropped
	*r = response{buffer: r.buffer, filled: r.filled, next: r.next, idle: r.idle, fields: r.fields[:0]}
}

// space returns the room for the next bytes. It is never empty.
func (r *response) space() []byte {
	size := len(r.buffer)
	if r.body > 0 && r.framing == byLength {
		size = max(size, r.body+r.length)
	} else if r.filled == size {
		size *= 2
	}
	r.buffer = append(r.buffer, make([]byte, size-len(r.buffer))...)
	return r.buffer[r.filled:]
}

// advance takes n more bytes, 0 at the connection's end, and reports whether the response is whole.
func (r *response) advance(n int) (done bool, err error) {
	r.filled += n
	if n == 0 {
		r.ends = true
		if r.body == 0 || r.framing != untilClose {
			return false, errCutOff
		}
		return true, nil
	}
	for r.body == 0 {
		line, whole, err := r.cutLine(maxHead-r.next, errHeadLarge)
		if err != nil || !whole {
			return false, err
		}
		if err := r.headLine(bytes.TrimSuffix(line, []byte{'\r'})); err != nil {
			return false, err
		}
	}
	return r.advanceBody()
}

// payload returns the body of a complete response.
func (r *response) payload() []byte { return r.buffer[r.body : r.body+r.length : r.body+r.length] }

// value returns the first value of a header whose name begins with Lambda-, or an empty one.
func (r *response) value(name string) []byte {
	for _, f := range r.fields {
		if isName(f.name, name) {
			return f.value
		}
	}
	return nil
}

// cutLine returns the next line without its LF, if it is complete, or the error tooLong.
func (r *response) cutLine(limit int, tooLong error) (line []byte, whole bool, err error) {
	line, _, whole = bytes.Cut(r.buffer[r.next:r.filled], []byte{'\n'})
	if whole {
		r.next += len(line) + 1
	}
	if len(line) > limit {
		err = tooLong
	}
	return line, whole, err
}

func (r *response) headLine(line []byte) error {
	switch {
	case r.status == 0:
		return r.statusLine(line)
	case len(line) == 0:
		return r.headEnd()
	}
	return r.field(line)
}

// statusLine reads "HTTP/1.1 200 OK".
func (r *response) statusLine(line []byte) error {
	version, rest, _ := bytes.Cut(line, []byte{' '})
	digits, _, _ := bytes.Cut(rest, []byte{' '})
	status, ok := parseNumber(digits)
	r.status, r.old = int(status), string(version) == "HTTP/1.0"
	r.ends = r.old
	if !r.old && string(version) != "HTTP/1.1" || len(digits) != 3 || !ok || status < 100 {
		return fmt.Errorf("not an HTTP/1.1 response: it begins with %.64q", line)
	}
	return nil
}

// headEnd decides how to recognize the end of the body. It skips informational responses (100
// to 199), which the actual response follows.
func (r *response) headEnd() error {
	switch {
	case r.status == 101:
		return errors.New("the server switched to another protocol")
	case r.status < 200:
		r.again()
		return nil
	case r.status == 204 || r.status == 304:
		r.framing, r.length = byLength, 0
	}
	r.body = r.next
	r.ends = r.ends || r.framing == untilClose
	return nil
}

// field reads "Name: value". Headers that are not known here nor Lambda's are skipped.
func (r *response) field(line []byte) error {
	name, value, ok := cutField(line)
	const lambda = "Lambda-"
	switch {
	case !ok:
		return fmt.Errorf("not a header: %.64q", line)
	case len(name) > len(lambda) && isName(name[:len(lambda)], lambda):
		r.fields = append(r.fields, field{name, value})
	case isName(name, "Connection"):
		for option := range bytes.SplitSeq(value, []byte{','}) {
			r.ends = r.ends || strings.EqualFold(string(bytes.TrimSpace(option)), "close")
		}
	case isName(name, "Transfer-Encoding"):
		if r.old || r.framing == byChunks || !strings.EqualFold(string(value), "chunked") {
			return fmt.Errorf("cannot read Transfer-Encoding: %.64q", value)
		}
		r.framing, r.length = byChunks, 0
	case isName(name, "Content-Length"):
		return r.contentLength(value)
	}
	return nil
}

func (r *response) contentLength(value []byte) error {
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

// cutField splits "Name: value" and trims the value. The name must be a token (RFC 9110, section
// 5.6.2). The value must have no control characters but tabs: with others, it could not be sent
// back as a header.
func cutField(line []byte) (name, value []byte, ok bool) {
	name, value, ok = bytes.Cut(line, []byte{':'})
	value = bytes.TrimSpace(value)
	for _, c := range value {
		ok = ok && (c >= ' ' || c == '\t') && c != 0x7f
	}
	return name, value, ok && isToken(name)
}

// isName reports whether a token is a name, in any case.
func isName(token []byte, name string) bool {
	if len(token) != len(name) {
		return false
	}
	for i, c := range token {
		if c|0x20 != name[i]|0x20 {
			return false
		}
	}
	return true
}

func isToken(text []byte) bool {
	for _, c := range text {
		usual := c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '-'
		if !usual && strings.IndexByte("_.!#$%&'*+^`|~", c) < 0 {
			return false
		}
	}
	return len(text) > 0
}

// parseNumber reads a decimal number and nothing else.
func parseNumber(text []byte) (n int64, ok bool) {
	number, err := strconv.ParseUint(string(text), 10, 63)
	if err != nil {
		return 0, false
	}
	return int64(number), true
}
