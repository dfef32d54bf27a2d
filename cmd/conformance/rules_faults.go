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
		if err := t.start(t.echo); err != nil {
			return err
		}
		if endpoint == lambdatest.Response {
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

func dropped(t *trial) error {
	t.server.Script(lambdatest.Next, lambdatest.Answer{Drop: true})
	if err := t.start(t.echo); err != nil {
		return err
	}
	err := t.returns(`{}`)
	if err != nil && t.ended("the connection was closed") == nil {
		return nil
	}
	return err
}

func cut(t *trial) error {
	t.server.Script(lambdatest.Next, lambdatest.Answer{
		Header: [][2]string{{"Lambda-Runtime-Aws-Request-Id", "cut-off"}, {"Lambda-Runtime-Deadline-Ms", "1900000000000"}},
		Status: 200, Body: []byte(`{"text":"` + strings.Repeat("x", 1000) + `"}`), Cut: 700,
	})
	if err := t.start(t.echo); err != nil {
		return err
	}
	if err := t.returns(`{}`); err != nil && t.ended("the event was cut off") != nil {
		return err
	}
	for _, request := range t.server.Requests(lambdatest.Response) {
		if request.RequestID == "cut-off" {
			return fmt.Errorf("it posted a response of %d bytes", len(request.Body))
		}
	}
	return nil
}

func once(t *trial) error {
	t.server.Script(lambdatest.Response, lambdatest.Answer{Drop: true})
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
	n := 0
	for _, request := range t.server.Requests(lambdatest.Response, lambdatest.Error) {
		if request.RequestID == "only" {
			n++
		}
	}
	if n != 1 {
		return fmt.Errorf("it posted %d times", n)
	}
	return nil
}
