package runtimeapi

import (
	"bytes"
	"io"
	"net"
	"runtime"
	"sync"
	"testing"
)

// cannedAPI answers every request with the same bytes and allocates nothing, so that
// what is measured beside it is the client. It gives the worker that talks to it.
func cannedAPI(t testing.TB) *worker {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	next := []byte("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" +
		"Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n" +
		"Lambda-Runtime-Deadline-Ms: 1542409706888\r\n" +
		"Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-2:123456789012:function:f\r\n" +
		"Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1\r\n" +
		"Lambda-Runtime-Invocation-Id: 4f0f3a4a-6d0c-4b9c-8a51-0d7a3ad1a0b7\r\n" +
		"Date: Fri, 16 Nov 2018 23:08:20 GMT\r\nContent-Length: 14\r\n\r\n{\"name\":\"Ada\"}")
	accepted := []byte("HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n")
	done := make(chan bool)
	go func() {
		defer close(done)
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		defer connection.Close()
		buffer := make([]byte, 64<<10)
		for {
			n, err := connection.Read(buffer)
			if err != nil {
				return
			}
			answer := accepted
			if bytes.HasPrefix(buffer[:n], []byte("GET ")) {
				answer = next
			}
			connection.Write(answer)
		}
	}()
	environment := Environment{API: listener.Addr().String()}
	r := &Runtime{Environment: environment, Log: environment.Logger(io.Discard)}
	w := r.newService([]Handler{echo}).workers[0]
	t.Cleanup(func() {
		w.closeConn()
		listener.Close()
		<-done
	})
	return w
}

func (w *worker) once(t testing.TB) {
	if err := w.next(); err != nil {
		t.Fatal(err)
	}
	if err := w.serve(); err != nil {
		t.Fatal(err)
	}
}

// An invocation costs one allocation: its strings, which a handler may keep.
func TestAllocations(t *testing.T) {
	w := cannedAPI(t)
	w.once(t)
	if n := testing.AllocsPerRun(500, func() { w.once(t) }); n > 1 {
		t.Errorf("%v allocations for an invocation, want 1", n)
	}
}

func BenchmarkInvocation(b *testing.B) {
	w := cannedAPI(b)
	b.ReportAllocs()
	for b.Loop() {
		w.once(b)
	}
}

// BenchmarkResponse is the reading of a head and a body without a socket.
func BenchmarkResponse(b *testing.B) {
	wire := []byte("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" +
		"Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n" +
		"Lambda-Runtime-Deadline-Ms: 1542409706888\r\n" +
		"Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-2:123456789012:function:f\r\n" +
		"Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1\r\n" +
		"Date: Fri, 16 Nov 2018 23:08:20 GMT\r\nContent-Length: 14\r\n\r\n{\"name\":\"Ada\"}")
	var r response
	b.ReportAllocs()
	for b.Loop() {
		if err := read(&r, wire, len(wire)); err != nil {
			b.Fatal(err)
		}
	}
}

// The collector is never held up by a worker: not by one that waits for an event, not by
// one that is in the middle of its calls.
func TestGarbageCollection(t *testing.T) {
	s := serve(t, 0, echo)
	if err := s.WaitReady(s.ctx); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		runtime.GC()
	}
	done := make(chan bool)
	var collector sync.WaitGroup
	collector.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				runtime.GC()
			}
		}
	})
	event := string(bytes.Repeat([]byte("x"), 200<<10))
	for range 50 {
		if outcome := s.invokeEvent(event); string(outcome.Payload) != event {
			t.Fatal("the event came back changed")
		}
	}
	close(done)
	collector.Wait()
	if err := s.end(); err != nil {
		t.Error(err)
	}
}
