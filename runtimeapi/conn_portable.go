//go:build !linux || !(amd64 || arm64) || portable

package runtimeapi

import (
	"io"
	"net"
	"time"
)

// conn is a connection to the Runtime API where only its meaning counts: the developer's
// command on other systems, and, with the tag portable, a check of the fast one. It does not
// look for errStale.
type conn struct {
	net.Conn
	unsent    [2][]byte // of the request: head and body
	sendError error
}

func dial(address string) (*conn, error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c}, nil
}

// send takes a request, which the first read sends.
func (c *conn) send(head, body []byte) { c.unsent, c.sendError = [2][]byte{head, body}, nil }

// flush sends the request without reading.
func (c *conn) flush() error {
	for i, part := range c.unsent {
		if c.unsent[i] = nil; len(part) > 0 && c.sendError == nil {
			_, c.sendError = c.Write(part)
		}
	}
	return c.sendError
}

// read reads something of the response, or nothing where the connection has ended. What
// goes wrong with sending is in sendError: there may be a response all the same.
func (c *conn) read(space []byte) (n int, err error) {
	c.flush()
	n, err = c.Read(space)
	if n > 0 || err == io.EOF {
		err = nil
	}
	return n, err
}

// interrupt makes reads fail with errInterrupted, one that waits too, until resume. It may be
// called while another goroutine uses the connection.
func (c *conn) interrupt() { c.SetReadDeadline(time.Unix(1, 0)) }

func (c *conn) resume() { c.SetReadDeadline(time.Time{}) }
