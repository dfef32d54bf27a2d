//go:build !linux || !(amd64 || arm64) || portable

package runtimeapi

import (
	"io"
	"net"
	"time"
)

// conn is a connection to the Runtime API where only its meaning counts: the developer's
// command on other systems, and, with the tag portable, a check of the fast one.
type conn struct{ net net.Conn }

func dial(address string) (*conn, error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &conn{c}, nil
}

// exchange sends a request and reads until the response is whole. Without a request, it
// goes on reading. A response that came although sending failed is a response. It does not
// look for errStale.
func (c *conn) exchange(head, body []byte, r *response) error {
	sendError := firstError(c.post(head), c.post(body))
	for {
		n, err := c.net.Read(r.space())
		if n == 0 && err != io.EOF {
			return firstError(sendError, err)
		}
		done, err := r.advance(n)
		if err != nil {
			return firstError(sendError, err)
		}
		if done {
			r.ends = r.ends || sendError != nil
			return nil
		}
	}
}

// post sends a request and leaves the response where it is.
func (c *conn) post(head []byte) error {
	if len(head) == 0 {
		return nil
	}
	_, err := c.net.Write(head)
	return err
}

// interrupt makes reads fail with os.ErrDeadlineExceeded, one that waits too, until
// resume. It may be called while another goroutine uses the connection.
func (c *conn) interrupt() { c.net.SetReadDeadline(time.Unix(1, 0)) }

func (c *conn) resume() { c.net.SetReadDeadline(time.Time{}) }

func (c *conn) close() { c.net.Close() }
