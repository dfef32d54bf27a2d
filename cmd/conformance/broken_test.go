package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sqlambda/cmd/conformance/testdata/streamed"
)

// faults breaks each rule by a fault of the runtime below.
var faults = map[string]string{
	"asks for the first event when it is ready":                                              "other path",
	"reports an init that fails, with errorMessage and errorType, and ends":                  "silent init error",
	"names the type of that error in Lambda-Runtime-Function-Error-Type":                     "no error type",
	"ends though Lambda refuses the report":                                                  "hangs after a status",
	"posts the handler's response under the event's request id":                              "other response",
	"passes every kind of JSON value":                                                        "numbers as floats",
	"passes an event and a response of 6 MB":                                                 "small buffer",
	"serves one event after another in one process":                                          "ends after ten",
	"waits for an event without a time limit of its own":                                     "client timeout",
	"takes an event that comes slowly":                                                       "client timeout",
	"reads a body without a length, which ends with its connection":                          "no length",
	"gives the handler the deadline of each invocation anew":                                 "first deadline",
	"goes on or ends after an event whose deadline has passed":                               "hangs after a deadline",
	"ends after 500 to the report of an error":                                               "ignores statuses",
	"asks again, or ends, if the connection is reset while it waits":                         "hangs without a connection",
	"answers no event that was cut off in its headers":                                       "answers a part of a head",
	"posts a response once, though the connection is reset":                                  "posts again",
	"posts a response once, though the answer to it is slow":                                 "does not wait for answers",
	"serves the others while the answer to one response is slow":                             "one post at a time",
	"reads headers in any case":                                                              "case",
	"reads bodies that come in chunks":                                                       "no chunks",
	"is not confused by headers that it does not know":                                       "client context",
	"gives the handler its request id, deadline and ARN":                                     "no deadline",
	"gives the handler the trace id, of each invocation anew":                                "first trace id",
	"sends Lambda-Runtime-Invocation-Id back with the response and the error":                "no invocation id",
	"reports a handler's error, with errorMessage and errorType":                             "error as text",
	"names the error's type in Lambda-Runtime-Function-Error-Type":                           "no error type",
	"serves the next event after an error":                                                   "ends after an error",
	"goes on after 413: the response is too large":                                           "ends after any status",
	"goes on or ends after 410: the invocation is over":                                      "hangs after a status",
	"goes on or ends after 400":                                                              "hangs after a status",
	"goes on or ends after 403":                                                              "hangs after a status",
	"ends after 500 to a response: the container is in a state that is not recoverable":      "ignores statuses",
	"ends after 500 to the request for an event":                                             "asks on",
	"ends after 403 to the request for an event, or does not ask without a pause":            "asks on",
	"goes on where each answer closes its connection":                                        "one connection",
	"asks again, or ends, if the connection ends while it waits":                             "hangs without a connection",
	"answers no event that was cut off":                                                      "answers what came",
	"posts a response once, though the answer to it is lost":                                 "posts again",
	"waits for as many events as AWS_LAMBDA_MAX_CONCURRENCY says":                            "one at a time",
	"answers each of them under its own id":                                                  "one at a time",
	"announces a response that it streams in Lambda-Runtime-Function-Response-Mode":          "no mode",
	"sends what the handler has written while the handler goes on":                           "buffers",
	"streams more than 6 MB":                                                                 "small buffer",
	"reports an error after the first byte in the trailers, with errorMessage and errorType": "no trailers",
	"closes the connection behind a stream":                                                  "one connection for all",
	"serves the next event after a stream":                                                   "ends after a stream",
	"ends soon after SIGTERM":                                                                "ignores SIGTERM",
}

// TestRulesBreak checks each rule with a runtime that keeps it, and with one that does not.
func TestRulesBreak(t *testing.T) {
	for _, group := range groups {
		for _, rule := range group.rules {
			t.Run(rule.name, func(t *testing.T) {
				t.Parallel()
				fault, ok := faults[rule.name]
				if !ok {
					t.Fatal("no fault breaks it")
				}
				if got, reason := handWritten(t, "none", 20*time.Second).checkRule(rule); got != kept {
					t.Errorf("without a fault it is %s: %s", got, reason)
				}
				want := broken
				if rule.optional {
					want = leftOut
				}
				if got, reason := handWritten(t, fault, 1500*time.Millisecond).checkRule(rule); got != want || reason == "" {
					t.Errorf("with %q it is %s (%q), want %s", fault, got, reason, want)
				}
			})
		}
	}
}

