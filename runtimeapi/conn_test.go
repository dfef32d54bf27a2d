package runtimeapi

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
)

func TestDial(t *testing.T) {
	_, server := newServer(t)
	_, port, _ := net.SplitHostPort(server.Address())
	for address, want := range map[string]string{
		"127.0.0.1:" + port:          "",
		"localhost:" + port:          "",
		"[::ffff:127.0.0.1]:" + port: "",
		"127.0.0.1":                  "missing port",
		"127.0.0.1:0":                "connect",
	} {
		conn, err := dial(address)
		if conn != nil {
			conn.close()
		}
		if (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", address, err, want)
		}
	}
}

// An answer that comes before the request was read, from a server that then closes the
// connection, is an answer.
func TestEarlyAnswer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	served := make(chan error, 1)
	go func() {
		connection, err := listener.Accept()
		if err == nil {
			_, err = io.ReadFull(connection, make([]byte, 100))
		}
		if err == nil {
			fmt.Fprintf(connection, "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}")
			err = connection.Close() // with unread bytes: a reset
		}
		served <- err
	}()
	c := &client{address: listener.Addr().String(), agent: "test"}
	defer c.closeConn()
	c.begin("POST", "/")
	if err := c.exchange(c.end(bytes.Repeat([]byte("x"), MaxPayload))); err != nil {
		t.Fatal(err)
	}
	if c.status != 413 || string(c.payload()) != "{}" {
		t.Errorf("%d %s", c.status, c.payload())
	}
	if c.conn != nil {
		t.Error("the connection is kept")
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}
