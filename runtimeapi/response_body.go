package runtimeapi

import (
	"bytes"
	"errors"
	"strconv"
)

// framing is how the end of a body is known.
type framing int8

const (
	untilClose framing = iota
	byLength
	byChunks
)

// advanceBody takes note of what has come of the body.
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
		err = tooLarge("body", MaxPayload)
	}
	return done, err
}

// chunks is where the reading of a chunked body (RFC 9112, section 7.1) is. Chunks are
// moved together in place: the response's length counts what of the body is in order.
type chunks struct {
	next  int // where in the buffer the next byte to look at is
	left  int // of the data of the current chunk
	stage chunkStage
}

type chunkStage int8

const (
	chunkSize chunkStage = iota
	chunkBytes
	chunkDataEnd
	chunkTrailers
)

// maxChunkLine is the most a chunk's size and its extensions, or a trailer, may take.
const maxChunkLine = 4 << 10

var (
	errChunk     = errors.New("a chunked body is not formed as HTTP/1.1 has it")
	errChunkLine = errors.New("a line in a chunked body is too long")
)

// unchunk takes apart what has come and tells whether the body is whole.
func (r *response) unchunk() (done bool, err error) {
	for whole := true; whole; {
		if r.chunks.stage == chunkBytes {
			whole = r.chunkData()
		} else if whole, done, err = r.chunkLine(); done || err != nil {
			return done, err
		}
	}
	// What is left over waits at the end of the body: trailers and sizes take no room.
	c := &r.chunks
	end := r.line + r.length
	r.filled = end + copy(r.buffer[end:], r.buffer[c.next:r.filled])
	c.next = end
	return false, nil
}

// chunkLine takes a line that stands between the data.
func (r *response) chunkLine() (whole, done bool, err error) {
	c := &r.chunks
	line, whole, fits := r.cutLine(&c.next, maxChunkLine)
	if !fits {
		return false, false, errChunkLine
	}
	if !whole {
		return false, false, nil
	}
	line, ok := bytes.CutSuffix(line, []byte{'\r'}) // RFC 9112, section 2.2
	ok = ok && bytes.IndexByte(line, '\r') < 0
	switch c.stage {
	case chunkSize:
		size, isSize := parseChunkSize(line)
		if ok = ok && isSize; ok && r.length+size > MaxPayload {
			return true, false, tooLarge("body", MaxPayload)
		}
		c.left, c.stage = size, chunkBytes
		if size == 0 {
			c.stage = chunkTrailers
		}
	case chunkDataEnd:
		ok = ok && len(line) == 0
		c.stage = chunkSize
	case chunkTrailers:
		if done = ok && len(line) == 0; done {
			r.ends = r.ends || r.filled > c.next
			return true, true, nil
		}
		_, _, isField := cutField(line)
		ok = ok && isField
	}
	if !ok {
		return true, false, errChunk
	}
	return true, false, nil
}

// chunkData moves what has come of a chunk's data to the end of the body.
func (r *response) chunkData() (whole bool) {
	c := &r.chunks
	n := min(c.left, r.filled-c.next)
	copy(r.buffer[r.line+r.length:], r.buffer[c.next:c.next+n])
	r.length += n
	c.next += n
	c.left -= n
	if c.left == 0 {
		c.stage = chunkDataEnd
	}
	return c.left == 0
}

// parseChunkSize reads hexadecimal digits, up to blanks that end the line or the semicolon
// that begins the extensions; like net/http it takes no blank before that.
func parseChunkSize(line []byte) (size int, ok bool) {
	digits, _, _ := bytes.Cut(bytes.TrimRight(line, " \t"), []byte{';'})
	n, err := strconv.ParseUint(string(digits), 16, 32)
	return int(n), err == nil && len(digits) <= 8
}
