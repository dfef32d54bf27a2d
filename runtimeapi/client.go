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

// client makes requests one after another over one connection, which it opens when it needs
// one. Only one goroutine uses it, but any may call interrupt.
type client struct {
	conn atomic.Pointer[conn]
	request
	response
}

func (r *Runtime) newClient() *client {
	return &client{request: request{host: r.Environment.API, agent: cmp.Or(r.Name, "runtimeapi")}}
}

// errStale is the error of an exchange over a kept connection that the server has closed, or
// over which it has sent something unasked. The request was not sent.
var errStale = errors.New("the server closed the connection while it was idle")

// errInterrupted is the error of a read that interrupt cut short.
var errInterrupted = os.ErrDeadlineExceeded

// interrupt cuts short an exchange that waits.
func (c *client) interrupt() {
	if conn := c.conn.Load(); conn != nil {
		conn.SetReadDeadline(time.Unix(1, 0))
	}
}

// exchange sends the request and reads the response, which counts even if sending failed. It
// keeps the connection for the next request if the response allows that. An interruption ends an
// exchange that waits with errInterrupted, unless a part of the response has arrived; other
// exchanges go on.
func (c *client) exchange(waits bool) error {
	c.response.reset()
	conn, err := c.open()
	if err != nil {
		return err
	}
	conn.send(c.head, c.request.body)
	for done := false; !done && err == nil; {
		var n int
		n, err = conn.read(c.space())
		if err == nil {
			done, err = c.advance(n)
		} else if errors.Is(err, errInterrupted) && (!waits || c.filled > 0) {
			err = conn.SetReadDeadline(time.Time{})
		}
	}
	if err != nil {
		err = cmp.Or(conn.sendError, err)
	}
	if err != nil || c.ends || conn.sendError != nil {
		c.closeConn()
	}
	return err
}

// post sends a request with a JSON body, and sends it once: if no answer comes, nobody knows
// whether it arrived. If the server had already closed the connection, post opens a new one.
//
// The answer counts as soon as its head is complete. Its body is for people: a fault in it
// does not make the status doubtful, and only closes the connection.
func (c *client) post(body []byte) error {
	c.endJSON(body)
	err := c.exchange(false)
	if errors.Is(err, errStale) {
		err = c.exchange(false)
	}
	if err != nil && c.response.body > 0 {
		return nil
	}
	return err
}

// open returns the connection.
func (c *client) open() (*conn, error) {
	if conn := c.conn.Load(); conn != nil {
		return conn, nil
	}
	conn, err := dial(c.host)
	if err != nil {
		return nil, fmt.Errorf("cannot connect to the Runtime API at %s: %w", c.host, err)
	}
	c.conn.Store(conn)
	return conn, nil
}

func (c *client) closeConn() {
	if conn := c.conn.Swap(nil); conn != nil {
		conn.Close()
	}
}

// unexpected returns the error for a status after which the process can only end.
func (c *client) unexpected() error {
	return fmt.Errorf("%s: the Runtime API answered with status %d: %q", &c.request, c.status, c.said())
}

// said returns the beginning of the response's body, or of what arrived of it, for messages.
func (c *client) said() string {
	arrived := c.buffer[c.response.body:min(c.response.body+c.length, c.filled)]
	return strings.TrimSpace(cut(string(arrived), 512))
}
