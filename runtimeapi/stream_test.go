package runtimeapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"sqlambda/internal/lambdatest"
)

// streamed invokes a handler once and returns what came; the next event is served, too.
func streamed(t *testing.T, handler Handler) (*session, lambdatest.Outcome) {
	t.Helper()
	s := serve(t, 0, func(i *Invocation) ([]byte, error) {
		if i.RequestID != "id-1" {
			return i.Payload, nil
		}
		return handler(i)
	})
	outcome := s.invoke(lambdatest.Invocation{RequestID: "id-1", Payload: []byte(`{}`), InvocationID: "attempt-1"})
	if next := s.invokeEvent(`"next"`); string(next.Payload) != `"next"` || next.FunctionError {
		t.Errorf("the next outcome: %+v", next)
	}
	return s, outcome
}

// What is written, and what the handler then returns, is the response.
func TestStream(t *testing.T) {
	for name, test := range map[string]struct {
		handler           Handler
		want, contentType string
	}{
		"parts": {func(i *Invocation) ([]byte, error) {
			s := i.Stream("text/csv")
			io.WriteString(s, "a,")
			s.Flush()
			s.Flush()
			io.WriteString(s, "b")
			s.Write(nil)
			return []byte("\n"), nil
		}, "a,b\n", "text/csv"},
		"nothing":       {func(i *Invocation) ([]byte, error) { i.Stream(""); return nil, nil }, "", "application/octet-stream"},
		"only the last": {func(i *Invocation) ([]byte, error) { i.Stream("text/plain"); return []byte("x"), nil }, "x", "text/plain"},
		"a long last": {func(i *Invocation) ([]byte, error) { i.Stream(""); return make([]byte, MaxPayload+1), nil },
			strings.Repeat("\x00", MaxPayload+1), "application/octet-stream"},
		"a buffer": {func(i *Invocation) ([]byte, error) {
			_, err := i.Stream("").Write(make([]byte, streamBuffer))
			return nil, err
		}, strings.Repeat("\x00", streamBuffer), "application/octet-stream"},
		"20 MB": {func(i *Invocation) ([]byte, error) {
			s := i.Stream("")
			for range 20 {
				if n, err := s.Write(bytes.Repeat([]byte("x"), 1_000_001)); n != 1_000_001 || err != nil {
					return nil, fmt.Errorf("%d, %w", n, err)
				}
			}
			return nil, nil
		}, strings.Repeat("x", 20_000_020), "application/octet-stream"},
		"HTTP": {func(i *Invocation) ([]byte, error) {
			s := i.StreamHTTP(HTTPHead{StatusCode: 201, Headers: map[string]string{"X-B": "\"\x00", "content-type": "text/plain"}, Cookies: []string{"a=1; Secure", "b=2"}})
			io.WriteString(s, "body")
			return nil, nil
		}, `{"statusCode":201,"headers":{"X-B":"\"\u0000","content-type":"text/plain"},"cookies":["a=1; Secure","b=2"]}` +
			strings.Repeat("\x00", 8) + "body", httpStream},
		"HTTP without anything": {func(i *Invocation) ([]byte, error) { i.StreamHTTP(HTTPHead{}); return nil, nil },
			`{"statusCode":200,"headers":{},"cookies":[]}` + strings.Repeat("\x00", 8), httpStream},
		"begun anew": {func(i *Invocation) ([]byte, error) {
			fmt.Fprint(i.Stream("text/csv"), "a,b")
			fmt.Fprint(i.Stream("bad\r\n"), "a,b")
			s := i.Stream("text/html")
			if s.Sent() {
				return nil, errors.New("it is sent")
			}
			fmt.Fprint(s, "<p>")
			s.Flush()
			if _, err := i.Stream("text/plain").Write([]byte("late")); err != errBegun || !s.Sent() || !i.Stream("").Sent() {
				return nil, fmt.Errorf("%t, %w", s.Sent(), err)
			}
			fmt.Fprint(s, "</p>")
			return nil, nil
		}, "<p></p>", "text/html"},
	} {
		t.Run(name, func(t *testing.T) {
			s, got := streamed(t, test.handler)
			if string(got.Payload) != test.want || got.Trailer != nil || got.FunctionError || got.ContentType != test.contentType {
				t.Errorf("%.300q, want %.300q; %v, %q", got.Payload, test.want, got.Trailer, got.ContentType)
			}
			posts := s.Requests(lambdatest.Response)
			head := posts[0].Header
			if head.Get("Lambda-Runtime-Function-Response-Mode") != "streaming" || head.Get("Lambda-Runtime-Invocation-Id") != "attempt-1" ||
				fmt.Sprint(posts[0].TransferEncoding) != "[chunked]" || !posts[0].Close || len(posts[0].Trailer) != 2 {
				t.Errorf("the request: %v, %+v", posts[0].Trailer, posts[0].Request)
			}
			if nexts := s.Requests(lambdatest.Next); nexts[0].RemoteAddr != nexts[1].RemoteAddr {
				t.Error("the connection of the next event is another one")
			}
			if err := s.end(); err != nil || s.log.String() != "" || len(posts) != 2 {
				t.Errorf("Serve: %v, %d posts\n%s", err, len(posts), s.log)
			}
		})
	}
}

