package runtimeapi

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Stream is a response that leaves while it is written. Its handler, or one goroutine of it at
// a time, writes to it until the handler returns: what the handler then returns is the last of
// the response, and usually nil.
//
// A handler's error or panic ends the response. Before anything has left ([Stream.Sent]) it is
// reported as that of any handler, and what was written is forgotten. After that, it goes
// behind the response, in its trailers, where messages are cut after 1 KiB: Lambda hands the
// caller what came before, then the error.
//
// A stream keeps 16 KiB in memory and waits where Lambda takes no more. It has a connection of
// its own, which is closed behind the response. [MaxPayload] does not hold for it: Lambda keeps
// its own limit, 200 MB for most functions, and takes at most 2 MB a second after the first 6.
//
// Only a function whose invoke mode is RESPONSE_STREAM hands the parts to its caller as they come.
// See https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html.
type Stream struct {
	mu          sync.Mutex
	worker      *worker
	client      *client // with a connection of its own: the worker's stays for the next event
	contentType string
	buffer      []byte // sizeRoom, and what was written but not sent
	begun       bool   // something has been sent
	ended       bool   // the handler has returned
	err         error  // why nothing more can be sent

	answered chan struct{} // closed when the answer has come, or cannot come
	answer   error         // why there is none
}

// HTTPHead is what a streamed HTTP response has before its body.
type HTTPHead struct {
	// StatusCode is 200 if it is 0.
	StatusCode int
	// Headers have one value each.
	Headers map[string]string
	// Cookies are values of Set-Cookie.
	Cookies []string
}

const (
	streamBuffer = 16 << 10
	sizeRoom     = 10 // for the line with a chunk's size

	httpStream = "application/vnd.awslambda.http-integration-response"
)

var (
	errUnserved = errors.New("only the invocations that Serve hands out have a stream")
	errBegun    = errors.New("the response has begun: it cannot begin anew")
	errOver     = errors.New("the invocation is over: nothing can be written to its response")
)

// Stream makes the response of an invocation a stream, with the content type given or, if that is
// empty, application/octet-stream. Nothing is sent yet. A handler that has written, but
// not sent anything, may call it again: the response begins anew. After that, all calls of the
// returned stream fail.
func (i *Invocation) Stream(contentType string) *Stream {
	w := i.worker
	if w == nil {
		return &Stream{err: errUnserved}
	}
	s := w.stream.Load()
	if s == nil {
		s = w.newStream()
		w.stream.Store(s)
	}
	if !s.begin(contentType) {
		return &Stream{begun: true, err: errBegun}
	}
	return s
}

// StreamHTTP is [Invocation.Stream] for functions that function URLs and API Gateway call: the
// response begins with a status, headers and cookies, and what is written is its body.
func (i *Invocation) StreamHTTP(head HTTPHead) *Stream {
	s := i.Stream(httpStream)
	s.Write(head.prelude()) // errors stay
	return s
}

// Write writes a part of the response. It is sent when 16 KiB have been written, by
// [Stream.Flush], or when the handler returns.
//
// An error says that the rest of the response cannot be sent, as Lambda refused it or went away;
// then all writes fail, and the handler should return.
func (s *Stream) Write(part []byte) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.checkOpen()
	return s.write(part), s.err
}

// Flush sends what was written. Its errors are those of [Stream.Write].
func (s *Stream) Flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.checkOpen()
	s.flush()
	return s.err
}

// Sent reports whether a part of the response has been sent. Until then, it may begin anew.
func (s *Stream) Sent() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.begun
}

// begin empties the stream, unless something has been sent.
func (s *Stream) begin(contentType string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.begun {
		return false
	}
	s.contentType, s.buffer, s.err = contentType, s.buffer[:sizeRoom], nil
	switch {
	case contentType == "":
		s.contentType = "application/octet-stream"
	case strings.ContainsFunc(contentType, func(r rune) bool { return r < ' ' || r == 0x7f }):
		s.err = fmt.Errorf("the content type of a stream has control characters: %.64q", contentType)
	}
	return true
}

// checkOpen refuses what is written after the handler has returned, or was abandoned.
func (s *Stream) checkOpen() {
	if s.err == nil && (s.ended || s.worker.state.Load() != handling) {
		s.err = errOver
	}
}

func (s *Stream) write(part []byte) (n int) {
	for len(part) > 0 && s.err == nil {
		room := min(len(part), sizeRoom+streamBuffer-len(s.buffer))
		s.buffer = append(s.buffer, part[:room]...)
		part, n = part[room:], n+room
		if len(s.buffer) == sizeRoom+streamBuffer {
			s.flush()
		}
	}
	return n
}

func (s *Stream) flush() {
	if len(s.buffer) > sizeRoom {
		s.send("")
	}
}

// chunk is what was written, as a chunk of the body; nothing would end the body.
func (s *Stream) chunk() []byte {
	length := len(s.buffer) - sizeRoom
	if length == 0 {
		return s.buffer[sizeRoom:]
	}
	var digits [sizeRoom]byte
	size := append(strconv.AppendInt(digits[:0], int64(length), 16), "\r\n"...)
	first := sizeRoom - len(size)
	copy(s.buffer[first:], size)
	return append(s.buffer[first:], "\r\n"...)
}

// prelude is the head as JSON, and the eight NUL bytes that end it.
func (h HTTPHead) prelude() []byte {
	status := h.StatusCode
	if status == 0 {
		status = 200
	}
	var headers, cookies []string
	for _, name := range slices.Sorted(maps.Keys(h.Headers)) {
		headers = append(headers, quote(name)+":"+quote(h.Headers[name]))
	}
	for _, cookie := range h.Cookies {
		cookies = append(cookies, quote(cookie))
	}
	return fmt.Appendf(nil, `{"statusCode":%d,"headers":{%s},"cookies":[%s]}%s`,
		status, strings.Join(headers, ","), strings.Join(cookies, ","), "\x00\x00\x00\x00\x00\x00\x00\x00")
}
