package runtimeapi

import (
	"bytes"
	"errors"
	"fmt"
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
	length  int     // of the body: in all, or of what has arrived
	chunks  chunks
	values  [knownHeaders][]byte

	idle int // responses in a row that a small buffer would have held
}

const (
	maxHead = 64 << 10
	// smallBuffer holds nearly every response, so that one read gets a head and its body. A
	// larger buffer is dropped after idleResponses that did not need it.
	smallBuffer   = 16 << 10
	idleResponses = 32
)

var errCutOff = errors.New("the connection ended in the middle of a response")

// tooLarge returns the error for a part of a response that is larger than its limit.
func tooLarge(part string, limit int) error {
	return fmt.Errorf("a response's %s has more than %d bytes", part, limit)
}

// reset prepares for the next response. What the methods returned for the last one is no
// longer valid.
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

// space returns the room for the next bytes. It is never empty.
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

// started reports whether a part of the response has arrived.
func (r *response) started() bool { return r.filled > 0 }

// advance processes n more bytes, 0 at the end of the connection, and reports whether the
// response is complete.
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

// payload returns the body of a complete response.
func (r *response) payload() []byte { return r.buffer[r.line : r.line+r.length : r.line+r.length] }

// arrived returns what has arrived of the body, once the head is complete.
func (r *response) arrived() []byte { return r.buffer[r.line:min(r.line+r.length, r.filled)] }

// value returns the value of a header, empty if it was not sent.
func (r *response) value(h header) []byte { return r.values[h] }

// cutLine returns the line at *at without its LF, if it is complete, and moves *at behind it. A
// line of more than limit bytes does not fit.
func (r *response) cutLine(at *int, limit int) (line []byte, whole, fits bool) {
	rest := r.buffer[*at:r.filled]
	line, _, whole = bytes.Cut(rest, []byte{'\n'})
	if len(line) > limit {
		return nil, false, false
	}
	if whole {
		*at += len(line) + 1
	}
	return line, whole, true
}