// handWritten is this test as a runtime, with a fault.
func handWritten(t *testing.T, fault string, patience time.Duration) *runtime {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := func(handler string) string { return handler + ":" + fault }
	return &runtime{
		command: path, root: t.TempDir(), patience: patience,
		echo: name("echo"), fail: name("fail"), missing: name("missing"), context: name("context"), stream: name("stream"),
	}
}

func TestMain(m *testing.M) {
	if handler, fault, ok := strings.Cut(os.Getenv("_HANDLER"), ":"); ok {
		serve(handler, fault)
	}
	os.Exit(m.Run())
}

// faulty is a runtime with net/http that keeps all rules, but for its fault.
type faulty struct {
	handler, fault string
	client         *http.Client
	read           bytes.Buffer // all that the server sent
	traces         []string
	deadlines      []json.Number
}

func serve(handler, fault string) {
	if fault == "ignores SIGTERM" {
		signal.Ignore(syscall.SIGTERM)
	}
	n := 1
	fmt.Sscan(os.Getenv("AWS_LAMBDA_MAX_CONCURRENCY"), &n)
	if fault == "one at a time" {
		n = 1
	}
	for range n - 1 {
		go newFaulty(handler, fault).loop()
	}
	newFaulty(handler, fault).loop()
}

func newFaulty(handler, fault string) *faulty {
	f := &faulty{handler: handler, fault: fault}
	f.client = &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := (&net.Dialer{}).DialContext(ctx, network, address)
			return recorder{c, &f.read}, err
		},
	}}
	if fault == "client timeout" {
		f.client.Timeout = 300 * time.Millisecond
	}
	return f
}

// recorder records what is read from a connection.
type recorder struct {
	net.Conn
	read *bytes.Buffer
}

func (r recorder) Read(b []byte) (int, error) {
	n, err := r.Conn.Read(b)
	r.read.Write(b[:n])
	return n, err
}

func (f *faulty) loop() {
	if f.handler == "missing" {
		if f.fault != "silent init error" {
			header := http.Header{"Lambda-Runtime-Function-Error-Type": {"Missing"}}
			if f.fault == "no error type" {
				header = nil
			}
			f.post("init/error", []byte(`{"errorMessage":"there is none","errorType":"Missing"}`), header)
		}
		os.Exit(1)
	}
	for n := 0; ; n++ {
		if f.fault == "ends after ten" && n == 10 {
			os.Exit(0)
		}
		f.next()
	}
}

func (f *faulty) url(path string) string {
	version := "2018-06-01"
	if f.fault == "other path" {
		version = "latest"
	}
	return "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/" + version + "/runtime/" + path
}

// next handles an event.
func (f *faulty) next() {
	f.read.Reset()
	response, err := f.client.Get(f.url("invocation/next"))
	if err != nil {
		switch f.fault {
		case "hangs without a connection":
			select {}
		case "client timeout":
			return
		case "answers a part of a head":
			_, rest, _ := strings.Cut(f.read.String(), "Lambda-Runtime-Aws-Request-Id: ")
			id, _, _ := strings.Cut(rest, "\r\n")
			f.answer(http.Header{"Lambda-Runtime-Aws-Request-Id": {id}}, nil)
			return
		}
		os.Exit(1)
	}
	defer response.Body.Close()
	event, err := io.ReadAll(response.Body)
	switch {
	case response.StatusCode != 200 && f.fault == "asks on":
		return
	case response.StatusCode != 200,
		err != nil && f.fault != "answers what came",
		f.fault == "case" && bytes.Contains(f.read.Bytes(), []byte("lambda-runtime-aws-request-id")),
		f.fault == "no chunks" && response.TransferEncoding != nil,
		f.fault == "no length" && response.ContentLength < 0 && response.TransferEncoding == nil,
		f.fault == "one connection" && response.Close,
		f.fault == "client context" && response.Header.Get("Lambda-Runtime-Client-Context") != "":
		os.Exit(1)
	}
	f.answer(response.Header, event)
}

