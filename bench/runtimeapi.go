package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// runtimeAPI is Lambda's Runtime API for one process. It reads real HTTP as cheaply as it
// can, because its own cost is part of every latency. The server of package lambdatest, made
// for tests, costs as much as the handlers that it would measure.
type runtimeAPI struct {
	listener net.Listener
	// idle receives nil when the process has no invocation left, and an error if it fails.
	idle  chan error
	loads chan *load

	mu       sync.Mutex
	load     *load     // in progress
	asked    time.Time // when the last GET /next was read
	sequence int
}

// load is n invocations in a row, with one event after the other, and their results.
type load struct {
	events [][]byte // over and over
	n      int
	pause  time.Duration // before every invocation

	latencies []time.Duration // from writing the event until the response is read
	response  []byte          // the last one
	sent      time.Time
}

func newRuntimeAPI() (*runtimeAPI, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	a := &runtimeAPI{listener: listener, idle: make(chan error, 8), loads: make(chan *load)}
	go a.accept()
	return a, nil
}

func (a *runtimeAPI) address() string { return a.listener.Addr().String() }

// close ends the server; the process it served has ended before.
func (a *runtimeAPI) close() {
	a.listener.Close()
	close(a.loads)
}

func (a *runtimeAPI) accept() {
	for {
		connection, err := a.listener.Accept()
		if err != nil {
			return
		}
		go a.serve(connection)
	}
}

func (a *runtimeAPI) serve(connection net.Conn) {
	defer connection.Close()
	reader := bufio.NewReaderSize(connection, 64<<10)
	var buffer []byte
	for {
		request, err := http.ReadRequest(reader)
		if err != nil {
			return // the process has ended
		}
		buffer, err = a.answer(buffer[:0], request)
		if err != nil {
			a.idle <- err
			return
		}
		if _, err := connection.Write(buffer); err != nil {
			return
		}
	}
}

// answer takes a request and appends its answer.
func (a *runtimeAPI) answer(buffer []byte, request *http.Request) ([]byte, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case strings.HasSuffix(request.URL.Path, "/extension/register"):
		return append(buffer, "HTTP/1.1 200 OK\r\nLambda-Extension-Identifier: 1\r\nContent-Length: 0\r\n\r\n"...), nil
	case strings.HasSuffix(request.URL.Path, "/extension/event/next"):
		return buffer, nil // there are none
	case strings.HasSuffix(request.URL.Path, "/next"):
		return a.next(buffer)
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	if !strings.HasSuffix(request.URL.Path, "/response") || a.load == nil {
		return nil, fmt.Errorf("%s %s: %.1000s", request.Method, request.URL.Path, body)
	}
	a.load.latencies = append(a.load.latencies, time.Since(a.load.sent))
	a.load.response = body
	const accepted = `{"status":"OK"}` + "\n"
	return fmt.Appendf(buffer, "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n"+
		"Date: %s\r\nContent-Length: %d\r\n\r\n%s", a.date(), len(accepted), accepted), nil
}

// next appends the next invocation, which it waits for.
func (a *runtimeAPI) next(buffer []byte) ([]byte, error) {
	a.asked = time.Now()
	if a.load == nil || len(a.load.latencies) == a.load.n {
		a.idle <- nil
		if a.load = <-a.loads; a.load == nil {
			return nil, io.EOF
		}
	}
	time.Sleep(a.load.pause)
	event := a.load.events[len(a.load.latencies)%len(a.load.events)]
	a.sequence++
	buffer = fmt.Appendf(buffer, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"+
		"Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-%012[1]x\r\n"+
		"Lambda-Runtime-Deadline-Ms: %[2]d\r\n"+
		"Lambda-Runtime-Invocation-Id: 2b1cd5ea-0a4f-4f66-8a3c-%012[1]x\r\n"+
		"Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:bench\r\n"+
		"Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c8%08[1]x;Parent=9a9197af755a6419;Sampled=0\r\n"+
		"Date: %[3]s\r\nContent-Length: %[4]d\r\n\r\n",
		a.sequence, time.Now().Add(time.Minute).UnixMilli(), a.date(), len(event))
	buffer = append(buffer, event...)
	a.load.sent = time.Now()
	return buffer, nil
}

// date is a header of every answer; formatting it costs more than the rest.
func (a *runtimeAPI) date() string { return "Thu, 01 Jan 2026 00:00:00 GMT" }
