package lambdatest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

func newServer(t *testing.T) (context.Context, *Server) {
	t.Helper()
	server, err := NewServer()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx, server
}

// What ends while a client reads: the connection in order or by a reset, the server.
func TestScriptedEnds(t *testing.T) {
	for name, test := range map[string]struct {
		answer Answer
		want   error
	}{
		"close":  {Answer{Status: 200, Body: []byte("0123"), Cut: 60}, io.ErrUnexpectedEOF},
		"reset":  {Answer{Status: 200, Body: []byte("0123"), Cut: 60, Reset: true}, syscall.ECONNRESET},
		"stall":  {Answer{Status: 200, Body: []byte("0123"), Cut: 60, Stall: make(chan struct{})}, nil},
		"silent": {Answer{Status: 200, Drop: true, Stall: make(chan struct{})}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, server := newServer(t)
			server.Script(ExtensionNext, test.answer)
			got := make(chan error, 1)
			go func() {
				response, err := http.Get("http://" + server.Address() + "/2020-01-01/extension/event/next")
				if err == nil {
					_, err = io.ReadAll(response.Body)
					response.Body.Close()
				}
				got <- err
			}()
			if err := server.WaitRequests(ctx, ExtensionNext, 1); err != nil {
				t.Fatal(err)
			}
			if test.answer.Stall != nil {
				server.Close()
			}
			if err := <-got; err == nil || test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("%v, want %v", err, test.want)
			}
		})
	}
}

// What a script says is what net/http's client sees.
func TestScript(t *testing.T) {
	_, server := newServer(t)
	released := make(chan struct{})
	close(released)
	next := "http://" + server.Address() + "/2018-06-01/runtime/invocation/next"
	for name, test := range map[string]struct {
		answer Answer
		want   string
	}{
		"status":     {Answer{Status: 500, Body: []byte("oh")}, "500 oh <nil>"},
		"no content": {Answer{Status: 204}, "204  <nil>"},
		"chunks":     {Answer{Status: 200, Body: []byte("0123456789"), Chunked: 3}, "200 0123456789 <nil>"},
		"lower case": {Answer{Status: 200, Body: []byte("x"), LowerCase: true}, "200 x <nil>"},
		"raw chunks": {Answer{Status: 200, Body: []byte("0123"), Chunked: 3, LowerCase: true}, "200 0123 <nil>"},
		"no length":  {Answer{Status: 200, Body: []byte("x"), UntilClose: true}, "200 x <nil>"},
		"close":      {Answer{Status: 200, Body: []byte("x"), Close: true}, "200 x <nil>"},
		"raw":        {Answer{Raw: []byte("HTTP/1.1 299 X\r\nContent-Length: 1\r\n\r\n1")}, "299 1 <nil>"},
		"endless":    {Answer{Raw: []byte("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\n"), Endless: []byte("12")}, "200 12121 <nil>"},
		"released":   {Answer{Status: 200, Body: []byte("0123"), Cut: 60, Stall: released}, "200 0123 <nil>"},
		"cut":        {Answer{Status: 200, Body: []byte("0123"), Cut: 60}, "200 012 unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			server.Script(Next, test.answer)
			response, err := http.Get(next)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if got := fmt.Sprintf("%d %s %v", response.StatusCode, body, err); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
	server.Script(Response, Answer{Drop: true})
	if _, err := http.Post(strings.Replace(next, "next", "id/response", 1), "", nil); err == nil {
		t.Error("there was an answer")
	}
	response, err := http.Get("http://" + server.Address() + "/elsewhere")
	if err != nil || response.StatusCode != 404 {
		t.Errorf("another path: %v, %v", response, err)
	}
}

// An invocation is sent in the way that a script says, and requests are recorded.
func TestScriptedDelivery(t *testing.T) {
	ctx, server := newServer(t)
	server.Script(Next, Answer{Chunked: 2, LowerCase: true})
	outcome := make(chan string, 1)
	go func() {
		got, err := server.Invoke(ctx, Invocation{Payload: []byte("event"), RequestID: "id-1"})
		outcome <- fmt.Sprintf("%s %v", got.Payload, err)
	}()
	const base = "/2018-06-01/runtime/invocation/"
	response, err := http.Get("http://" + server.Address() + base + "next")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	event, err := io.ReadAll(response.Body)
	if string(event) != "event" || response.Header.Get("Lambda-Runtime-Aws-Request-Id") != "id-1" || response.ContentLength != -1 || err != nil {
		t.Errorf("the event is %q, %v, %v", event, response, err)
	}
	if _, err := http.Post("http://"+server.Address()+base+"id-1/response", "", strings.NewReader("response")); err != nil {
		t.Fatal(err)
	}
	if got := <-outcome; got != "response <nil>" {
		t.Errorf("the outcome is %s", got)
	}
	if list := server.Requests(Response); len(list) != 1 || string(list[0].Body) != "response" || len(server.Requests()) != 2 {
		t.Errorf("the requests are %+v", server.Requests())
	}
}

// A streamed response may be answered in its midst.
func TestScriptedMidst(t *testing.T) {
	_, server := newServer(t)
	server.Script(Response, Answer{Status: 413, After: 3, Close: true})
	reader, writer := io.Pipe()
	defer writer.Close()
	go io.WriteString(writer, "part")
	request, _ := http.NewRequest(http.MethodPost, "http://"+server.Address()+"/2018-06-01/runtime/invocation/id/response", reader)
	request.ContentLength = -1
	request.Header.Set("Lambda-Runtime-Function-Response-Mode", "streaming")
	response, err := http.DefaultClient.Do(request)
	if err != nil || response.StatusCode != 413 {
		t.Errorf("%+v, %v", response, err)
	}
}
