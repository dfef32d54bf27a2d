//go:build linux && (amd64 || arm64) && !portable

package runtimeapi

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
)

// A connection that the server closed while the handler ran, or on which it said
// something unasked, is not used for the outcome: another one is, and nothing is sent
// twice.
func TestStaleConnection(t *testing.T) {
	event := strings.Repeat("x", 2*inlineBody)
	for name, spoil := range map[string]func(net.Conn){
		"closed":  func(c net.Conn) { c.Close() },
		"unasked": func(c net.Conn) { fmt.Fprint(c, strings.Repeat("HTTP/1.1 408 Request Timeout\r\n", 100)) },
	} {
		t.Run(name, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			inHandler, spoiled := make(chan bool), make(chan bool)
			environment := Environment{API: listener.Addr().String()}
			r := &Runtime{Environment: environment, Log: environment.Logger(io.Discard)}
			w := r.newService([]Handler{func(i *Invocation) ([]byte, error) {
				inHandler <- true
				<-spoiled
				return i.Payload, nil
			}}).workers[0]
			stopped := make(chan error, 1)
			go func() { stopped <- w.run() }()

			first := accept(t, listener)
			wantRequest(t, bufio.NewReader(first), "GET /2018-06-01/runtime/invocation/next", "")
			fmt.Fprintf(first, "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\nContent-Length: %d\r\n\r\n%s", len(event), event)
			<-inHandler
			spoil(first)
			spoiled <- true

			second := accept(t, listener)
			requests := bufio.NewReader(second)
			wantRequest(t, requests, "POST /2018-06-01/runtime/invocation/id/response", event)
			fmt.Fprint(second, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
			wantRequest(t, requests, "GET /2018-06-01/runtime/invocation/next", "")
			w.service.stop()
			if err := <-stopped; err != errStopped {
				t.Errorf("run: %v", err)
			}
		})
	}
}