// Streams after each other, and of several workers, are each their own.
func TestStreams(t *testing.T) {
	handler := func(i *Invocation) ([]byte, error) {
		s := i.Stream("")
		for range 1000 {
			s.Write(i.Payload)
		}
		return nil, nil
	}
	s := serve(t, 3, handler, handler, handler)
	failures := make(chan error)
	for worker := range 3 {
		go func() {
			var err error
			for n := range 10 {
				event := fmt.Sprintf(`{"worker":%d,"n":%d}`, worker, n)
				outcome, failed := s.Invoke(s.ctx, lambdatest.Invocation{Payload: []byte(event)})
				if string(outcome.Payload) != strings.Repeat(event, 1000) || failed != nil {
					err = fmt.Errorf("%s gives %.50s, %w", event, outcome.Payload, failed)
				}
			}
			failures <- err
		}()
	}
	for range 3 {
		if err := <-failures; err != nil {
			t.Error(err)
		}
	}
	if err := s.end(); err != nil {
		t.Error(err)
	}
}

// What is flushed arrives while the handler goes on.
func TestStreamLeaves(t *testing.T) {
	arrived := make(chan struct{})
	s := serve(t, 0, func(i *Invocation) ([]byte, error) {
		s := i.Stream("")
		fmt.Fprint(s, "first")
		s.Flush()
		select {
		case <-arrived:
		case <-t.Context().Done():
		}
		return []byte("last"), nil
	})
	reply, err := s.InvokeStream(s.ctx, lambdatest.Invocation{Payload: []byte(`{}`)})
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Close()
	first := make([]byte, 5)
	if _, err := io.ReadFull(reply, first); err != nil || string(first) != "first" {
		t.Fatalf("%s, %v", first, err)
	}
	close(arrived)
	if rest, err := io.ReadAll(reply); string(rest) != "last" || err != nil {
		t.Errorf("%s, %v", rest, err)
	}
}

