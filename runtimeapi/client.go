package runtimeapi

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// client makes requests one after another over one connection, which it opens when it is
// needed. It belongs to one goroutine; only interrupt does not.
type client struct {
	address string
	agent   string
	conn    atomic.Pointer[conn]
	request request
	response
}

// errStale is the error of an exchange over a connection that the server had closed, or
// had sent something on that nobody asked for. Nothing was sent.
var errStale = errors.New("the connection was closed while it was not used")

// begin begins a request.
func (c *client) begin(method string, path ...string) {
	c.request.begin(c.address, c.agent, method, path...)
}

// errInterrupted is the error of a read that interrupt cut short.
var errInterrupted = os.ErrDeadlineExceeded

// interrupt cuts short an exchange that waits.
func (c *client) interrupt() {
	if conn := c.conn.Load(); conn != nil {
		conn.interrupt()
	}
}

// exchange sends the request and reads the response. The connection is kept for the next
// request where the response allows that. An exchange that waits ends with errInterrupted,
// if it is interrupted before anything of the response has come; others go on.
func (c *client) exchange(waits bool) error {
	c.response.reset()
	if err := c.open(); err != nil {
		return err
	}
	conn := c.conn.Load()
	conn.send(c.request.head, c.request.body)
	err := c.receive(conn, waits)
	if err != nil || c.ends || conn.sendError != nil {
		c.closeConn()
	}
	return err
}

// receive reads until the response is whole. One that came although sending failed is a
// response.
func (c *client) receive(conn *conn, waits bool) error {
	for {
		n, err := conn.read(c.space())
		if errors.Is(err, errInterrupted) {
			if waits && !c.started() {
				return err
			}
			conn.resume()
			continue
		}
		done := false
		if err == nil {
			done, err = c.advance(n)
		}
		if err != nil {
			return cmp.Or(conn.sendError, err)
		}
		if done {
			return nil
		}
	}
}

// post sends a request that changes something, with a body of JSON, and sends it once: whether
// one without an answer has arrived is not known. Where the server had closed the connection
// before, it is sent over a new one.
//
// The answer counts as soon as its head is whole. What is wrong with its body, which is
// for people, is no reason to doubt its status, and costs the connection only.
func (c *client) post(body []byte) error {
	c.request.endJSON(body)
	err := c.exchange(false)
	if errors.Is(err, errStale) {
		err = c.exchange(false)
	}
	if err != nil && c.inBody {
		return nil
	}
	return err
}

func (c *client) open() error {
	if c.conn.Load() != nil {
		return nil
	}
	conn, err := dial(c.address)
	if err != nil {
		return fmt.Errorf("cannot connect to the Runtime API at %s: %w", c.address, err)
	}
	c.conn.Store(conn)
	return nil
}

func (c *client) closeConn() {
	if conn := c.conn.Swap(nil); conn != nil {
		conn.Close()
	}
}

// unexpected is the error of a status that leaves nothing to do but to end the process.
func (c *client) unexpected() error {
	return fmt.Errorf("%s: the Runtime API answered with status %d: %q", &c.request, c.status, c.said())
}

// said is the beginning of the response's body, for messages.
func (c *client) said() string { return strings.TrimSpace(cut(string(c.arrived()), 512)) }

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
