package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"syscall"
	"time"

	"sqlambda/internal/lambdatest"
)

// rule is what a runtime has to do.
type rule struct {
	name     string
	check    func(*trial) error // nil: it does; an error says what it does instead
	optional bool               // AWS's page does not require it, and AWS's own runtimes do it
}

// group is the rules that follow a page.
type group struct {
	name, page string
	rules      []rule
}

const (
	guide        = "https://docs.aws.amazon.com/lambda/latest/dg/"
	runtimesAPI  = guide + "runtimes-api.html"
	customPage   = guide + "runtimes-custom.html"
	lifecycle    = guide + "lambda-runtime-environment.html"
	maxPayload   = 6 << 20
	attempt      = "5a0c8ba4-3b9b-4b7d-8a0f-1f0c2c4b9a11"
	functionARN  = "arn:aws:lambda:us-east-1:123456789012:function:conformance"
	traceID      = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1"
	manyRequests = 20
)

var groups = []group{
	{"Initialization", runtimesAPI + "#runtimes-api-initerror", []rule{
		{"asks for the first event when it is ready", ready, false},
		{"reports an init that fails, with errorMessage and errorType, and ends", initError, false},
	}},
	{"Events and responses", runtimesAPI + "#runtimes-api-next", []rule{
		{"posts the handler's response under the event's request id", echoes, false},
		{"passes every kind of JSON value", values, false},
		{"passes an event and a response of 6 MB", large, false},
		{"serves one event after another in one process", sequence, false},
		{"waits for an event without a time limit of its own", patient, false},
		{"reads headers in any case", lowerCase, false},
		{"reads bodies that come in chunks", chunked, false},
		{"is not confused by headers that it does not know", unknownHeaders, false},
	}},
	{"The context", runtimesAPI + "#runtimes-api-next", []rule{
		{"gives the handler its request id, deadline and ARN", contextFields, false},
		{"gives the handler the trace id, of each invocation anew", contextTrace, false},
		{"sends Lambda-Runtime-Invocation-Id back with the response and the error", invocationID, true},
	}},
	{"Errors", runtimesAPI + "#runtimes-api-invokeerror", []rule{
		{"reports a handler's error, with errorMessage and errorType", handlerError, false},
		{"names the error's type in Lambda-Runtime-Function-Error-Type", errorType, true},
		{"serves the next event after an error", afterError, false},
	}},
	{"Statuses", runtimesAPI + "#runtimes-api-response", []rule{
		{"goes on after 413: the response is too large", statusOfResponse(413), true},
		{"goes on or ends after 410: the invocation is over", statusOrEnd(410), false},
		{"goes on or ends after 400", statusOrEnd(400), false},
		{"goes on or ends after 403", statusOrEnd(403), false},
		{"ends after 500 to a response: the container is in a state that is not recoverable", endsAfter(lambdatest.Response, 500), false},
		{"ends after 500 to the request for an event", endsAfter(lambdatest.Next, 500), false},
		{"ends after 403 to the request for an event, or does not ask without a pause", calm, false},
	}},
	{"The connection", runtimesAPI, []rule{
		{"goes on where each answer closes its connection", closing, false},
		{"asks again, or ends, if the connection ends while it waits", dropped, false},
		{"answers no event that was cut off", cut, false},
		{"posts a response once, though the answer to it is lost", once, false},
	}},
	{"Concurrency", customPage + "#runtimes-custom-managed-instances", []rule{
		{"waits for as many events as AWS_LAMBDA_MAX_CONCURRENCY says", concurrency, true},
		{"answers each of them under its own id", concurrent, true},
	}},
	{"Streaming", customPage + "#runtimes-custom-response-streaming", []rule{
		{"announces a response that it streams in Lambda-Runtime-Function-Response-Mode", streamMode, false},
		{"sends what the handler has written while the handler goes on", streamParts, false},
		{"streams more than 6 MB", streamLarge, false},
		{"reports an error after the first byte in the trailers, with errorMessage and errorType", streamError, true},
		{"closes the connection behind a stream", streamCloses, false},
		{"serves the next event after a stream", streamNext, false},
	}},
	{"The end", lifecycle + "#runtimes-lifecycle-shutdown", []rule{
		{"ends soon after SIGTERM", sigterm, false},
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
	time.Sleep(min(t.patience/2, 3*time.Second)) // nothing happens: that is what is checked
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
	lowerCase = answered(lambdatest.Answer{LowerCase: true})
	chunked   = answered(lambdatest.Answer{Chunked: 1000})
	closing   = answered(lambdatest.Answer{Close: true})
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
