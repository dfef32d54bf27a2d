package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"syscall"

	"sqlambda/internal/lambdatest"
)

// rule is what a runtime has to do.
type rule struct {
	name     string
	page     string             // of AWS's documentation, that it follows
	check    func(*trial) error // nil: it does; an error says what it does instead
	optional bool               // AWS's page does not require it, and AWS's own runtimes do it
}

// group is the rules of one subject.
type group struct {
	name  string
	rules []rule
}

const (
	maxPayload   = 6 << 20
	attempt      = "5a0c8ba4-3b9b-4b7d-8a0f-1f0c2c4b9a11"
	functionARN  = "arn:aws:lambda:us-east-1:123456789012:function:conformance"
	traceID      = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1"
	manyRequests = 20
)

// The pages of AWS's documentation.
const (
	guide             = "https://docs.aws.amazon.com/lambda/latest/dg/"
	pageAPI           = guide + "runtimes-api.html"
	pageNext          = pageAPI + "#runtimes-api-next"
	pageResponse      = pageAPI + "#runtimes-api-response"
	pageInitError     = pageAPI + "#runtimes-api-initerror"
	pageError         = pageAPI + "#runtimes-api-invokeerror"
	pageTasks         = guide + "runtimes-custom.html#runtimes-custom-build"
	pageStreaming     = guide + "runtimes-custom.html#runtimes-custom-response-streaming"
	pageManaged       = guide + "runtimes-custom.html#runtimes-custom-managed-instances"
	pageInit          = guide + "lambda-runtime-environment.html#runtimes-lifecycle-ib"
	pageInvoke        = guide + "lambda-runtime-environment.html#runtimes-lifecycle-invoke"
	pageInvokeFailure = guide + "lambda-runtime-environment.html#runtimes-lifecycle-invoke-with-errors"
	pageShutdown      = guide + "lambda-runtime-environment.html#runtimes-lifecycle-shutdown"
	pageQuotas        = guide + "gettingstarted-limits.html#function-configuration-deployment-and-execution"
)

var groups = []group{
	{"Initialization", []rule{
		{"asks for the first event when it is ready", pageInit, ready, false},
		{"reports an init that fails, with errorMessage and errorType, and ends", pageInitError, initError, false},
		{"names the type of that error in Lambda-Runtime-Function-Error-Type", pageInitError, initErrorType, true},
		{"ends though Lambda refuses the report", pageInitError, initErrorRefused, false},
	}},
	{"Events and responses", []rule{
		{"posts the handler's response under the event's request id", pageResponse, echoes, false},
		{"passes every kind of JSON value", pageNext, values, false},
		{"passes an event and a response of 6 MB", pageQuotas, large, false},
		{"serves one event after another in one process", pageInvoke, sequence, false},
		{"waits for an event without a time limit of its own", pageNext, patient, false},
		{"takes an event that comes slowly", pageNext, slowEvent, false},
		{"reads headers in any case", pageNext, lowerCase, false},
		{"reads bodies that come in chunks", pageNext, chunked, false},
		{"reads a body without a length, which ends with its connection", pageNext, untilClose, false},
		{"is not confused by headers that it does not know", pageNext, unknownHeaders, false},
	}},
	{"The context", []rule{
		{"gives the handler its request id, deadline and ARN", pageNext, contextFields, false},
		{"gives the handler the deadline of each invocation anew", pageNext, contextDeadline, false},
		{"gives the handler the trace id, of each invocation anew", pageTasks, contextTrace, false},
		{"goes on or ends after an event whose deadline has passed", pageInvokeFailure, afterDeadline, false},
		{"sends Lambda-Runtime-Invocation-Id back with the response and the error", pageResponse, invocationID, true},
	}},
	{"Errors", []rule{
		{"reports a handler's error, with errorMessage and errorType", pageError, handlerError, false},
		{"names the error's type in Lambda-Runtime-Function-Error-Type", pageError, errorType, true},
		{"serves the next event after an error", pageInvokeFailure, afterError, false},
	}},
	{"Statuses", []rule{
		{"goes on after 413: the response is too large", pageResponse, statusOfResponse(413), true},
		{"goes on or ends after 410: the invocation is over", pageResponse, statusOrEnd(410), false},
		{"goes on or ends after 400", pageResponse, statusOrEnd(400), false},
		{"goes on or ends after 403", pageResponse, statusOrEnd(403), false},
		{"ends after 500 to a response: the container is in a state that is not recoverable", pageResponse, endsAfter(lambdatest.Response, 500), false},
		{"ends after 500 to the report of an error", pageError, endsAfter(lambdatest.Error, 500), false},
		{"ends after 500 to the request for an event", pageNext, endsAfter(lambdatest.Next, 500), false},
		{"ends after 403 to the request for an event, or does not ask without a pause", pageNext, calm, false},
	}},
	{"The connection", []rule{
		{"goes on where each answer closes its connection", pageAPI, closing, false},
		{"asks again, or ends, if the connection ends while it waits", pageNext, dropped(false), false},
		{"asks again, or ends, if the connection is reset while it waits", pageNext, dropped(true), false},
		{"answers no event that was cut off", pageNext, cut(700), false},
		{"answers no event that was cut off in its headers", pageNext, cut(70), false},
		{"posts a response once, though the answer to it is lost", pageResponse, once(lambdatest.Answer{Drop: true}), false},
		{"posts a response once, though the connection is reset", pageResponse, once(lambdatest.Answer{Drop: true, Reset: true}), false},
		{"posts a response once, though the answer to it is slow", pageResponse, slowAnswer, false},
	}},
	{"Concurrency", []rule{
		{"waits for as many events as AWS_LAMBDA_MAX_CONCURRENCY says", pageManaged, concurrency, true},
		{"answers each of them under its own id", pageManaged, concurrent, true},
		{"serves the others while the answer to one response is slow", pageManaged, othersGoOn, true},
	}},
	{"Streaming", []rule{
		{"announces a response that it streams in Lambda-Runtime-Function-Response-Mode", pageStreaming, streamMode, false},
		{"sends what the handler has written while the handler goes on", pageStreaming, streamParts, false},
		{"streams more than 6 MB", pageStreaming, streamLarge, false},
		{"reports an error after the first byte in the trailers, with errorMessage and errorType", pageStreaming, streamError, true},
		{"closes the connection behind a stream", pageStreaming, streamCloses, false},
		{"serves the next event after a stream", pageStreaming, streamNext, false},
	}},
	{"The end", []rule{
		{"ends soon after SIGTERM", pageShutdown, sigterm, false},
	}},
}

