package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"sqlambda/internal/lambdatest"
)

// streamEvent tells the handler of -stream what to do.
type streamEvent struct {
	First string `json:"first"` // is written first
	Until string `json:"until"` // is a file: if it is named, the handler waits until it is there
	Rest  string `json:"rest"`  // is written so many times
	Times int    `json:"times"`
	Fail  bool   `json:"fail"` // after it
}

func (e streamEvent) whole() string { return e.First + strings.Repeat(e.Rest, e.Times) }

// begin starts the handler that streams and returns the beginning of its response to an event.
func (t *trial) begin(event streamEvent) (*lambdatest.Reply, func(), error) {
	if t.stream == "" {
		return nil, nil, errNotGiven("stream")
	}
	if t.process == nil {
		if err := t.start(t.stream); err != nil {
			return nil, nil, err
		}
	}
	payload, err := json.Marshal(event)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := t.wait()
	reply, err := t.server.InvokeStream(ctx, lambdatest.Invocation{Payload: payload})
	if err == nil && reply.FunctionError {
		text, _ := io.ReadAll(reply)
		err = fmt.Errorf("the handler failed: %.200s", text)
	}
	if err != nil {
		cancel()
		return nil, nil, short(err, t.patience)
	}
	return reply, func() { reply.Close(); cancel() }, nil
}

// streamed returns what the handler streamed, and how that ended.
func (t *trial) streamed(event streamEvent) (*lambdatest.TrailerError, error) {
	reply, end, err := t.begin(event)
	if err != nil {
		return nil, err
	}
	defer end()
	body, err := io.ReadAll(reply)
	var trailer *lambdatest.TrailerError
	if err != nil && !errors.As(err, &trailer) {
		return nil, fmt.Errorf("the response ended after %d bytes: %w", len(body), short(err, t.patience))
	}
	if whole := event.whole(); string(body) != whole {
		return nil, fmt.Errorf("the response is %.100q (%d bytes), and not %.100q (%d bytes)", body, len(body), whole, len(whole))
	}
	return trailer, nil
}

var stream = streamEvent{First: "one,", Rest: "two", Times: 1}

// streams checks a stream, and that it does not end with an error.
func (t *trial) streams(event streamEvent) error {
	trailer, err := t.streamed(event)
	if err == nil && trailer != nil {
		err = fmt.Errorf("it ended with an error: %w", trailer)
	}
	return err
}

func streamMode(t *trial) error {
	if err := t.streams(stream); err != nil {
		return err
	}
	if mode := t.server.Requests(lambdatest.Response)[0].Header.Get("Lambda-Runtime-Function-Response-Mode"); mode != "streaming" {
		return fmt.Errorf("the header is %q, and not streaming", mode)
	}
	return nil
}

// streamParts lets the handler go on only when its first part has come.
func streamParts(t *trial) error {
	folder, err := os.MkdirTemp("", "conformance")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	event := stream
	event.Until = filepath.Join(folder, "go on")
	reply, end, err := t.begin(event)
	if err != nil {
		return err
	}
	defer end()
	first := make([]byte, len(event.First))
	if _, err := io.ReadFull(reply, first); err != nil {
		return fmt.Errorf("the first part: %w", short(err, t.patience))
	}
	if err := os.WriteFile(event.Until, nil, 0o600); err != nil {
		return err
	}
	rest, err := io.ReadAll(reply)
	if err == nil && string(first)+string(rest) != event.whole() {
		err = fmt.Errorf("the response is %q, then %q", first, rest)
	}
	return short(err, t.patience)
}

func streamLarge(t *trial) error {
	return t.streams(streamEvent{First: "one,", Rest: strings.Repeat("x", 1<<10), Times: 10 << 10})
}

func streamError(t *trial) error {
	event := stream
	event.Fail = true
	trailer, err := t.streamed(event)
	switch {
	case err != nil:
		return err
	case trailer == nil:
		return errors.New("there are no trailers")
	case trailer.Type == "":
		return errors.New("the trailer Lambda-Runtime-Function-Error-Type is missing")
	}
	return checkError(lambdatest.Request{Body: trailer.Body})
}

func streamCloses(t *trial) error {
	if err := streamNext(t); err != nil {
		return err
	}
	var stream string
	for _, request := range t.server.Requests() {
		if request.RemoteAddr == stream {
			return fmt.Errorf("%s %s came over it", request.Method, request.URL.Path)
		}
		if stream == "" && request.Endpoint == lambdatest.Response {
			stream = request.RemoteAddr
		}
	}
	return nil
}

func streamNext(t *trial) error {
	if err := t.streams(stream); err != nil {
		return err
	}
	return t.streams(streamEvent{First: "three,", Rest: "four", Times: 2})
}
