package local

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/google/uuid"
)

// The most bytes that an event may have.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	maxEvent      = 6 << 20
	maxAsyncEvent = 1 << 20
)

// maxClientContext is the most bytes that the header with the client context may have.
const maxClientContext = 3583

// routes are the operations of the Lambda API that there are here.
// https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
func (l *Lambda) routes() http.Handler {
	mux := http.NewServeMux()
	route := func(pattern string, operation func(http.ResponseWriter, *http.Request) error) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := operation(w, r); err != nil {
				apiErrorOf(err).write(w)
			}
		})
	}
	const functions = "/2015-03-31/functions/"
	route("POST "+functions+"{name}/invocations", l.invoke)
	route("GET "+functions+"{$}", l.listFunctions)
	route("GET /2015-03-31/functions", l.listFunctions)
	route("GET "+functions+"{name}", l.getFunction)
	route("GET "+functions+"{name}/configuration", l.getFunctionConfiguration)
	route("GET /2021-10-31/functions/{name}/url", l.getFunctionURL)
	route("GET /{$}", l.page)
	route("/", unknownOperation)
	return mux
}

// unknownOperation answers what is not there.
func unknownOperation(_ http.ResponseWriter, r *http.Request) error {
	hint := "sqlambda dev has Invoke, ListFunctions, GetFunction, GetFunctionConfiguration, GetFunctionUrlConfig, " +
		"and function URLs at /lambda-url/NAME/"
	if strings.HasSuffix(r.URL.Path, "/response-streaming-invocations") {
		hint = "responses are not streamed: use Invoke"
	}
	return &apiError{
		status: http.StatusNotImplemented, name: "UnknownOperationException",
		message: fmt.Sprintf("there is no %s %s: %s", r.Method, r.URL.Path, hint),
	}
}

// named returns the function that a request names, and its qualifier.
func (l *Lambda) named(r *http.Request) (f *function, qualifier string, err error) {
	given := r.PathValue("name")
	name, qualifier, ok := parseName(given)
	if !ok {
		return nil, "", invalid("%q is neither the name nor the ARN of a function", given)
	}
	if asked := r.URL.Query().Get("Qualifier"); asked != "" {
		if qualifier != "" && qualifier != asked {
			return nil, "", invalid("the qualifier %s differs from that in %s", asked, given)
		}
		qualifier = asked
	}
	f, err = l.catalog().find(name)
	return f, qualifier, err
}

func invalid(format string, arguments ...any) error {
	return &apiError{
		status: http.StatusBadRequest, name: "InvalidParameterValueException",
		message: fmt.Sprintf(format, arguments...),
	}
}

// invoke is https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html.
func (l *Lambda) invoke(w http.ResponseWriter, r *http.Request) error {
	kind := r.Header.Get("X-Amz-Invocation-Type")
	limit := maxEvent
	switch kind {
	case "", "RequestResponse", "DryRun":
	case "Event":
		limit = maxAsyncEvent
	default:
		return invalid("the invocation type is %q: it is RequestResponse, Event or DryRun", kind)
	}
	event, err := readEvent(r, limit)
	if err != nil {
		return err
	}
	inv := newInvocation(w, r, event)
	if inv.clientContext, err = clientContext(r); err != nil {
		return err
	}
	f, qualifier, err := l.named(r)
	if err != nil {
		return err
	}
	inv.arn = l.arn(f.Name, qualifier)
	switch kind {
	case "DryRun":
		w.WriteHeader(http.StatusNoContent)
		return nil
	case "Event":
		f.invokeLater(inv)
		w.WriteHeader(http.StatusAccepted)
		return nil
	}
	out, err := f.invoke(inv)
	if err != nil {
		return err
	}
	out.write(w, r.Header.Get("X-Amz-Log-Type") == "Tail")
	return nil
}

// newInvocation returns an invocation with an id, which the answer tells.
func newInvocation(w http.ResponseWriter, r *http.Request, event []byte) *invocation {
	inv := &invocation{
		id:       uuid.NewString(),
		traceID:  r.Header.Get("X-Amzn-Trace-Id"),
		tenantID: r.Header.Get("X-Amz-Tenant-Id"),
		payload:  event,
	}
	if inv.traceID == "" {
		inv.traceID = newTraceID()
	}
	w.Header().Set("X-Amzn-RequestId", inv.id)
	w.Header().Set("X-Amzn-Trace-Id", inv.traceID)
	return inv
}

// write answers Invoke with the outcome.
func (out *outcome) write(w http.ResponseWriter, tail bool) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Amz-Executed-Version", latest)
	if out.failed {
		h.Set("X-Amz-Function-Error", "Unhandled")
	}
	if tail {
		h.Set("X-Amz-Log-Result", base64.StdEncoding.EncodeToString(out.log))
	}
	w.Write(out.payload)
}

// readEvent reads an event; where there is none, it is {}.
func readEvent(r *http.Request, limit int) ([]byte, error) {
	event, err := readBody(r, limit)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(event)) == 0 {
		return []byte("{}"), nil
	}
	var value json.RawMessage
	if err := json.Unmarshal(event, &value); err != nil {
		var syntax *json.SyntaxError
		place := ""
		if errors.As(err, &syntax) {
			place = fmt.Sprintf(" at byte %d", syntax.Offset)
		}
		return nil, &apiError{
			status: http.StatusBadRequest, name: "InvalidRequestContentException",
			message: fmt.Sprintf("Could not parse request body into json: %v%s", err, place),
		}
	}
	return event, nil
}

func readBody(r *http.Request, limit int) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, int64(limit)+1))
	switch {
	case err != nil:
		return nil, err
	case len(body) > limit:
		return nil, tooLarge(max(len(body), int(r.ContentLength)), limit)
	}
	return body, nil
}

func tooLarge(size, limit int) error {
	kind := "RequestResponse"
	if limit == maxAsyncEvent {
		kind = "Event"
	}
	return &apiError{
		status: http.StatusRequestEntityTooLarge, name: "RequestEntityTooLargeException",
		message: fmt.Sprintf("%d byte payload is too large for the %s invocation type (limit %d bytes)", size, kind, limit),
	}
}

// clientContext is what a mobile SDK says of its application: JSON, as base64.
func clientContext(r *http.Request) (string, error) {
	given := r.Header.Get("X-Amz-Client-Context")
	text, err := base64.StdEncoding.DecodeString(given)
	if err == nil && (given == "" || json.Valid(text)) && len(given) <= maxClientContext {
		return strings.Map(func(c rune) rune { // it becomes a header
			if c == '\n' || c == '\r' {
				return ' '
			}
			return c
		}, string(text)), nil
	}
	return "", &apiError{
		status: http.StatusBadRequest, name: "InvalidRequestContentException",
		message: fmt.Sprintf("Client context must be a valid Base64-encoded JSON object of at most %d bytes", maxClientContext),
	}
}
