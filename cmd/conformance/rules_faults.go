package main

import (
	"fmt"
	"slices"
	"strings"

	"sqlambda/internal/lambdatest"
)

// statusOfResponse checks that the runtime goes on after a status to its response.
func statusOfResponse(status int) func(*trial) error {
	return func(t *trial) error {
		t.server.Script(lambdatest.Response, lambdatest.Answer{Status: status, Body: []byte(`{"errorType":"X","errorMessage":"no"}`)})
		if err := t.start(t.echo); err != nil {
			return err
		}
		if _, err := t.invoke(lambdatest.Invocation{Payload: []byte(`{}`)}); err != nil {
			return err
		}
		return t.returns(`{"n":2}`)
	}
}

// statusOrEnd checks that the runtime goes on or ends after a status to its response.
func statusOrEnd(status int) func(*trial) error {
	return func(t *trial) error {
		err := statusOfResponse(status)(t)
		if err != nil && t.ended("the answer") == nil {
			return nil
		}
		return err
	}
}

// endsAfter checks that the runtime ends after a status.
func endsAfter(endpoint lambdatest.Endpoint, status int) func(*trial) error {
	return func(t *trial) error {
		answer := lambdatest.Answer{Status: status, Body: []byte(`{"errorType":"ServiceException","errorMessage":"no"}`)}
		t.server.Script(endpoint, slices.Repeat([]lambdatest.Answer{answer}, 1000)...)
		handler := t.echo
		if endpoint == lambdatest.Error {
			handler = t.fail
		}
		if err := t.start(handler); err != nil {
			return err
		}
		if endpoint != lambdatest.Next {
			if _, err := t.invoke(lambdatest.Invocation{Payload: []byte(`{}`)}); err != nil {
				return err
			}
		}
		return t.ended(fmt.Sprint("a status of ", status))
	}
}

func calm(t *trial) error {
	err := endsAfter(lambdatest.Next, 403)(t)
	if err != nil && len(t.server.Requests(lambdatest.Next)) <= manyRequests {
		return nil
	} else if err != nil {
		return fmt.Errorf("it asked more than %d times within %s", manyRequests, t.patience)
	}
	return nil
}

// initErrorRefused answers the report of an init's failure with a status.
func initErrorRefused(t *trial) error {
	t.server.Script(lambdatest.InitFailure, lambdatest.Answer{Status: 403, Body: []byte(`{"errorType":"InvalidStateTransition","errorMessage":"no"}`)})
	return initError(t)
}

// dropped ends the connection of the first request for an event.
func dropped(reset bool) func(*trial) error {
	return func(t *trial) error {
		t.server.Script(lambdatest.Next, lambdatest.Answer{Drop: true, Reset: reset})
		if err := t.start(t.echo); err != nil {
			return err
		}
		err := t.returns(`{}`)
		if err != nil && t.ended("the connection was closed") == nil {
			return nil
		}
		return err
	}
}

// partly is an event that is more than 1000 bytes long, of which so many bytes are sent.
func partly(requestID string, bytes int) lambdatest.Answer {
	return lambdatest.Answer{
		Header: [][2]string{{"Lambda-Runtime-Aws-Request-Id", requestID}, {"Lambda-Runtime-Deadline-Ms", "1900000000000"}},
		Status: 200, Body: []byte(`{"text":"` + strings.Repeat("x", 1000) + `"}`), Cut: bytes,
	}
}

// cut ends an event after some bytes.
func cut(bytes int) func(*trial) error {
	return func(t *trial) error {
		t.server.Script(lambdatest.Next, partly("cut-off", bytes))
		if err := t.start(t.echo); err != nil {
			return err
		}
		if err := t.returns(`{}`); err != nil && t.ended("the event was cut off") != nil {
			return err
		}
		for _, request := range t.server.Requests(lambdatest.Response, lambdatest.Error) {
			if request.RequestID == "cut-off" {
				return fmt.Errorf("it answered, with %d bytes", len(request.Body))
			}
		}
		return nil
	}
}

// slowEvent holds back the second half of an event.
func slowEvent(t *trial) error {
	release := make(chan struct{})
	event := partly("slow", 700)
	event.Stall = release
	t.server.Script(lambdatest.Next, event)
	t.server.Script(lambdatest.Response, lambdatest.Answer{Status: 202})
	if err := t.start(t.echo); err != nil {
		return err
	}
	if err := t.asked(lambdatest.Next, 1, "no request for an event"); err != nil {
		return err
	}
	t.pause()
	close(release)
	if err := t.asked(lambdatest.Response, 1, "no response"); err != nil {
		return err
	}
	response := t.server.Requests(lambdatest.Response)[0]
	return returned(string(event.Body), lambdatest.Outcome{Payload: response.Body}, nil)
}

// once answers a response in a way that does not tell whether it has come.
func once(answer lambdatest.Answer) func(*trial) error {
	return func(t *trial) error {
		t.server.Script(lambdatest.Response, answer)
		if err := t.start(t.echo); err != nil {
			return err
		}
		outcome, err := t.invoke(lambdatest.Invocation{RequestID: "only", Payload: []byte(`{}`)})
		if err := returned(`{}`, outcome, err); err != nil {
			return err
		}
		if err := t.returns(`{"n":2}`); err != nil && t.ended("the connection was closed") != nil {
			return err
		}
		return t.postedOnce("only")
	}
}

func (t *trial) postedOnce(requestID string) error {
	n := 0
	for _, request := range t.server.Requests(lambdatest.Response, lambdatest.Error) {
		if request.RequestID == requestID {
			n++
		}
	}
	if n != 1 {
		return fmt.Errorf("it posted %d times", n)
	}
	return nil
}

// slowAnswer holds back the answer to a response.
func slowAnswer(t *trial) error {
	release := make(chan struct{})
	t.server.Script(lambdatest.Response, lambdatest.Answer{Drop: true, Stall: release})
	if err := t.start(t.echo); err != nil {
		return err
	}
	outcome, err := t.invoke(lambdatest.Invocation{RequestID: "only", Payload: []byte(`{}`)})
	if err := returned(`{}`, outcome, err); err != nil {
		return err
	}
	t.pause()
	close(release)
	if err := t.returns(`{"n":2}`); err != nil {
		return err
	}
	return t.postedOnce("only")
}
