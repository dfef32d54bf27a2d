package runtimeapi

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"sqlambda/internal/lambdatest"
)

// SIGTERM ends a process that waits for an answer which does not come: where nothing is
// in flight, at once; else the second one does, for the first lets the invocation end.
func TestSIGTERMWhileStalled(t *testing.T) {
	stall := lambdatest.Answer{Drop: true, Stall: make(chan struct{})}
	for name, test := range map[string]struct {
		endpoint lambdatest.Endpoint
		answer   lambdatest.Answer
		signals  int
		status   string
	}{
		"next":              {lambdatest.Next, stall, 1, "<nil>"},
		"register":          {lambdatest.Register, stall, 1, "signal: terminated"},
		"extension's event": {lambdatest.ExtensionNext, stall, 1, "<nil>"},
		"response":          {lambdatest.Response, stall, 2, "signal: terminated"},
		"half an event":     {lambdatest.Next, lambdatest.Answer{Status: 200, Cut: 30, Stall: stall.Stall}, 2, "signal: terminated, or <nil> where it has not begun to arrive"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, server := newServer(t)
			server.Script(test.endpoint, test.answer)
			process, _, _ := start(t, server, "close")
			if test.endpoint == lambdatest.Response {
				go server.Invoke(ctx, lambdatest.Invocation{Payload: []byte(`1`)})
			}
			if err := server.WaitRequests(ctx, test.endpoint, 1); err != nil {
				t.Fatal(err)
			}
			if test.endpoint == lambdatest.ExtensionNext {
				server.WaitReady(ctx)
			}
			process.Signal(syscall.SIGTERM)
			if test.signals > 1 {
				againUntilEnded(ctx, process)
			}
			if err := process.Wait(ctx); !strings.Contains(test.status, fmt.Sprint(err)) {
				t.Errorf("exit: %v, want %s", err, test.status)
			}
		})
	}
}

// againUntilEnded sends signals until the process has ended: a second one is none where
// the first was not yet taken.
func againUntilEnded(ctx context.Context, process *lambdatest.Process) {
	for process.State() == nil && ctx.Err() == nil {
		process.Signal(syscall.SIGTERM)
		soon, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
		process.Wait(soon)
		cancel()
	}
}

// A response on its way meets a server that reads a part of it. What of it has arrived is
// not known, so it is sent once.
func TestFaultsWhileSending(t *testing.T) {
	event := strings.Repeat("x", 4<<20) // more than the buffers between hold
	for name, test := range map[string]struct {
		end  func(*net.TCPConn)
		want string
	}{
		"close":     {func(c *net.TCPConn) {}, "no answer from the Runtime API: "},
		"reset":     {func(c *net.TCPConn) { c.SetLinger(0) }, "no answer from the Runtime API: "},
		"read half": {func(c *net.TCPConn) { io.CopyN(io.Discard, c, 2<<20) }, "no answer from the Runtime API: "},
		"garbage":   {func(c *net.TCPConn) { io.WriteString(c, "garbage\n") }, "no answer from the Runtime API: "},
		"500":       {func(c *net.TCPConn) { io.WriteString(c, "HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\noh") }, `status 500: "oh"`},
		"413, half": {func(c *net.TCPConn) { io.WriteString(c, "HTTP/1.1 413 No\r\nContent-Length: 9\r\n\r\noh") }, "GET /2018-06-01/runtime/invocation/next"},
	} {
		t.Run(name, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			environment := Environment{API: listener.Addr().String()}
			r := &Runtime{Environment: environment, Log: environment.Logger(io.Discard)}
			w := r.newService([]Handler{echo}).workers[0]
			ended := make(chan error, 1)
			go func() { ended <- w.run() }()

			connection := accept(t, listener).(*net.TCPConn)
			wantRequest(t, bufio.NewReader(connection), "GET /2018-06-01/runtime/invocation/next", "")
			fmt.Fprintf(connection, "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\nContent-Length: %d\r\n\r\n%s", len(event), event)
			io.ReadFull(connection, make([]byte, 100))
			test.end(connection)
			connection.Close()
			again := make(chan int, 1)
			go func() { again <- serveStatus(listener, 500) }()
			if err := <-ended; err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("run: %v, want %s", err, test.want)
			}
			listener.Close()
			if posts := <-again; posts > 0 {
				t.Errorf("the response was posted %d times more", posts)
			}
		})
	}
}

// serveStatus answers every request with a status, and counts POSTs until the listener
// is closed.
func serveStatus(listener net.Listener, status int) (posts int) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return posts
		}
		if line, _ := bufio.NewReader(connection).ReadString('\n'); strings.HasPrefix(line, "POST") {
			posts++
		}
		fmt.Fprintf(connection, "HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n", status)
		connection.Close()
	}
}
