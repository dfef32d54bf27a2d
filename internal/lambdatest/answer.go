package lambdatest

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Answer is how a request is answered. The zero value is the endpoint's usual answer.
type Answer struct {
	// Status is any from 200 to 599; zero is the endpoint's usual one.
	Status int
	// Header lists names and values, sent as they are written here.
	Header [][2]string
	// LowerCase sends every header name in lower case, and closes the connection.
	LowerCase bool
	Body      []byte
	// Chunked sends the body in chunks of this many bytes, without a Content-Length.
	Chunked int
	// Close sends "Connection: close" and closes the connection after the answer.
	Close bool

	// What follows goes wrong on the way; the connection ends with the answer.

	// Raw is sent in place of the answer, head and body: whatever bytes.
	Raw []byte
	// Endless is sent behind the answer, again and again, until the client goes away.
	Endless []byte
	// Cut ends the answer after this many bytes of it, head and body.
	Cut int
	// Drop ends the connection without an answer.
	Drop bool
	// Stall keeps the connection open, without another byte, where the answer was cut
	// or dropped. What is left of it is sent when the channel is closed; where that never
	// happens, the connection lasts until the client or the server ends it.
	Stall <-chan struct{}
	// Reset ends the connection by a reset (RST) rather than in order (FIN).
	Reset bool
}

func (a *Answer) defaults(status int, body string) {
	if a.Status == 0 {
		a.Status = status
	}
	if a.Body == nil && body != "" {
		a.Body = []byte(body)
	}
}

// write sends the answer, by net/http where that can. A raw one ends with the server.
func (a *Answer) write(w http.ResponseWriter, closed <-chan struct{}) {
	if a.LowerCase || a.goesWrong() {
		a.inject(w, closed)
		return
	}
	header := w.Header()
	for _, field := range a.Header {
		header[field[0]] = append(header[field[0]], field[1])
	}
	if a.Close {
		header.Set("Connection", "close")
	}
	if a.Chunked == 0 {
		header.Set("Content-Length", strconv.Itoa(len(a.Body)))
		if a.Status == http.StatusNoContent || a.Status == http.StatusNotModified {
			header.Del("Content-Length")
		}
		w.WriteHeader(a.Status)
		w.Write(a.Body)
		return
	}
	w.WriteHeader(a.Status)
	flusher := http.NewResponseController(w)
	for body := a.Body; len(body) > 0; {
		n := min(a.Chunked, len(body))
		w.Write(body[:n])
		flusher.Flush()
		body = body[n:]
	}
}

// bytes is the answer as it goes over the wire, the last one of its connection.
func (a *Answer) bytes() []byte {
	if a.Raw != nil {
		return a.Raw
	}
	var head strings.Builder
	field := func(name, value string) {
		if a.LowerCase {
			name = strings.ToLower(name)
		}
		fmt.Fprintf(&head, "%s: %s\r\n", name, value)
	}
	fmt.Fprintf(&head, "HTTP/1.1 %d %s\r\n", a.Status, http.StatusText(a.Status))
	for _, pair := range a.Header {
		field(pair[0], pair[1])
	}
	field("Connection", "close")
	if a.Chunked == 0 {
		field("Content-Length", strconv.Itoa(len(a.Body)))
		return append([]byte(head.String()+"\r\n"), a.Body...)
	}
	field("Transfer-Encoding", "chunked")
	wire := []byte(head.String() + "\r\n")
	for body := a.Body; len(body) > 0; {
		n := min(a.Chunked, len(body))
		wire = fmt.Appendf(wire, "%x\r\n%s\r\n", n, body[:n])
		body = body[n:]
	}
	return append(wire, "0\r\n\r\n"...)
}