func ready(t *trial) error {
	if err := t.start(t.echo); err != nil {
		return err
	}
	if err := t.asked(lambdatest.Next, 1, "no GET /2018-06-01/runtime/invocation/next"); err != nil {
		return err
	}
	for _, request := range t.server.Requests() {
		if request.Endpoint == lambdatest.Next || request.Endpoint == lambdatest.Register || request.Endpoint == lambdatest.ExtensionNext {
			continue
		}
		return fmt.Errorf("it called %s %s", request.Method, request.URL.Path)
	}
	return nil
}

func initError(t *trial) error {
	if err := t.start(t.missing); err != nil {
		return err
	}
	if err := t.asked(lambdatest.InitFailure, 1, "no POST to /runtime/init/error"); err != nil {
		return err
	}
	if err := checkError(t.server.Requests(lambdatest.InitFailure)[0]); err != nil {
		return err
	}
	return t.ended("it reported the error")
}

func initErrorType(t *trial) error {
	if err := initError(t); err != nil {
		return err
	}
	if t.server.Requests(lambdatest.InitFailure)[0].Header.Get("Lambda-Runtime-Function-Error-Type") == "" {
		return errors.New("the header is missing")
	}
	return nil
}

// checkError checks the body of a report.
func checkError(request lambdatest.Request) error {
	var body struct {
		Message *string `json:"errorMessage"`
		Type    *string `json:"errorType"`
	}
	if err := json.Unmarshal(request.Body, &body); err != nil {
		return fmt.Errorf("the report is not JSON: %.100q", request.Body)
	}
	if body.Message == nil || body.Type == nil {
		return fmt.Errorf("errorMessage or errorType is missing: %.200s", request.Body)
	}
	return nil
}

func echoes(t *trial) error {
	if err := t.start(t.echo); err != nil {
		return err
	}
	return t.returns(`{"name":"Ada","list":[1,2,3]}`)
}

// returns checks that the echo returns an event.
func (t *trial) returns(event string) error {
	outcome, err := t.invoke(lambdatest.Invocation{Payload: []byte(event)})
	return returned(event, outcome, err)
}

func returned(event string, outcome lambdatest.Outcome, err error) error {
	switch {
	case err != nil:
		return err
	case outcome.FunctionError:
		return fmt.Errorf("the handler failed: %.200s", outcome.Payload)
	case !equal([]byte(event), outcome.Payload):
		return fmt.Errorf("the response to %.100s is %.100q", event, outcome.Payload)
	}
	return nil
}

// equal compares two JSON values.
func equal(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	var values [2]any
	for i, text := range [][]byte{a, b} {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if decoder.Decode(&values[i]) != nil {
			return false
		}
	}
	return reflect.DeepEqual(values[0], values[1])
}

func values(t *trial) error {
	if err := t.start(t.echo); err != nil {
		return err
	}
	for _, event := range []string{
		`{}`, `[]`, `null`, `true`, `0`, `-12.5`, `12345678901234567890`, `""`, `"text"`, `[[1],{"a":null}]`,
		`{"unicode":"Grüße, 世界, 👋","escaped":"\u00e9\n\t\"\\ \ud83d\ude00","":" "}`,
		`{"integer":9007199254740991,"quotes":"'$(date)' ` + "`date`" + ` %s \\n"}`,
		"{\n  \"pretty\" : [ 1 ,\r\n\t2 ]\n}\n",
	} {
		if err := t.returns(event); err != nil {
			return err
		}
	}
	return nil
}

