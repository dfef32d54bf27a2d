package typed_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"sqlambda/runtimeapi"
	"sqlambda/runtimeapi/typed"
)

type order struct {
	ID    string
	Total float64
}

func ExampleHandler() {
	handler := typed.Handler(func(ctx context.Context, o order) (map[string]string, error) {
		return map[string]string{"order": o.ID, "request": typed.Invocation(ctx).RequestID}, nil
	})
	response, err := handler(&runtimeapi.Invocation{RequestID: "request-1", Payload: []byte(`{"id":"o-1"}`)})
	fmt.Printf("%s %v\n", response, err)
	// Output: {"order":"o-1","request":"request-1"} <nil>
}

// What the function writes leaves as it comes. Outside of Serve, nothing takes it.
func ExampleStreamHandler() {
	handler := typed.StreamHandler(func(_ context.Context, o order, invocation *runtimeapi.Invocation) error {
		_, err := fmt.Fprintf(invocation.Stream("text/plain"), "the order %s", o.ID)
		return err
	})
	_, err := handler(&runtimeapi.Invocation{Payload: []byte(`{"id":"o-1"}`)})
	fmt.Println(err)
	// Output: only the invocations that Serve hands out have a stream
}

// A program's main function.
func ExampleStart() {
	typed.Start(func(_ context.Context, o order) (string, error) { return "order " + o.ID, nil })
}

func ExampleStartStream() {
	typed.StartStream(func(_ context.Context, o order, invocation *runtimeapi.Invocation) error {
		_, err := fmt.Fprintf(invocation.Stream("text/plain"), "order %s\n", o.ID)
		return err
	})
}

func ExampleInvocation() {
	fmt.Println(typed.Invocation(context.Background()))
	// Output: <nil>
}

func TestErrors(t *testing.T) {
	known := &runtimeapi.Error{Type: "Order.NotFound"}
	for name, test := range map[string]struct {
		event string
		out   any
		err   error
		want  string // the type
	}{
		"not an order":    {`{"id":7}`, 1, nil, typed.InvalidEvent},
		"not JSON":        {`{`, 1, nil, typed.InvalidEvent},
		"no JSON for it":  {`{}`, math.NaN(), nil, typed.InvalidResult},
		"the function's":  {`{}`, nil, known, "Order.NotFound"},
		"any other error": {`{}`, nil, errors.New("oh"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			handler := typed.Handler(func(context.Context, order) (any, error) { return test.out, test.err })
			response, err := handler(&runtimeapi.Invocation{Payload: []byte(test.event)})
			var e *runtimeapi.Error
			if got := errors.As(err, &e); err == nil || response != nil || got != (test.want != "") || got && e.Type != test.want {
				t.Errorf("response %s, error %v, want %q", response, err, test.want)
			}
		})
	}
}

func TestDeadline(t *testing.T) {
	deadline := time.Now().Add(time.Hour).UnixMilli()
	var got time.Time
	var ctx context.Context
	handler := typed.Handler(func(c context.Context, _ order) (any, error) {
		ctx = c
		got, _ = c.Deadline()
		return nil, nil
	})
	if response, err := handler(&runtimeapi.Invocation{Payload: []byte(`{}`), DeadlineMs: deadline}); string(response) != "null" || err != nil {
		t.Fatal(string(response), err)
	}
	if got.UnixMilli() != deadline {
		t.Errorf("the context ends at %v, want %v", got, time.UnixMilli(deadline))
	}
	if ctx.Err() == nil {
		t.Error("the context outlives the call")
	}
	if handler(&runtimeapi.Invocation{Payload: []byte(`{}`)}); !got.IsZero() {
		t.Errorf("without a deadline the context ends at %v", got)
	}
}
