package runtimeapi

import (
	"fmt"
	"strings"
	"testing"

	"sqlambda/internal/lambdatest"
)

// Lambda goes away, or answers, in the midst of a response that would never end. The handler is
// told; what comes of it is the same as with a whole response.
func TestStreamFaults(t *testing.T) {
	early := func(status int, answer lambdatest.Answer) lambdatest.Answer {
		answer.Status, answer.Body = status, []byte(`{"errorType":"Why"}`)
		return answer
	}
	never := make(chan struct{})
	for name, test := range map[string]struct {
		answer lambdatest.Answer
		writer string // the error that the handler gets
		log    string // has this, once
		want   outcome
	}{
		"closed":                 {lambdatest.Answer{Drop: true}, "takes no more of the response", "FATAL", cutOff + "|broken pipe"},
		"reset":                  {lambdatest.Answer{Drop: true, Reset: true}, "takes no more of the response", "FATAL", cutOff + "|broken pipe"},
		"413":                    {early(413, lambdatest.Answer{Close: true}), "status 413: \"{\\\"errorType", "ERROR\tLambda refused the response as too large", harmless},
		"413, and stays":         {early(413, lambdatest.Answer{Stall: never}), "status 413", "ERROR\tLambda refused the response as too large", harmless},
		"413, and reads no more": {early(413, lambdatest.Answer{Stall: never, Deaf: true}), "status 413", "ERROR\tLambda refused the response as too large", harmless},
		"410":                    {early(410, lambdatest.Answer{Stall: never}), "status 410", "WARN\tthe invocation timed out", harmless},
		"500":                    {early(500, lambdatest.Answer{Stall: never}), "status 500", "FATAL", "answered with status 500"},
		"not HTTP":               {lambdatest.Answer{Raw: []byte("oh\r\n"), Stall: never}, "not an HTTP/1.1 response", "FATAL", notHTTP11},
		"202, then closed":       {early(202, lambdatest.Answer{Close: true}), "takes no more of the response", "ERROR\tFunction.Unknown", harmless},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, server := newServer(t)
			test.answer.After = 1
			server.Script(lambdatest.Next, lambdatest.Answer{Status: 200, Body: []byte(eventBody), Header: [][2]string{{"Lambda-Runtime-Aws-Request-Id", "faulty"}}})
			server.Script(lambdatest.Response, test.answer)
			written := make(chan error, 1)
			s := serveOn(t, ctx, server, 0, func(i *Invocation) ([]byte, error) {
				if i.RequestID != "faulty" {
					return i.Payload, nil
				}
				s := i.Stream("")
				var err error
				for part := make([]byte, 100_000); err == nil; {
					_, err = s.Write(part)
				}
				if _, again := s.Write([]byte("x")); again != err || s.Flush() != err {
					err = fmt.Errorf("the error does not stay: %w, then %w", err, again)
				}
				written <- err
				return nil, fmt.Errorf("writing: %w", err)
			})
			select {
			case err := <-written:
				if !strings.Contains(fmt.Sprint(err), test.writer) {
					t.Errorf("the handler gets %v, want %s", err, test.writer)
				}
			case <-ctx.Done():
				t.Fatal("the handler still writes")
			}
			c := trial{T: t, want: test.want}
			if c.goesOn() {
				if outcome := s.invokeEvent(`"good"`); string(outcome.Payload) != `"good"` {
					t.Errorf("the next invocation: %+v", outcome)
				}
				s.stop()
			}
			if err := s.wait(); (err != nil || !c.goesOn()) && !c.matches(fmt.Sprint(err)) {
				t.Errorf("Serve: %v, want %s", err, test.want)
			}
			if log := s.log.String(); strings.Count(log, test.log) != 1 || strings.Count(log, "\n") != 1 {
				t.Errorf("the log lacks %q, or has more:\n%s", test.log, log)
			}
			if n := len(server.Requests(lambdatest.Response, lambdatest.Error)); c.goesOn() != (n == 2) {
				t.Errorf("%d outcomes were posted", n)
			}
		})
	}
}

// Without a Runtime API to connect to, the process ends, as for other responses.
func TestStreamCannotConnect(t *testing.T) {
	s := serve(t, 0, func(i *Invocation) ([]byte, error) {
		i.worker.streamClient, i.worker.streamBuffer = i.worker.service.newClient(), make([]byte, sizeRoom, sizeRoom+streamBuffer)
		i.worker.streamClient.host = "127.0.0.1:1"
		_, err := i.Stream("").Write(make([]byte, streamBuffer))
		return nil, err
	})
	if got := s.invokeEvent(`{}`); !got.FunctionError || !strings.Contains(string(got.Payload), "cannot connect to the Runtime API at 127.0.0.1:1") {
		t.Errorf("%+v", got)
	}
}
