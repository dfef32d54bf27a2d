package runtimeapi

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"sqlambda/internal/lambdatest"
)

// Every status there is, as the answer to each of the three requests.
func TestStatuses(t *testing.T) {
	failing := func(*Invocation) ([]byte, error) { return nil, &Error{Type: "Function.Test"} }
	for status := 200; status <= 599; status++ {
		for _, test := range []struct {
			name     string
			endpoint lambdatest.Endpoint
			handler  Handler
			goesOn   bool
			log      string
		}{
			{"response", lambdatest.Response, echo, status < 300 || status == 410 || status == 413, ""},
			{"error", lambdatest.Error, failing, status < 300 || status == 410 || status == 413, ""},
			{"next", lambdatest.Next, echo, false, ""},
		} {
			if test.endpoint == lambdatest.Next && status == 200 {
				continue
			}
			t.Run(fmt.Sprintf("%s/%d", test.name, status), func(t *testing.T) {
				ctx, server := newServer(t)
				server.Script(test.endpoint, lambdatest.Answer{Status: status, Body: []byte(`{"errorType":"Why"}`)})
				s := serveOn(t, ctx, server, 0, test.handler)
				if test.endpoint != lambdatest.Next {
					s.invokeEvent(`{}`)
				}
				if test.goesOn {
					s.invokeEvent(`{}`)
					if err := s.end(); err != nil {
						t.Fatalf("Serve: %v", err)
					}
				} else if err := s.wait(); err == nil || !strings.Contains(err.Error(), fmt.Sprint("status ", status)) {
					t.Fatalf("Serve: %v", err)
				}
				wantLog(t, s.log.String(), status, test.goesOn)
			})
		}
	}
}

func wantLog(t *testing.T, log string, status int, goesOn bool) {
	t.Helper()
	want := ""
	switch {
	case !goesOn:
		want = "FATAL\t"
	case status == 410:
		want = "WARN\tthe invocation timed out"
	case status == 413:
		want = `ERROR	Lambda refused the response as too large and recorded that: {"errorType":"Why"}`
	}
	if !strings.Contains(log, want) || strings.Contains(log, "FATAL") == goesOn {
		t.Errorf("log %q, want %q", log, want)
	}
}

// Connections that end at any moment.
func TestDrops(t *testing.T) {
	t.Run("while waiting", func(t *testing.T) {
		ctx, server := newServer(t)
		server.Script(lambdatest.Next, lambdatest.Answer{Drop: true}, lambdatest.Answer{Drop: true})
		s := serveOn(t, ctx, server, 0, echo)
		if outcome := s.invokeEvent(`7`); string(outcome.Payload) != "7" {
			t.Errorf("outcome: %+v", outcome)
		}
		if n := len(s.Requests(lambdatest.Next)); n < 3 {
			t.Errorf("%d requests for an event", n)
		}
		if err := s.end(); err != nil {
			t.Error(err)
		}
	})
	t.Run("again and again", func(t *testing.T) {
		ctx, server := newServer(t)
		server.Script(lambdatest.Next, make20(lambdatest.Answer{Drop: true})...)
		s := serveOn(t, ctx, server, 0, echo)
		if err := s.wait(); err == nil || !strings.Contains(err.Error(), "GET /2018-06-01/runtime/invocation/next") {
			t.Errorf("Serve: %v", err)
		}
	})
	for name, endpoint := range map[string]lambdatest.Endpoint{"response": lambdatest.Response, "error": lambdatest.Error} {
		t.Run("after the "+name, func(t *testing.T) {
			ctx, server := newServer(t)
			server.Script(endpoint, lambdatest.Answer{Drop: true})
			s := serveOn(t, ctx, server, 0, func(i *Invocation) ([]byte, error) {
				if name == "error" {
					return nil, errors.New("no")
				}
				return i.Payload, nil
			})
			s.invokeEvent(`{}`)
			if err := s.wait(); err == nil || !strings.Contains(err.Error(), "no answer from the Runtime API") {
				t.Errorf("Serve: %v", err)
			}
			if n := len(s.Requests(endpoint)); n != 1 {
				t.Errorf("posted %d times", n)
			}
		})
	}
	t.Run("the API is gone", func(t *testing.T) {
		ctx, server := newServer(t)
		server.Close()
		s := serveOn(t, ctx, server, 0, echo)
		if err := s.wait(); err == nil || !strings.Contains(err.Error(), "cannot connect to the Runtime API at "+server.Address()) {
			t.Errorf("Serve: %v", err)
		}
	})
}

func make20(answer lambdatest.Answer) (answers []lambdatest.Answer) {
	for range 20 {
		answers = append(answers, answer)
	}
	return answers
}

// An event that is cut off anywhere is handed to no handler; a whole one is.
func TestCutOff(t *testing.T) {
	ctx, server := newServer(t)
	for _, chunked := range []int{0, 3} {
		handled := make(chan bool, 1)
		handler := func(*Invocation) ([]byte, error) { handled <- true; return nil, nil }
		for cut := 1; len(handled) == 0; cut++ {
			server.Script(lambdatest.Next, lambdatest.Answer{
				Status: 200, Body: []byte(`{"a":1}`), Chunked: chunked, Cut: cut,
				Header: [][2]string{{"Lambda-Runtime-Aws-Request-Id", "id"}},
			})
			server.Script(lambdatest.Response, lambdatest.Answer{Status: 500}) // ends the last round
			s := serveOn(t, ctx, server, 0, handler)
			if err := s.wait(); len(handled) == 0 && !errors.Is(err, errCutOff) {
				t.Fatalf("chunks of %d, cut after %d bytes: %v", chunked, cut, err)
			}
			if len(handled) > 0 && cut < 90 {
				t.Errorf("chunks of %d, cut after %d bytes: handled", chunked, cut)
			}
		}
	}
}
