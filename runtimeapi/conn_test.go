package runtimeapi

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
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
			conn.Close()
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
	c := &client{request: request{host: listener.Addr().String(), agent: "test"}}
	defer c.closeConn()
	c.begin("POST", "/")
	if err := c.post(bytes.Repeat([]byte("x"), MaxPayload)); err != nil {
		t.Fatal(err)
	}
	if c.status != 413 || string(c.payload()) != "{}" {
		t.Errorf("%d %s", c.status, c.payload())
	}
	if c.conn.Load() != nil {
		t.Error("the connection is kept")
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

// A stop in the middle of an event's arrival is a stop after that invocation.
func TestStopWhileReceiving(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	environment := Environment{API: listener.Addr().String()}
	r := &Runtime{Environment: environment, Log: environment.Logger(io.Discard)}
	w := r.newService([]Handler{echo}).workers[0]
	stopped := make(chan error, 1)
	go func() { stopped <- w.run() }()

	connection, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	reader := bufio.NewReader(connection)
	wantRequest(t, reader, "GET /2018-06-01/runtime/invocation/next", "")
	connection.(*net.TCPConn).SetWriteBuffer(128 << 10)
	event := bytes.Repeat([]byte("x"), 4<<20)
	fmt.Fprintf(connection, "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\nContent-Length: %d\r\n\r\n", len(event))
	connection.Write(event[:3<<20]) // more than the buffers between hold: some was read
	w.service.stop()
	connection.Write(event[3<<20:])

	wantRequest(t, reader, "POST /2018-06-01/runtime/invocation/id/response", string(event))
	fmt.Fprintf(connection, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
	if err := <-stopped; err != errStopped {
		t.Errorf("run: %v", err)
	}
}

func wantRequest(t *testing.T, reader *bufio.Reader, line, body string) {
	t.Helper()
	request, err := http.ReadRequest(reader)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(request.Body)
	if request.Method+" "+request.URL.Path != line || string(got) != body || err != nil {
		t.Errorf("%s %s with %d bytes, %v; want %s with %d", request.Method, request.URL.Path, len(got), err, line, len(body))
	}
}

func accept(t *testing.T, listener net.Listener) net.Conn {
	t.Helper()
	connection, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	return connection
}
