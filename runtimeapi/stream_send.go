package runtimeapi

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"time"
)

// newStream returns a stream for the invocation in flight. It takes the memory of the last one.
func (w *worker) newStream() *Stream {
	s := &Stream{worker: w, client: w.streamClient, buffer: w.streamBuffer}
	if s.client == nil {
		s.client = w.service.newClient()
		s.buffer = make([]byte, sizeRoom, sizeRoom+streamBuffer+64) // and the end of the body
	}
	w.streamClient, w.streamBuffer = nil, nil
	return s
}

// endStream ends the stream of the invocation with the last of the response or an error. Its
// own error is fatal.
func (w *worker) endStream(s *Stream, last []byte, e *Error) error {
	w.stream.Store(nil)
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.end(w.client, last, e)
	w.streamClient, w.streamBuffer = s.client, s.buffer[:sizeRoom]
	return err
}

// abandon ends the stream while its handler may still write to it.
func (s *Stream) abandon(e *Error) error {
	if !s.mu.TryLock() {
		if conn := s.client.conn.Load(); conn != nil {
			conn.SetWriteDeadline(time.Unix(1, 0)) // what waits for Lambda to take more ends
		}
		s.mu.Lock()
	}
	defer s.mu.Unlock()
	if s.err == errOver {
		s.err = nil
	}
	conn := s.client.conn.Load()
	if conn != nil && s.err == nil {
		conn.SetWriteDeadline(time.Time{})
	} else if conn != nil {
		conn.Close() // in the midst of a chunk: nothing can follow it
	}
	return s.end(s.worker.service.newClient(), nil, e)
}

// end sends the end of the body, waits for the answer and closes the connection. If nothing has
// been sent, an error is posted by the client given.
func (s *Stream) end(client *client, last []byte, e *Error) error {
	r, i := s.worker.service, &s.worker.invocation
	s.ended = true
	if e == nil {
		if s.write(last); s.err != nil && !s.begun {
			e = asError(s.err, FunctionUnknown)
		}
	}
	if e != nil && !s.begun {
		return r.postOutcome(client, i, nil, e)
	}
	if e != nil && (s.err == nil || !errors.Is(e, s.err)) {
		r.Log.Error(i.RequestID, e)
	}
	s.send("0\r\n" + e.trailers() + "\r\n")
	if !s.begun { // there is no connection
		return r.postOutcome(client, i, nil, asError(s.err, FunctionUnknown))
	}
	<-s.answered
	s.client.closeConn()
	if s.answer != nil {
		return fmt.Errorf("%s: no answer from the Runtime API: %w", &s.client.request, s.answer)
	}
	if s.err != nil && s.client.status/100 == 2 {
		r.Log.Error(i.RequestID, asError(s.err, FunctionUnknown))
	}
	return r.accept(s.client, i)
}

// send sends what was written as a chunk, and the end of the body, if it is not empty.
func (s *Stream) send(end string) {
	if s.err == nil && !s.begun {
		s.err = s.open()
	}
	conn := s.client.conn.Load()
	if s.err == nil {
		s.err = s.refused()
	}
	if s.err == nil && !s.ended && s.worker.state.Load() != handling { // abandon may not have found the connection
		s.err = errOver
	}
	if s.err != nil {
		return
	}
	wire := append(s.chunk(), end...)
	if !s.begun {
		s.client.head = append(s.client.head, wire...)
		wire = s.client.head
	}
	s.begun, s.buffer = true, s.buffer[:sizeRoom]
	if _, err := conn.Write(wire); err != nil {
		if !errors.Is(err, errInterrupted) {
			<-s.answered // a connection that is broken has an end to read, and perhaps an answer before it
		}
		if s.err = s.refused(); s.err == nil {
			s.err = fmt.Errorf("the Runtime API takes no more of the response: %w", err)
		}
	}
}

// open opens the connection and writes the head of the request.
func (s *Stream) open() error {
	s.client.response.reset()
	conn, err := s.client.open()
	if err != nil {
		return err
	}
	i := &s.worker.invocation
	s.client.begin("POST", runtimePath, "invocation/", i.RequestID, "/response")
	if i.attempt != "" {
		s.client.header("Lambda-Runtime-Invocation-Id", i.attempt)
	}
	s.client.header("Content-Type", s.contentType)
	s.client.header("Lambda-Runtime-Function-Response-Mode", "streaming")
	s.client.header("Transfer-Encoding", "chunked")
	s.client.header("Trailer", "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body")
	s.client.header("Connection", "close")
	s.client.request.end()
	s.answered = make(chan struct{})
	go s.readAnswer(conn)
	return nil
}

// readAnswer reads the answer while the response is written, until end closes the connection: it
// may come early, as when Lambda refuses the response. Then writing ends, also where it waits.
func (s *Stream) readAnswer(conn *conn) {
	response := &s.client.response
	var err error
	for done := false; !done && err == nil; {
		var n int
		if n, err = conn.Read(response.space()); n > 0 || err == io.EOF {
			done, err = response.advance(n)
		}
	}
	if response.body == 0 { // else the answer counts, as that to post
		s.answer = err
	}
	refused := s.answer != nil || response.status/100 != 2
	close(s.answered) // the next stream may now use the memory
	if refused {
		conn.SetWriteDeadline(time.Unix(1, 0))
	}
}

// refused says why the answer, if it has come already, ends the response.
func (s *Stream) refused() error {
	select {
	case <-s.answered:
	default:
		return nil
	}
	switch {
	case s.answer != nil:
		return fmt.Errorf("the Runtime API takes no more of the response: %w", s.answer)
	case s.client.status/100 != 2:
		return fmt.Errorf("the Runtime API takes no more of the response: it answered with status %d: %q", s.client.status, s.client.said())
	}
	return nil
}

// Limits of an error in trailers. Go's net/http, which Lambda's own emulator of the Runtime
// API stands on, reads trailers of at most 4 KiB, and base64 makes four bytes of three.
const (
	maxTrailerMessage = 1 << 10
	maxTrailerJSON    = 2800
)

// trailers is the error as trailers of a response; nil has none.
func (e *Error) trailers() string {
	if e == nil {
		return ""
	}
	short := Error{Type: e.Type, Message: cut(e.Message, maxTrailerMessage), StackTrace: e.StackTrace[:min(len(e.StackTrace), maxCauseFrames)]}
	body := short.appendJSON(nil)
	for len(body) > maxTrailerJSON {
		if n := len(short.StackTrace); n > 0 {
			short.StackTrace = short.StackTrace[:n-1]
		} else {
			short.Message = cut(short.Message, len(short.Message)/2)
		}
		body = short.appendJSON(nil)
	}
	return "Lambda-Runtime-Function-Error-Type: " + headerType(e.Type) +
		"\r\nLambda-Runtime-Function-Error-Body: " + base64.StdEncoding.EncodeToString(body) + "\r\n"
}
