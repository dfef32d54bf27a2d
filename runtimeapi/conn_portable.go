//go:build !linux || !(amd64 || arm64) || portable

package runtimeapi

import (
	"io"
	"net"
)

// conn is a connection to the Runtime API for systems where speed does not count: the
// developer's machine. With the tag portable, the tests check the fast one against it. It does
// not detect errStale.
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

// send accepts a request; the first read sends it.
func (c *conn) send(head, body []byte) { c.unsent, c.sendError = [2][]byte{head, body}, nil }

// read reads a part of the response, or nothing if the connection has ended. If sending fails,
// sendError says why, and there may still be a response.
func (c *conn) read(space []byte) (n int, err error) {
	for i, part := range c.unsent {
		if c.unsent[i] = nil; len(part) > 0 && c.sendError == nil {
			_, c.sendError = c.Write(part)
		}
	}
	n, err = c.Read(space)
	if n > 0 || err == io.EOF {
		err = nil
	}
	return n, err
}
