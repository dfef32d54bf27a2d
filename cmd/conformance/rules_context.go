package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"sqlambda/internal/lambdatest"
)

// contextOf returns what the handler says of the context of an invocation.
func (t *trial) contextOf(invocation lambdatest.Invocation) (context struct {
	RequestID   string      `json:"requestId"`
	DeadlineMs  json.Number `json:"deadlineMs"`
	FunctionARN string      `json:"functionArn"`
	TraceID     string      `json:"traceId"`
}, err error) {
	outcome, err := t.invoke(invocation)
	if err == nil && outcome.FunctionError {
		err = fmt.Errorf("the handler failed: %.200s", outcome.Payload)
	}
	if err == nil {
		err = json.Unmarshal(outcome.Payload, &context)
	}
	return context, err
}

func contextFields(t *trial) error {
	if t.context == "" {
		return errNotGiven("context")
	}
	if err := t.start(t.context); err != nil {
		return err
	}
	deadline := time.UnixMilli(time.Now().UnixMilli() + 7123)
	got, err := t.contextOf(lambdatest.Invocation{
		RequestID: "request-7", Payload: []byte(`{}`), Deadline: deadline, FunctionARN: functionARN,
	})
	if err != nil {
		return err
	}
	if got.RequestID != "request-7" || got.FunctionARN != functionARN || got.DeadlineMs.String() != fmt.Sprint(deadline.UnixMilli()) {
		return fmt.Errorf("the context is %+v", got)
	}
	return nil
}

func contextDeadline(t *trial) error {
	if t.context == "" {
		return errNotGiven("context")
	}
	if err := t.start(t.context); err != nil {
		return err
	}
	for _, after := range []int64{50_123, 20_456} {
		deadline := time.UnixMilli(time.Now().UnixMilli() + after)
		got, err := t.contextOf(lambdatest.Invocation{Payload: []byte(`{}`), Deadline: deadline})
		if err != nil {
			return err
		}
		if want := fmt.Sprint(deadline.UnixMilli()); got.DeadlineMs.String() != want {
			return fmt.Errorf("the deadline is %s, and not %s", got.DeadlineMs, want)
		}
	}
	return nil
}

// afterDeadline has an invocation that has no time left: whatever comes of it, the next is right,
// or the process ends, as Lambda would end it.
func afterDeadline(t *trial) error {
	if err := t.start(t.echo); err != nil {
		return err
	}
	_, err := t.invoke(lambdatest.Invocation{Payload: []byte(`{}`), Deadline: time.Now().Add(-time.Second)})
	if err == nil {
		err = t.returns(`{"n":2}`)
	}
	if err != nil && t.ended("the deadline") == nil {
		return nil
	}
	return err
}

func contextTrace(t *trial) error {
	if t.context == "" {
		return errNotGiven("context")
	}
	if err := t.start(t.context); err != nil {
		return err
	}
	for _, id := range []string{traceID, strings.Replace(traceID, "1-5b", "1-6c", 1)} {
		got, err := t.contextOf(lambdatest.Invocation{Payload: []byte(`{}`), TraceID: id})
		if err != nil {
			return err
		}
		if got.TraceID != id {
			return fmt.Errorf("the trace id is %q, and not %q", got.TraceID, id)
		}
	}
	return nil
}

func invocationID(t *trial) error {
	for _, handler := range []string{t.echo, t.fail} {
		trial, err := newTrial(t.runtime)
		if err != nil {
			return err
		}
		defer trial.close()
		if err := trial.start(handler); err != nil {
			return err
		}
		if _, err := trial.invoke(lambdatest.Invocation{Payload: []byte(`{}`), InvocationID: attempt}); err != nil {
			return err
		}
		for _, request := range trial.server.Requests(lambdatest.Response, lambdatest.Error) {
			if got := request.Header.Get("Lambda-Runtime-Invocation-Id"); got != attempt {
				return fmt.Errorf("the header is %q, and not %q", got, attempt)
			}
		}
	}
	return nil
}
