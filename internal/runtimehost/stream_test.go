package runtimehost

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
)

// post streams a response, whose trailers are set when the body has ended, and returns the status.
func post(server *Server, id string, body io.Reader, trailers map[string]string) (int, error) {
	request, err := http.NewRequest(http.MethodPost, "http://"+server.Address()+"/2018-06-01/runtime/invocation/"+id+"/response", body)
	if err != nil {
		return 0, err
	}
	request.ContentLength = -1
	request.Header.Set("Lambda-Runtime-Function-Response-Mode", "streaming")
	request.Header.Set("Content-Type", "text/csv")
	request.Trailer = http.Header{}
	for name, value := range trailers {
		request.Trailer.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

// begin delivers an invocation, and returns its reply when stream has begun to post.
func begin(t *testing.T, ctx context.Context, server *Server, stream func(id string)) *Reply {
	t.Helper()
	go func() {
		header, _, err := call(http.MethodGet, "http://"+server.Address()+"/2018-06-01/runtime/invocation/next", "")
		if err == nil {
			stream(header.Get("Lambda-Runtime-Aws-Request-Id"))
		}
	}()
	reply, err := server.InvokeStream(ctx, Invocation{Payload: []byte(`{}`)})
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

// The parts of a response can be read as they come, then what the trailers say.
func TestStream(t *testing.T) {
	const kind, body = "Lambda-Runtime-Function-Error-Type", "Lambda-Runtime-Function-Error-Body"
	for name, test := range map[string]struct {
		trailers map[string]string
		want     string
	}{
		"good":       {nil, "<nil>"},
		"error":      {map[string]string{kind: "Function.X", body: base64.StdEncoding.EncodeToString([]byte(`{"a":1}`))}, `Function.X: {"a":1}`},
		"not base64": {map[string]string{kind: "Function.X", body: "{}"}, "Function.X: {}"},
		"type alone": {map[string]string{kind: "Function.X"}, "Function.X: "},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, server := newServer(t)
			reader, writer := io.Pipe()
			status := make(chan string, 1)
			reply := begin(t, ctx, server, func(id string) {
				code, err := post(server, id, reader, test.trailers)
				status <- fmt.Sprint(code, err)
			})
			for _, part := range []string{"one", "two"} {
				go io.WriteString(writer, part)
				got := make([]byte, 3)
				if _, err := io.ReadFull(reply, got); err != nil || string(got) != part {
					t.Fatalf("%s, %v", got, err)
				}
			}
			writer.Close()
			rest, err := io.ReadAll(reply)
			if len(rest) > 0 || fmt.Sprint(err) != test.want || !reply.Streamed || reply.ContentType != "text/csv" || reply.FunctionError {
				t.Errorf("%q, %v; %+v", rest, err, reply.Outcome)
			}
			if got := <-status; got != "202 <nil>" {
				t.Errorf("the runtime gets %s", got)
			}
		})
	}
}

// A runtime, a reader and a context may end before the response.
func TestStreamEnds(t *testing.T) {
	t.Run("the runtime", func(t *testing.T) {
		ctx, server := newServer(t)
		reader, writer := io.Pipe()
		reply := begin(t, ctx, server, func(id string) { post(server, id, reader, nil) })
		io.WriteString(writer, "part")
		writer.CloseWithError(errors.New("away"))
		if got, err := io.ReadAll(reply); string(got) != "part" || err != io.ErrUnexpectedEOF {
			t.Errorf("%q, %v", got, err)
		}
	})
	t.Run("the reader", func(t *testing.T) {
		ctx, server := newServer(t)
		reader, writer := io.Pipe()
		status := make(chan int, 1)
		reply := begin(t, ctx, server, func(id string) {
			code, _ := post(server, id, reader, nil)
			status <- code
		})
		reply.Close()
		for range 100 {
			writer.Write(make([]byte, 100_000))
		}
		writer.Close()
		if got := <-status; got != 202 {
			t.Errorf("the runtime gets %d", got)
		}
	})
	t.Run("the context", func(t *testing.T) {
		ctx, server := newServer(t)
		ctx, cancel := context.WithCancelCause(ctx)
		reader, writer := io.Pipe()
		defer writer.Close()
		reply := begin(t, ctx, server, func(id string) { post(server, id, reader, nil) })
		defer reply.Close()
		over := errors.New("over")
		cancel(over)
		if _, err := io.ReadAll(reply); err != over {
			t.Error(err)
		}
	})
	t.Run("the invocation", func(t *testing.T) {
		_, server := newServer(t)
		reader, writer := io.Pipe()
		go func() {
			writer.Write(make([]byte, 1_000_000))
			writer.Close()
		}()
		if status, err := post(server, "unknown", reader, nil); status != 202 || err != nil {
			t.Errorf("%d, %v", status, err)
		}
	})
}

// Invoke waits for all of it, and a reply may be whole at once.
func TestStreamWhole(t *testing.T) {
	ctx, server := newServer(t)
	start(t, server, "echo")
	reply, err := server.InvokeStream(ctx, Invocation{Payload: []byte(`"text"`)})
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Close()
	if got, err := io.ReadAll(reply); string(got) != `"text"` || err != nil || reply.Streamed || reply.Payload != nil {
		t.Errorf("%q, %v, %+v", got, err, reply)
	}
}