// An error is an ordinary one before the first byte has left, and one of the trailers after it.
func TestStreamErrors(t *testing.T) {
	failure := &Error{Type: "Order.NotFound", Message: "there is no order 7", StackTrace: []string{"orders.sql:3"}}
	const report = `{"errorType":"Order.NotFound","errorMessage":"there is no order 7","stackTrace":["orders.sql:3"]}`
	for name, test := range map[string]struct {
		flush   bool
		end     func() ([]byte, error)
		trailer string // or the error
		fatal   bool
	}{
		"before":       {false, func() ([]byte, error) { return nil, failure }, report, false},
		"after":        {true, func() ([]byte, error) { return []byte("lost"), failure }, "Function.OrderNotFound: " + report, false},
		"panic before": {false, func() ([]byte, error) { panic("oh") }, `{"errorType":"Function.Panic","errorMessage":"oh"`, true},
		"panic after":  {true, func() ([]byte, error) { panic("oh") }, `Function.Panic: {"errorType":"Function.Panic","errorMessage":"oh"`, true},
		"long": {true, func() ([]byte, error) {
			return nil, &Error{Type: strings.Repeat("\x01", 300), Message: strings.Repeat("\x01", 1<<20), StackTrace: make([]string, 100_000)}
		}, `Function.Unknown: {"errorType":"\u0001\u0001`, false},
		"many places": {true, func() ([]byte, error) {
			return nil, &Error{Type: "Many", Message: strings.Repeat("m", 2<<10), StackTrace: []string{strings.Repeat("s", 900), strings.Repeat("t", 900)}}
		}, `Function.Many: {"errorType":"Many","errorMessage":"` + strings.Repeat("m", 1021) + `…","stackTrace":["` + strings.Repeat("s", 900) + `"]}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, 0, func(i *Invocation) ([]byte, error) {
				if i.RequestID != "id-1" {
					return i.Payload, nil
				}
				s := i.Stream("")
				fmt.Fprint(s, "part")
				if test.flush {
					s.Flush()
				}
				fmt.Fprint(s, "ly")
				return test.end()
			})
			outcome := s.invoke(lambdatest.Invocation{RequestID: "id-1", Payload: []byte(`{}`)})
			got := string(outcome.Payload)
			if test.flush {
				if got != "partly" || outcome.FunctionError || outcome.Trailer == nil {
					t.Fatalf("%+v", outcome)
				}
				got = outcome.Trailer.Error()
			} else if !outcome.FunctionError || len(s.Requests(lambdatest.Response)) > 0 {
				t.Errorf("%+v", outcome)
			}
			if !strings.HasPrefix(got, test.trailer) {
				t.Errorf("%.1000s, want %s", got, test.trailer)
			}
			if n := strings.Count(s.log.String(), "ERROR"); n != 1 {
				t.Errorf("%d errors in the log:\n%.1000s", n, s.log)
			}
			if test.fatal {
				if err := s.wait(); err == nil || !strings.HasPrefix(err.Error(), "the handler cannot go on") {
					t.Errorf("Serve: %v", err)
				}
			} else if outcome := s.invokeEvent(`1`); string(outcome.Payload) != `1` {
				t.Errorf("the next outcome: %+v", outcome)
			}
		})
	}
}

// A stream that nothing can be written to fails its invocation, whatever the handler makes of it.
func TestStreamUnusable(t *testing.T) {
	streams := make(chan *Stream, 1)
	_, got := streamed(t, func(i *Invocation) ([]byte, error) {
		s := i.Stream("text/plain\r\nX: y")
		s.Write([]byte("ignored"))
		streams <- s
		return nil, nil
	})
	if !got.FunctionError || !strings.Contains(string(got.Payload), `the content type of a stream has control characters: \"text/plain`) {
		t.Errorf("%+v", got)
	}
	if s := <-streams; s.Flush() == nil {
		t.Error("it can be written to when the invocation is over")
	}
	_, got = streamed(t, func(i *Invocation) ([]byte, error) {
		streams <- i.Stream("")
		return nil, nil
	})
	s := <-streams
	if n, err := s.Write([]byte("late")); n != 0 || err != errOver || s.Flush() != errOver {
		t.Errorf("%d, %v", n, err)
	}
	if len(got.Payload) > 0 {
		t.Errorf("%+v", got)
	}
	if n, err := new(Invocation).StreamHTTP(HTTPHead{}).Write([]byte("x")); n != 0 || err != errUnserved {
		t.Errorf("%d, %v", n, err)
	}
}
