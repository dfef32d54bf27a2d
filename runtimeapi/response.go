package runtimeapi

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// response reads one HTTP/1.1 response out of a buffer that is used again for the next:
// the head, and behind it the body, from which chunks are taken out in place. It is fed
// by space and advance, and the result is the same however the bytes are split:
//
//	n := read(r.space())
//	done, err := r.advance(n) // 0: the connection has ended
//
// Lines of the head may end in LF alone, as net/http takes them. Folded header lines,
// transfer codings other than chunked, and lengths that contradict each other are
// refused.
type response struct {
	buffer []byte
	filled int // buffer[:filled] was read
	line   int // where the first line begins that was not whole yet

	status  int
	old     bool    // HTTP/1.0
	ends    bool    // the connection is not to be used for another request
	inBody  bool    // the head is whole: the body begins at line
	framing framing // how the end of the body is known
	length  int     // of the body: the whole of it, or what of it is there
	chunks  chunks
	values  [knownHeaders]span

	idle int // responses in a row that a small buffer would have held
}

// framing is how the end of a body is known.
type framing int8

const (
	untilClose framing = iota
	byLength
	byChunks
)

const (
	maxHead = 64 << 10
	// smallBuffer holds nearly every response, so that a head and its body come in one
	// read. A larger one is given up after idleResponses that did not need it.
	smallBuffer   = 16 << 10
	idleResponses = 32
)

var (
	errCutOff       = errors.New("the connection ended in the middle of a response")
	errHeadTooLarge = fmt.Errorf("a response's head has more than %d bytes", maxHead)
	errBodyTooLarge = fmt.Errorf("a response's body has more than %d bytes", MaxPayload)
)

// reset makes ready for the next response. What the last one returned is no longer
// valid.
func (r *response) reset() {
	if len(r.buffer) > smallBuffer {
		r.idle++
		if r.filled > smallBuffer {
			r.idle = 0
		}
	}
	if r.buffer == nil || r.idle >= idleResponses {
		r.buffer = make([]byte, smallBuffer)
		r.idle = 0
	}
	*r = response{buffer: r.buffer, idle: r.idle}
}

// space is where the next bytes are to be read to. It is never empty.
func (r *response) space() []byte {
	need := r.filled + 1
	if r.inBody && r.framing == byLength {
		need = r.line + r.length
	}
	if need > len(r.buffer) {
		if need == r.filled+1 {
			need = 2 * len(r.buffer)
		}
		buffer := make([]byte, max(need, smallBuffer))
		copy(buffer, r.buffer[:r.filled])
		r.buffer = buffer
	}
	return r.buffer[r.filled:]
}

// started tells whether anything of the response has come.
func (r *response) started() bool { return r.filled > 0 }

// advance takes note of n more bytes, 0 at the end of the connection, and tells whether
// the response is whole.
func (r *response) advance(n int) (done bool, err error) {
	r.filled += n
	if n == 0 {
		r.ends = true
		if !r.inBody || r.framing != untilClose {
			return false, errCutOff
		}
		return true, nil
	}
	for !r.inBody {
		if whole, err := r.headLine(); err != nil || !whole {
			return false, err
		}
	}
	return r.advanceBody()
}

func (r *response) advanceBody() (done bool, err error) {
	switch r.framing {
	case byChunks:
		done, err = r.unchunk()
	case byLength:
		// More than was announced is no part of this response, and nothing was asked
		// that it could answer.
		r.ends = r.ends || r.filled > r.line+r.length
		done = r.filled >= r.line+r.length
	case untilClose:
		r.length = r.filled - r.line
	}
	if err == nil && r.length > MaxPayload {
		err = errBodyTooLarge
	}
	return done, err
}

// payload is the body of a response that is whole.
func (r *response) payload() []byte { return r.buffer[r.line : r.line+r.length : r.line+r.length] }

// arrived is what has come of a body, whole or not, once the head is whole.
func (r *response) arrived() []byte { return r.buffer[r.line:min(r.line+r.length, r.filled)] }

