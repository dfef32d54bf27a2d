package runtimeapi

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// read feeds a response from a wire, at most step bytes at a time.
func read(r *response, wire []byte, step int) error {
	r.reset()
	for {
		space := r.space()
		n := copy(space[:min(step, len(space))], wire)
		wire = wire[n:]
		done, err := r.advance(n)
		if done || err != nil {
			return err
		}
	}
}

func TestResponse(t *testing.T) {
	for _, test := range []struct {
		name, wire string
		status     int
		id, body   string
		ends       bool
		err        string
	}{
		{name: "a length", wire: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", status: 200, body: "{}"},
		{name: "no reason, no blank after the colon", wire: "HTTP/1.1 202\r\nContent-Length:0\r\n\r\n", status: 202},
		{name: "line feeds alone", wire: "HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", status: 200, body: "{}"},
		{name: "names in any case, blanks around values",
			wire:   "HTTP/1.1 200 OK\r\nLAMBDA-runtime-Aws-REQUEST-id: \t a1 \t\r\ncontent-LENGTH:  1 \r\n\r\n1",
			status: 200, id: "a1", body: "1"},
		{name: "a value with colons", wire: "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: a:b: c\r\nContent-Length: 0\r\n\r\n",
			status: 200, id: "a:b: c"},
		{name: "the first of two values", wire: "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: a\r\nLambda-Runtime-Aws-Request-Id: b\r\nContent-Length: 0\r\n\r\n",
			status: 200, id: "a"},
		{name: "chunks", wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\n{\"\r\n0A \r\nname\":\"Ada\r\n2\r\n\"}\r\n0\r\nTrailer: x\r\n\r\n",
			status: 200, body: `{"name":"Ada"}`},
		{name: "chunks and a length", wire: "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: CHUNKED\r\n\r\n1\r\n1\r\n0\r\n\r\n",
			status: 200, body: "1"},
		{name: "until the connection ends", wire: "HTTP/1.1 200 OK\r\n\r\n{}", status: 200, body: "{}", ends: true},
		{name: "HTTP/1.0", wire: "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", status: 200, body: "{}", ends: true},
		{name: "Connection: close", wire: "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n", status: 200, ends: true},
		{name: "more than was asked for", wire: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP", status: 200, ends: true},
		{name: "no content", wire: "HTTP/1.1 204 No Content\r\n\r\n", status: 204},
		{name: "not modified, with the length of what is not sent", wire: "HTTP/1.1 304 \r\nContent-Length: 9\r\n\r\n", status: 304},
		{name: "100 Continue before it", wire: "HTTP/1.1 100 Continue\r\nLambda-Runtime-Aws-Request-Id: x\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", status: 202},

		{name: "nothing", err: "the connection ended in the middle of a response"},
		{name: "half a head", wire: "HTTP/1.1 200 OK\r\nConte", err: "the connection ended"},
		{name: "half a body", wire: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", err: "the connection ended"},
		{name: "half a chunk", wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{", err: "the connection ended"},
		{name: "no last chunk", wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n1\r\n", err: "the connection ended"},
		{name: "another protocol", wire: "SSH-2.0-OpenSSH_9.9\r\n", err: `not an HTTP/1.1 response: it begins with "SSH-2.0-OpenSSH_9.9"`},
		{name: "HTTP/2", wire: "HTTP/1.2 200 OK\r\n\r\n", err: "not an HTTP/1.1 response"},
		{name: "a status of two digits", wire: "HTTP/1.1 20 OK\r\n\r\n", err: "not an HTTP/1.1 response"},
		{name: "a status of four digits", wire: "HTTP/1.1 2000 OK\r\n\r\n", err: "not an HTTP/1.1 response"},
		{name: "another protocol asked for", wire: "HTTP/1.1 101 Switching\r\n\r\n", err: "switched to another protocol"},
		{name: "a header without a colon", wire: "HTTP/1.1 200 OK\r\nX\r\n\r\n", err: `not a header: "X"`},
		{name: "a blank before the colon", wire: "HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\n1", err: "not a header"},
		{name: "a folded header", wire: "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", err: "not a header"},
		{name: "a length that is none", wire: "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", err: `not a Content-Length: "-1"`},
		{name: "two lengths", wire: "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", err: "two lengths of one body: 1 and 2"},
		{name: "an unknown coding", wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", err: `cannot read Transfer-Encoding: "gzip"`},
		{name: "chunks in HTTP/1.0", wire: "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", err: "cannot read Transfer-Encoding"},
		{name: "a control character in a value", wire: "HTTP/1.1 200 OK\r\nA: b\rC: d\r\n\r\n", err: "not a header"},
		{name: "a trailer that is none", wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX\r\n\r\n", err: "malformed"},
		{name: "a length over the limit", wire: "HTTP/1.1 200 OK\r\nContent-Length: 6291557\r\n\r\n", err: "more than 6291556 bytes"},
		{name: "chunks over the limit", wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n", err: "more than 6291556 bytes"},
		{name: "a chunk's size that is none", wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\n1\r\n", err: "malformed"},
		{name: "a chunk longer than it says", wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n123\r\n", err: "malformed"},
		{name: "an endless line of a chunk", wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + strings.Repeat("x", 5000), err: "too long"},
		{name: "an endless head", wire: "HTTP/1.1 200 OK\r\nA: " + strings.Repeat("x", 70<<10), err: "more than 65536 bytes"},
		{name: "endless headers", wire: "HTTP/1.1 200 OK\r\n" + strings.Repeat("A: x\r\n", 20<<10), err: "more than 65536 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, step := range []int{1, 2, 3, 7, 64, 1 << 20} {
				var r response
				err := read(&r, []byte(test.wire), step)
				if test.err != "" {
					if err == nil || !strings.Contains(err.Error(), test.err) {
						t.Fatalf("%d bytes at a time: error %v, want %s", step, err, test.err)
					}
					continue
				}
				if err != nil {
					t.Fatalf("%d bytes at a time: %v", step, err)
				}
				got := fmt.Sprintf("%d %q %q", r.status, r.value("Lambda-Runtime-Aws-Request-Id"), r.payload())
				want := fmt.Sprintf("%d %q %q", test.status, test.id, test.body)
				if got != want {
					t.Errorf("%d bytes at a time: %s, want %s", step, got, want)
				}
				if step > len(test.wire) && r.ends != test.ends {
					t.Errorf("ends: %t, want %t", r.ends, test.ends)
				}
			}
		})
	}
}

func TestParseNumber(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "1542409706888": 1542409706888, "9223372036854775807": 1<<63 - 1,
		"": -1, "-1": -1, "+1": -1, "1e3": -1, "9223372036854775808": -1, "99999999999999999999": -1} {
		if n, ok := parseNumber([]byte(text)); ok != (want >= 0) || n != max(want, 0) {
			t.Errorf("%q: %d, %t", text, n, ok)
		}
	}
}

// A body of the most that Lambda sends passes, plain and chunked, in one buffer that the
// next responses give up.
func TestResponseLargest(t *testing.T) {
	body := bytes.Repeat([]byte("0123456789abcdef"), MaxPayload/16+1)[:MaxPayload]
	var chunked bytes.Buffer
	chunked.WriteString("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
	for rest := body; len(rest) > 0; {
		n := min(len(rest), 4000)
		fmt.Fprintf(&chunked, "%x\r\n%s\r\n", n, rest[:n])
		rest = rest[n:]
	}
	chunked.WriteString("0\r\n\r\n")
	for name, wire := range map[string][]byte{
		"plain":   fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body),
		"chunked": chunked.Bytes(),
	} {
		t.Run(name, func(t *testing.T) {
			var r response
			if err := read(&r, wire, 100_000); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(r.payload(), body) {
				t.Fatalf("the body differs: %d bytes, want %d", len(r.payload()), len(body))
			}
			if len(r.buffer) > 3*MaxPayload {
				t.Errorf("the buffer has %d bytes", len(r.buffer))
			}
			for range idleResponses + 1 {
				read(&r, []byte("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"), 100)
			}
			if len(r.buffer) > smallBuffer {
				t.Errorf("after small responses, the buffer still has %d bytes", len(r.buffer))
			}
		})
	}
}

// Whatever the bytes: no panic, the same result however they are split, and what is read
// is what net/http reads.
func FuzzResponse(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nLambda-Runtime-Aws-Request-Id: a:b\r\n\r\n{}",
		"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2;x=y\r\n{}\r\n0\r\nT: x\r\n\r\n",
		"HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nrest",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;\r\r\n{}\r\n0\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
	} {
		f.Add([]byte(seed), uint8(3))
	}
	f.Fuzz(func(t *testing.T, wire []byte, step uint8) {
		var whole, split response
		err := read(&whole, wire, len(wire)+1)
		splitErr := read(&split, wire, int(step)+1)
		if (err == nil) != (splitErr == nil) {
			t.Fatalf("whole: %v; split: %v", err, splitErr)
		}
		if err != nil {
			return
		}
		if whole.status != split.status || !bytes.Equal(whole.payload(), split.payload()) {
			t.Fatalf("whole: %d %q; split: %d %q", whole.status, whole.payload(), split.status, split.payload())
		}
		if fmt.Sprintf("%q", whole.fields) != fmt.Sprintf("%q", split.fields) {
			t.Fatalf("headers, whole: %q; split: %q", whole.fields, split.fields)
		}
		agree(t, &whole, wire)
	})
}

// agree compares a response that was read with what net/http makes of the same bytes.
func agree(t *testing.T, r *response, wire []byte) {
	reader := bufio.NewReader(bytes.NewReader(wire))
	theirs, err := http.ReadResponse(reader, nil)
	for err == nil && theirs.StatusCode < 200 { // net/http's transport skips these, too
		theirs, err = http.ReadResponse(reader, nil)
	}
	if err != nil {
		t.Fatalf("net/http: %v", err)
	}
	body, err := io.ReadAll(theirs.Body)
	if err != nil && !strings.Contains(err.Error(), "trailer") { // trailers are skipped here
		t.Fatalf("net/http's body: %v", err)
	}
	if r.status != theirs.StatusCode || !bytes.Equal(r.payload(), body) {
		t.Fatalf("%d %q; net/http: %d %q", r.status, r.payload(), theirs.StatusCode, body)
	}
	if got, want := string(r.value("Lambda-Runtime-Aws-Request-Id")), theirs.Header.Get("Lambda-Runtime-Aws-Request-Id"); got != want {
		t.Fatalf("request id %q; net/http: %q", got, want)
	}
}
