package runtimeapi

import (
	"bytes"
	"errors"
	"strconv"
)

// framing says how the end of a body is recognized.
type framing int8

const (
	untilClose framing = iota
	byLength
	byChunks
)

// advanceBody processes what has arrived of the body.
func (r *response) advanceBody() (done bool, err error) {
	switch r.framing {
	case byChunks:
		done, err = r.unchunk()
	case byLength:
		// More than was announced is not a part of this response, and there is no other
		// request that it could answer.
		r.ends = r.ends || r.filled > r.body+r.length
		done = r.filled >= r.body+r.length
	case untilClose:
		r.length = r.filled - r.body
	}
	if err == nil && r.length > MaxPayload {
		err = errBodyLarge
	}
	return done, err
}

// chunkStage is what the next line is.
type chunkStage int8

const (
	chunkSize chunkStage = iota
	chunkDataEnd
	chunkTrailers
)

// maxChunkLine limits a chunk's size with its extensions, and a trailer.
const maxChunkLine = 4 << 10

var (
	errChunk     = errors.New("a chunked body is malformed")
	errChunkLine = errors.New("a line in a chunked body is too long")
)

// unchunk decodes what has arrived of a chunked body (RFC 9112, section 7.1) and reports whether it
// is complete. The data of the chunks is moved together in place.
func (r *response) unchunk() (done bool, err error) {
	for {
		n := min(r.left, r.filled-r.next) // of the data
		copy(r.buffer[r.body+r.length:], r.buffer[r.next:r.next+n])
		r.length, r.next, r.left = r.length+n, r.next+n, r.left-n
		if r.left > 0 {
			break
		}
		line, whole, err := r.cutLine(maxChunkLine, errChunkLine)
		if err != nil {
			return false, err
		}
		if !whole {
			break
		}
		if done, err := r.chunkLine(line); done || err != nil {
			return done, err
		}
	}
	// The rest moves to the end of the body, so that sizes and trailers take no room.
	end := r.body + r.length
	r.filled = end + copy(r.buffer[end:], r.buffer[r.next:r.filled])
	r.next = end
	return false, nil
}

// chunkLine reads a line between the data.
func (r *response) chunkLine(line []byte) (done bool, err error) {
	line, ok := bytes.CutSuffix(line, []byte{'\r'}) // RFC 9112, section 2.2
	ok = ok && bytes.IndexByte(line, '\r') < 0
	switch r.stage {
	case chunkSize:
		// Extensions follow a semicolon. Like net/http, this allows blanks only at the line's end.
		digits, _, _ := bytes.Cut(bytes.TrimRight(line, " \t"), []byte{';'})
		size, err := strconv.ParseUint(string(digits), 16, 32)
		ok = ok && err == nil
		if r.left = int(size); ok && r.length+r.left > MaxPayload {
			return false, errBodyLarge
		}
		r.stage = chunkDataEnd
		if size == 0 {
			r.stage = chunkTrailers
		}
	case chunkDataEnd:
		ok = ok && len(line) == 0
		r.stage = chunkSize
	case chunkTrailers:
		_, _, isField := cutField(line)
		done = ok && len(line) == 0
		ok = ok && (done || isField)
		r.ends = r.ends || done && r.filled > r.next
	}
	if !ok {
		return false, errChunk
	}
	return done, nil
}