func large(t *trial) error {
	if err := t.start(t.echo); err != nil {
		return err
	}
	return t.returns(`"` + strings.Repeat("x", maxPayload-2) + `"`)
}

func sequence(t *trial) error {
	if err := t.start(t.echo); err != nil {
		return err
	}
	for i := range manyRequests {
		if err := t.returns(fmt.Sprintf(`{"n":%d}`, i)); err != nil {
			return err
		}
	}
	return nil
}

// patient holds the event back for a while.
func patient(t *trial) error {
	if err := t.start(t.echo); err != nil {
		return err
	}
	if err := t.asked(lambdatest.Next, 1, "no request for an event"); err != nil {
		return err
	}
	t.pause()
	if n := len(t.server.Requests(lambdatest.Next)); n > 1 {
		return fmt.Errorf("it asked %d times while it waited", n)
	}
	return t.returns(`{}`)
}

// answered checks that the echo returns an event that is answered in a special way.
func answered(answer lambdatest.Answer) func(*trial) error {
	return func(t *trial) error {
		t.server.Script(lambdatest.Next, answer, answer, answer)
		if err := t.start(t.echo); err != nil {
			return err
		}
		for range 3 {
			if err := t.returns(`{"text":"` + strings.Repeat("x", 10_000) + `"}`); err != nil {
				return err
			}
		}
		return nil
	}
}

var (
	lowerCase  = answered(lambdatest.Answer{LowerCase: true})
	chunked    = answered(lambdatest.Answer{Chunked: 1000})
	closing    = answered(lambdatest.Answer{Close: true})
	untilClose = answered(lambdatest.Answer{UntilClose: true})
)

func unknownHeaders(t *trial) error {
	if err := t.start(t.echo); err != nil {
		return err
	}
	event := `{"n":1}`
	outcome, err := t.invoke(lambdatest.Invocation{
		Payload: []byte(event), TraceID: traceID, TenantID: "tenant", InvocationID: attempt,
		ClientContext: `{"client":{"app_title":"a \"title\""}}`, CognitoIdentity: `{"cognitoIdentityId":"x"}`,
	})
	return returned(event, outcome, err)
}

// failing starts the handler that fails and returns the report of its error.
func (t *trial) failing() (lambdatest.Request, error) {
	if err := t.start(t.fail); err != nil {
		return lambdatest.Request{}, err
	}
	outcome, err := t.invoke(lambdatest.Invocation{Payload: []byte(`{}`)})
	if err == nil && !outcome.FunctionError {
		err = fmt.Errorf("it posted a response: %.200s", outcome.Payload)
	}
	if err != nil {
		return lambdatest.Request{}, err
	}
	return t.server.Requests(lambdatest.Error)[0], nil
}

func handlerError(t *trial) error {
	request, err := t.failing()
	if err != nil {
		return err
	}
	return checkError(request)
}

func errorType(t *trial) error {
	request, err := t.failing()
	if err == nil && request.Header.Get("Lambda-Runtime-Function-Error-Type") == "" {
		err = errors.New("the header is missing")
	}
	return err
}

func afterError(t *trial) error {
	if _, err := t.failing(); err != nil {
		return err
	}
	outcome, err := t.invoke(lambdatest.Invocation{Payload: []byte(`{}`)})
	if err == nil && !outcome.FunctionError {
		err = errors.New("the second event was not answered with an error")
	}
	return err
}

const workers = 3

func concurrency(t *trial) error {
	if err := t.start(t.echo, fmt.Sprint("AWS_LAMBDA_MAX_CONCURRENCY=", workers)); err != nil {
		return err
	}
	return t.asked(lambdatest.Next, workers, fmt.Sprintf("%d requests for an event at the same time", workers))
}

func concurrent(t *trial) error {
	if err := concurrency(t); err != nil {
		return err
	}
	failures := make(chan error, workers)
	for i := range workers {
		go func() {
			for n := range manyRequests {
				if err := t.returns(fmt.Sprintf(`{"worker":%d,"n":%d}`, i, n)); err != nil {
					failures <- err
					return
				}
			}
			failures <- nil
		}()
	}
	var all []error
	for range workers {
		all = append(all, <-failures)
	}
	return errors.Join(all...)
}

// othersGoOn holds back the answer to one response.
func othersGoOn(t *trial) error {
	release := make(chan struct{})
	defer close(release)
	t.server.Script(lambdatest.Response, lambdatest.Answer{Drop: true, Stall: release})
	if err := concurrency(t); err != nil {
		return err
	}
	for n := range manyRequests {
		if err := t.returns(fmt.Sprintf(`{"n":%d}`, n)); err != nil {
			return err
		}
	}
	return nil
}

func sigterm(t *trial) error {
	if err := t.start(t.echo); err != nil {
		return err
	}
	if err := t.returns(`{}`); err != nil {
		return err
	}
	if err := t.asked(lambdatest.Next, 2, "no request for a second event"); err != nil {
		return err
	}
	if err := t.process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return t.ended("SIGTERM")
}