// value is the value of a header, empty where it was not sent.
func (r *response) value(h header) []byte { return r.buffer[r.values[h].from:r.values[h].to] }

// headLine reads a line of the head, if it is whole.
func (r *response) headLine() (whole bool, err error) {
	end := bytes.IndexByte(r.buffer[r.line:r.filled], '\n')
	if r.line+max(end, 0) > maxHead || end < 0 && r.filled > maxHead {
		return false, errHeadTooLarge
	}
	if end < 0 {
		return false, nil
	}
	from, to := r.line, r.line+end
	r.line = to + 1
	if to > from && r.buffer[to-1] == '\r' {
		to--
	}
	switch {
	case r.status == 0:
		return true, r.statusLine(r.buffer[from:to])
	case from == to:
		return true, r.headEnd()
	}
	return true, r.field(from, to)
}

// statusLine reads "HTTP/1.1 200 OK".
func (r *response) statusLine(line []byte) error {
	const form = "HTTP/1.x 200"
	if len(line) < len(form) || string(line[:7]) != "HTTP/1." || line[8] != ' ' ||
		len(line) > len(form) && line[len(form)] != ' ' {
		return notHTTP(line)
	}
	switch line[7] {
	case '0':
		r.old, r.ends = true, true
	case '1':
	default:
		return notHTTP(line)
	}
	for _, digit := range line[9:12] {
		if digit < '0' || digit > '9' {
			return notHTTP(line)
		}
		r.status = 10*r.status + int(digit-'0')
	}
	if r.status < 100 {
		return notHTTP(line)
	}
	return nil
}

func notHTTP(line []byte) error {
	return fmt.Errorf("this is no HTTP/1.1 response: it begins with %.64q", line)
}

// headEnd decides how the body's end is known. Informational responses (100 to 199) are
// skipped: the response proper follows.
func (r *response) headEnd() error {
	if r.status < 200 {
		if r.status == 101 {
			return errors.New("the connection was switched to another protocol")
		}
		*r = response{buffer: r.buffer, filled: r.filled, line: r.line, idle: r.idle}
		return nil
	}
	r.inBody = true
	if r.status == 204 || r.status == 304 {
		r.framing, r.length = byLength, 0
	}
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
func (r *response) field(from, to int) error {
	line := r.buffer[from:to]
	colon := bytes.IndexByte(line, ':')
	if colon <= 0 || !isToken(line[:colon]) || !isValue(line[colon+1:]) {
		return fmt.Errorf("this is no header: %.64q", line)
	}
	name := knownHeader(line[:colon])
	if name == headerOther {
		return nil
	}
	value := span{from + colon + 1, to}
	for value.from < value.to && isBlank(r.buffer[value.from]) {
		value.from++
	}
	for value.from < value.to && isBlank(r.buffer[value.to-1]) {
		value.to--
	}
	if name < knownHeaders {
		if r.values[name] == (span{}) {
			r.values[name] = value
		}
		return nil
	}
	return r.framingField(name, r.buffer[value.from:value.to])
}

// framingField takes a header that says where this response ends.
func (r *response) framingField(name header, value []byte) error {
	switch name {
	case headerConnection:
		r.ends = r.ends || listHas(value, "close")
		return nil
	case headerTransferEncoding:
		if r.old || r.framing == byChunks || !strings.EqualFold(string(value), "chunked") {
			return fmt.Errorf("cannot read Transfer-Encoding: %.64q", value)
		}
		r.framing = byChunks
		return nil
	}
	length, ok := parseNumber(value)
	switch {
	case !ok:
		return fmt.Errorf("this is no Content-Length: %.64q", value)
	case r.framing == byChunks: // chunks count, a length beside them does not
		return nil
	case r.framing == byLength && r.length != int(min(length, MaxPayload+1)):
		return fmt.Errorf("two lengths of one body: %d and %d", r.length, length)
	}
	r.framing, r.length = byLength, int(min(length, MaxPayload+1))
	return nil
}