// answer posts the response to an event, or an error.
func (f *faulty) answer(header http.Header, event []byte) {
	if ms, err := json.Number(header.Get("Lambda-Runtime-Deadline-Ms")).Int64(); f.fault == "hangs after a deadline" && err == nil && ms < time.Now().UnixMilli() {
		select {}
	}
	path := "invocation/" + header.Get("Lambda-Runtime-Aws-Request-Id")
	back := http.Header{}
	if id := header.Get("Lambda-Runtime-Invocation-Id"); id != "" && f.fault != "no invocation id" {
		back.Set("Lambda-Runtime-Invocation-Id", id)
	}
	if f.handler == "fail" {
		body := []byte(`{"errorMessage":"it fails","errorType":"Example"}`)
		if f.fault == "error as text" {
			body = []byte("it fails")
		}
		if f.fault != "no error type" {
			back.Set("Lambda-Runtime-Function-Error-Type", "Example")
		}
		f.post(path+"/error", body, back)
		if f.fault == "ends after an error" {
			os.Exit(1)
		}
		return
	}
	if f.handler == "stream" {
		f.stream(path+"/response", event, back)
		return
	}
	switch {
	case f.handler == "context":
		event = f.context(header)
	case f.fault == "other response":
		event = []byte(`{}`)
	case f.fault == "small buffer":
		event = event[:min(len(event), 1<<20)]
	case f.fault == "numbers as floats":
		var value any
		json.Unmarshal(event, &value)
		event, _ = json.Marshal(value)
	}
	f.post(path+"/response", event, back)
}

// stream streams what the event says.
func (f *faulty) stream(path string, event []byte, header http.Header) {
	var what streamed.Event
	json.Unmarshal(event, &what)
	reader, writer := io.Pipe()
	request, _ := http.NewRequest("POST", f.url(path), reader)
	request.Header, request.Close = header, f.fault != "one connection for all"
	request.Trailer = http.Header{"Lambda-Runtime-Function-Error-Type": nil, "Lambda-Runtime-Function-Error-Body": nil}
	if f.fault != "no mode" {
		header.Set("Lambda-Runtime-Function-Response-Mode", "streaming")
	}
	go func() {
		var all bytes.Buffer
		to := io.Writer(writer)
		if f.fault == "buffers" || f.fault == "small buffer" {
			to = &all
		}
		err := what.Write(to, func() error { return nil })
		if f.fault == "small buffer" {
			all.Truncate(min(all.Len(), 6<<20))
		}
		writer.Write(all.Bytes())
		if err != nil && f.fault != "no trailers" {
			request.Trailer.Set("Lambda-Runtime-Function-Error-Type", "Example")
			request.Trailer.Set("Lambda-Runtime-Function-Error-Body",
				base64.StdEncoding.EncodeToString([]byte(`{"errorMessage":"it fails","errorType":"Example"}`)))
		}
		writer.Close()
	}()
	response, err := f.client.Do(request)
	if err != nil || f.fault == "ends after a stream" {
		os.Exit(1)
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
}

func (f *faulty) context(header http.Header) []byte {
	deadline := json.Number(header.Get("Lambda-Runtime-Deadline-Ms"))
	if f.fault == "no deadline" {
		deadline = "0"
	}
	f.deadlines = append(f.deadlines, deadline)
	if f.fault == "first deadline" {
		deadline = f.deadlines[0]
	}
	f.traces = append(f.traces, header.Get("Lambda-Runtime-Trace-Id"))
	trace := f.traces[len(f.traces)-1]
	if f.fault == "first trace id" {
		trace = f.traces[0]
	}
	text, _ := json.Marshal(map[string]any{
		"requestId": header.Get("Lambda-Runtime-Aws-Request-Id"), "deadlineMs": deadline,
		"functionArn": header.Get("Lambda-Runtime-Invoked-Function-Arn"), "traceId": trace,
	})
	return text
}

// posting is held during a post where the fault is "one post at a time".
var posting sync.Mutex

// post posts an outcome.
func (f *faulty) post(path string, body []byte, header http.Header) {
	request, _ := http.NewRequest("POST", f.url(path), bytes.NewReader(body))
	request.Header = header.Clone()
	client := *f.client
	switch f.fault {
	case "does not wait for answers":
		client.Timeout = 300 * time.Millisecond
	case "one post at a time":
		posting.Lock()
		defer posting.Unlock()
	}
	response, err := client.Do(request)
	if err != nil && (f.fault == "posts again" || f.fault == "does not wait for answers") {
		response, err = f.client.Post(f.url(path), "", bytes.NewReader(body))
	}
	if err != nil {
		os.Exit(1)
	}
	defer response.Body.Close()
	io.Copy(io.Discard, response.Body)
	switch {
	case response.StatusCode == 202, f.fault == "ignores statuses":
	case f.fault == "hangs after a status":
		select {}
	case f.fault == "ends after any status", !slices.Contains([]int{410, 413}, response.StatusCode):
		os.Exit(1)
	}
}
