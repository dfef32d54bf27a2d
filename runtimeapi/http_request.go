package runtimeapi

import (
	"bytes"
	"strconv"
)

// request is an HTTP/1.1 request, written into a buffer that is used again for the next:
// begin, headers, then end or endJSON.
type request struct {
	host, agent string
	head        []byte // and a small body
	body        []byte // a larger one, to be sent behind the head
}

// inlineBody is the most bytes of a body that are copied behind the head, for one write.
const inlineBody = 16 << 10

// begin writes the request line, with a path of several parts, and the usual headers.
func (r *request) begin(method string, path ...string) {
	b := append(append(r.head[:0], method...), ' ')
	for _, part := range path {
		b = append(b, part...)
	}
	r.head, r.body = append(b, " HTTP/1.1\r\n"...), nil
	r.header("Host", r.host)
	r.header("User-Agent", r.agent)
}

func (r *request) header(name, value string) {
	b := append(append(r.head, name...), ": "...)
	r.head = append(append(b, value...), "\r\n"...)
}

// end ends a request without a body.
func (r *request) end() { r.head = append(r.head, "\r\n"...) }

// endJSON ends a request with a body of JSON, which must not change until it is sent.
func (r *request) endJSON(body []byte) {
	r.header("Content-Type", "application/json")
	b := strconv.AppendInt(append(r.head, "Content-Length: "...), int64(len(body)), 10)
	r.head, r.body = append(b, "\r\n\r\n"...), body
	if len(body) <= inlineBody {
		r.head, r.body = append(r.head, body...), nil
	}
}

// String is the method and the path, for messages.
func (r *request) String() string {
	line, _, _ := bytes.Cut(r.head, []byte(" HTTP/1.1\r\n"))
	return string(line)
}
