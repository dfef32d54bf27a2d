package runtimeapi

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// client makes requests one after another over one connection, which it opens when it is
// needed. It belongs to one goroutine; only interrupt of its connection does not.
type client struct {
	address string
	agent   string
	request []byte // the head of the request, or the whole of a small one
	conn    *conn
	response
}

// errStale is the error of an exchange over a connection that the server had closed, or
// had sent something on that nobody asked for. Nothing was sent.
var errStale = errors.New("the connection was closed while it was not used")

// inlineBody is the most bytes of a body that are copied behind the head, so that one
// write sends both.
const inlineBody = 16 << 10

// begin writes the first lines of a request. What follows are headers, then end.
func (c *client) begin(method string, path ...string) {
	b := append(append(c.request[:0], method...), ' ')
	for _, part := range path {
		b = append(b, part...)
	}
	b = append(append(b, " HTTP/1.1\r\nHost: "...), c.address...)
	b = append(append(b, "\r\nUser-Agent: "...), c.agent...)
	c.request = append(b, "\r\n"...)
}

// header adds a header.
func (c *client) header(name, value string) {
	b := append(append(c.request, name...), ": "...)
	c.request = append(append(b, value...), "\r\n"...)
}

// end adds the headers of a JSON body and ends the head. It returns what of the body is
// still to be sent after c.request: all of it or nothing.
func (c *client) end(body []byte) (rest []byte) {
	b := append(c.request, "Content-Type: application/json\r\nContent-Length: "...)
	b = append(strconv.AppendInt(b, int64(len(body)), 10), "\r\n\r\n"...)
	if len(body) <= inlineBody {
		b, body = append(b, body...), nil
	}
	c.request = b
	return body
}

// exchange sends the request, and a body behind it, and reads the response. The
// connection is kept for the next request where the response allows that.
func (c *client) exchange(body []byte) error {
	c.response.reset()
	if err := c.open(); err != nil {
		return err
	}
	return c.settle(c.conn.exchange(c.request, body, &c.response))
}

// post sends a request that changes something, once: whether one without an answer has
// arrived is not known. It is sent over a new connection where the last one was closed
// before.
//
// The answer counts as soon as its head is whole. What is wrong with its body, which is
// for people, is no reason to doubt its status, and costs the connection only.
func (c *client) post(body []byte) error {
	err := c.exchange(body)
	if errors.Is(err, errStale) {
		err = c.exchange(body)
	}
	if err != nil && c.inBody {
		return nil
	}
	return err
}

// settle closes the connection that failed or ends with this response. One that was
// interrupted can go on.
func (c *client) settle(err error) error {
	if (err != nil || c.ends) && !errors.Is(err, errInterrupted) {
		c.closeConn()
	}
	return err
}

func (c *client) open() error {
	if c.conn != nil {
		return nil
	}
	conn, err := dial(c.address)
	if err != nil {
		return fmt.Errorf("cannot connect to the Runtime API at %s: %w", c.address, err)
	}
	c.conn = conn
	return nil
}

func (c *client) closeConn() {
	if c.conn != nil {
		c.conn.close()
		c.conn = nil
	}
}

// unexpected is the error of a status that leaves nothing to do but to end the process.
func (c *client) unexpected() error {
	return fmt.Errorf("%s: the Runtime API answered with status %d: %q",
		c.requestLine(), c.status, c.said())
}

// said is the beginning of the response's body, for messages.
func (c *client) said() string { return strings.TrimSpace(cut(string(c.arrived()), 512)) }

// requestLine is the method and path of the request, for messages.
func (c *client) requestLine() string {
	line, _, _ := strings.Cut(string(c.request), " HTTP/1.1\r\n")
	return line
}

// drops counts connections that ended, one soon after the other, without an answer.
type drops struct {
	count int
	last  time.Time
}

// tooMany takes note of one more. It is not an answer to wait for: a connection that
// lasted counts anew.
func (d *drops) tooMany() bool {
	const most, soon = 5, time.Second
	now := time.Now()
	if now.Sub(d.last) > soon {
		d.count = 0
	}
	d.last = now
	d.count++
	return d.count > most
}
