package runtimeapi

import (
	"bytes"
	"errors"
)

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
			continue
		}
		var line []byte
		line, whole, err = r.chunkLine()
		if err != nil {
			return false, err
		}
		if whole {
			if done, err = r.chunkFraming(line); done || err != nil {
				return done, err
			}
		}
	}
	// What is left over waits at the end of the body: trailers and sizes take no room.
	c := &r.chunks
	end := r.line + r.length
	r.filled = end + copy(r.buffer[end:], r.buffer[c.next:r.filled])
	c.next = end
	return false, nil
}

// chunkFraming takes a line that stands between the data.
func (r *response) chunkFraming(line []byte) (done bool, err error) {
	c := &r.chunks
	switch c.stage {
	case chunkSize:
		if c.left, err = parseChunkSize(line); err != nil {
			return false, err
		}
		if r.length+c.left > MaxPayload {
			return false, errBodyTooLarge
		}
		c.stage = chunkBytes
		if c.left == 0 {
			c.stage = chunkTrailers
		}
	case chunkDataEnd:
		if len(line) > 0 {
			return false, errChunk
		}
		c.stage = chunkSize
	case chunkTrailers:
		if len(line) == 0 {
			r.ends = r.ends || r.filled > c.next
			return true, nil
		}
		colon := bytes.IndexByte(line, ':')
		if colon <= 0 || !isToken(line[:colon]) || !isValue(line[colon+1:]) {
			return false, errChunk
		}
	}
	return false, nil
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

func (r *response) chunkLine() (line []byte, whole bool, err error) {
	c := &r.chunks
	rest := r.buffer[c.next:r.filled]
	end := bytes.IndexByte(rest, '\n')
	if end > maxChunkLine || end < 0 && len(rest) > maxChunkLine {
		return nil, false, errChunkLine
	}
	if end < 0 {
		return nil, false, nil
	}
	if end == 0 || bytes.IndexByte(rest[:end], '\r') != end-1 { // RFC 9112, section 2.2
		return nil, false, errChunk
	}
	c.next += end + 1
	return rest[:end-1], true, nil
}

// parseChunkSize reads hexadecimal digits, up to blanks that end the line or the semicolon
// that begins the extensions; like net/http it takes no blank before that.
func parseChunkSize(line []byte) (n int, err error) {
	line = bytes.TrimRight(line, " \t")
	if i := bytes.IndexByte(line, ';'); i >= 0 {
		line = line[:i]
	}
	if len(line) == 0 || len(line) > 8 {
		return 0, errChunk
	}
	for _, c := range line {
		digit := 0
		switch lower := c | 0x20; {
		case '0' <= c && c <= '9':
			digit = int(c - '0')
		case 'a' <= lower && lower <= 'f':
			digit = int(lower-'a') + 10
		default:
			return 0, errChunk
		}
		n = n<<4 | digit
	}
	return n, nil
}
