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

// exchange sends a request, if there is one, and reads until the response is whole. A
// response that came although sending failed is a response.
func (c *conn) exchange(head, body []byte, r *response) error {
	sendError := c.post(head, body)
	if sendError != nil {
		r.ends = true
	}
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
			return nil
		}
	}
}

// post sends a request and leaves the response where it is.
func (c *conn) post(head, body []byte) error {
	for _, part := range [][]byte{head, body} {
		if len(part) == 0 {
			continue
		}
		if _, err := c.net.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// interrupt makes reads fail with os.ErrDeadlineExceeded, one that waits too, until
// resume. It may be called while another goroutine uses the connection.
func (c *conn) interrupt() { c.net.SetReadDeadline(time.Unix(1, 0)) }

func (c *conn) resume() { c.net.SetReadDeadline(time.Time{}) }

func (c *conn) close() { c.net.Close() }
