package lambdatest

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
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
	// Chunked sends the body in chunks of this many bytes, without a Content-Length, and
	// closes the connection.
	Chunked int
	// UntilClose sends no Content-Length: the body ends with its connection.
	UntilClose bool
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
	// Stall keeps the connection open, without another byte, after the answer was cut or
	// dropped. The rest is sent when the channel is closed; otherwise the connection lasts
	// until the client or the server ends it.
	Stall <-chan struct{}
	// Reset ends the connection by a reset (RST) rather than in order (FIN).
	Reset bool
	// After answers a streamed response when this many bytes of it have come, and not at its
	// end. Invoke never gets it.
	After int64
	// Deaf reads no more of the request.
	Deaf bool
}

// goesWrong reports whether the answer is not one that HTTP allows, or not all of one.
func (a *Answer) goesWrong() bool {
	return a.Raw != nil || a.Endless != nil || a.Cut > 0 || a.Drop || a.Stall != nil || a.Reset || a.Deaf
}

// plain reports whether the answer says only how the usual one is sent.
func (a *Answer) plain() bool {
	return a.Status == 0 && a.Header == nil && a.Body == nil && !a.goesWrong()
}

// fill takes what the answer leaves open from the usual one.
func (a *Answer) fill(usual http.HandlerFunc, r *http.Request) {
	recorded := httptest.NewRecorder()
	usual(recorded, r)
	a.Status = cmp.Or(a.Status, recorded.Code)
	if a.Body == nil {
		a.Body = recorded.Body.Bytes()
	}
	for name, values := range recorded.Header() {
		if name != "Content-Length" {
			a.Header = append(a.Header, [2]string{name, values[0]})
		}
	}
}

// write sends the answer, by net/http if that keeps the connection.
func (a *Answer) write(w http.ResponseWriter, r *http.Request) {
	if a.LowerCase || a.Chunked > 0 || a.UntilClose || a.Close || a.goesWrong() {
		a.inject(w, r)
		return
	}
	for _, field := range a.Header {
		w.Header()[field[0]] = append(w.Header()[field[0]], field[1])
	}
	w.WriteHeader(a.Status)
	w.Write(a.Body)
}

// bytes is the answer as it goes over the wire, the last one of its connection.
func (a *Answer) bytes() []byte {
	if a.Raw != nil {
		return a.Raw
	}
	var wire bytes.Buffer
	fields := append(a.Header[:len(a.Header):len(a.Header)], [2]string{"Connection", "close"},
		[2]string{"Content-Length", strconv.Itoa(len(a.Body))})
	if a.Chunked > 0 {
		fields[len(fields)-1] = [2]string{"Transfer-Encoding", "chunked"}
	} else if a.UntilClose {
		fields = fields[:len(fields)-1]
	}
	fmt.Fprintf(&wire, "HTTP/1.1 %d %s\r\n", a.Status, http.StatusText(a.Status))
	for _, field := range fields {
		if a.LowerCase {
			field[0] = strings.ToLower(field[0])
		}
		fmt.Fprintf(&wire, "%s: %s\r\n", field[0], field[1])
	}
	wire.WriteString("\r\n")
	if a.Chunked == 0 {
		wire.Write(a.Body)
		return wire.Bytes()
	}
	for chunk := range slices.Chunk(a.Body, a.Chunked) {
		fmt.Fprintf(&wire, "%x\r\n%s\r\n", len(chunk), chunk)
	}
	wire.WriteString("0\r\n\r\n")
	return wire.Bytes()
}

// inject takes the connection from net/http, sends the answer as it goes wrong and
// ends the connection.
func (a *Answer) inject(w http.ResponseWriter, r *http.Request) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	defer connection.Close()
	ctx, gone := context.WithCancel(r.Context()) // ends with the server and the client
	defer gone()
	defer context.AfterFunc(ctx, func() { connection.Close() })()
	if !a.Deaf {
		go func() {
			io.Copy(io.Discard, connection)
			gone()
		}()
	}
	answer := a.bytes()
	now := len(answer)
	if a.Drop {
		now = 0
	} else if a.Cut > 0 {
		now = min(a.Cut, now)
	}
	connection.Write(answer[:now])
	if a.Stall != nil {
		select {
		case <-a.Stall:
			connection.Write(answer[now:])
		case <-ctx.Done():
		}
	}
	for len(a.Endless) > 0 {
		if _, err := connection.Write(a.Endless); err != nil {
			break
		}
	}
	if a.Reset {
		connection.(*net.TCPConn).SetLinger(0)
	}
}
