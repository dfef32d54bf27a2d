package local

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// The most bytes that an event may have.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	maxEvent      = 6 << 20
	maxAsyncEvent = 1 << 20
)

// maxClientContext is the most bytes that the header with the client context may have.
const maxClientContext = 3583

// operation is an operation of the Lambda API.
type operation func(http.ResponseWriter, *http.Request) error

// ServeHTTP answers a request, with the operation's error if it fails.
func (o operation) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := o(w, r); err != nil {
		apiErrorOf(err).write(w)
	}
}

// routes are the operations of the Lambda API that are served.
// https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
func (l *Lambda) routes() http.Handler {
	mux := http.NewServeMux()
	route := func(pattern string, o operation) { mux.Handle(pattern, o) }
	const functions = "/2015-03-31/functions/"
	route("POST "+functions+"{name}/invocations", l.invoke)
	route("POST /2021-11-15/functions/{name}/response-streaming-invocations", l.invokeWithResponseStream)
	route("GET "+functions+"{$}", l.listFunctions)
	route("GET /2015-03-31/functions", l.listFunctions)
	route("GET "+functions+"{name}", l.described(getFunction))
	route("GET "+functions+"{name}/configuration", l.described(getFunctionConfiguration))
	route("GET /2021-10-31/functions/{name}/url", l.described(getFunctionURL))
	route("GET /{$}", l.page)
	route("/", unknownOperation)
	return mux
}

// unknownOperation answers requests for anything else.
func unknownOperation(_ http.ResponseWriter, r *http.Request) error {
	return newError(http.StatusNotImplemented, "UnknownOperationException",
		"there is no %s %s: sqlambda dev has Invoke, InvokeWithResponseStream, ListFunctions, GetFunction, GetFunctionConfiguration, GetFunctionUrlConfig, and function URLs at /lambda-url/NAME/",
		r.Method, r.URL.Path)
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
	if f, err = l.catalog().find(name); err == nil && isVersion(qualifier) {
		err = newError(http.StatusNotFound, "ResourceNotFoundException",
			"Function not found: %s (no version is published here: leave it out, or name an alias)", l.arn(f.Name, qualifier))
	}
	return f, qualifier, err
}

// invoke is https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html.
func (l *Lambda) invoke(w http.ResponseWriter, r *http.Request) error {
	f, inv, err := l.readInvocation(w, r)
	if err != nil {
		return err
	}
	switch r.Header.Get(invocationType) {
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
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Amz-Executed-Version", latest)
	if out.failed {
		h.Set("X-Amz-Function-Error", "Unhandled")
	}
	if log := out.logResult(r); log != "" {
		h.Set("X-Amz-Log-Result", log)
	}
	w.Write(out.payload)
	return nil
}

// logResult is the end of the log, where the request asks for it.
func (out *outcome) logResult(r *http.Request) string {
	if r.Header.Get("X-Amz-Log-Type") != "Tail" {
		return ""
	}
	return base64.StdEncoding.EncodeToString(out.log)
}

// invocationType is the header that says who waits for an invocation.
const invocationType = "X-Amz-Invocation-Type"

// readInvocation reads an invocation, and the function that it names.
func (l *Lambda) readInvocation(w http.ResponseWriter, r *http.Request) (*function, *invocation, error) {
	limit := maxEvent
	switch kind := r.Header.Get(invocationType); kind {
	case "", "RequestResponse", "DryRun":
	case "Event":
		limit = maxAsyncEvent
	default:
		return nil, nil, invalid("the invocation type is %q: it is RequestResponse, Event or DryRun", kind)
	}
	event, err := readEvent(r, limit)
	if err != nil {
		return nil, nil, err
	}
	inv := newInvocation(w, r, event)
	if inv.clientContext, err = clientContext(r); err != nil {
		return nil, nil, err
	}
	f, qualifier, err := l.named(r)
	if err != nil {
		return nil, nil, err
	}
	inv.arn = l.arn(f.Name, qualifier)
	return f, inv, nil
}

// newInvocation returns an invocation with the id of the request. A request without a
// trace header has one made, which is not sampled.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func newInvocation(w http.ResponseWriter, r *http.Request, event []byte) *invocation {
	inv := &invocation{
		id:       w.Header().Get(requestID),
		traceID:  r.Header.Get("X-Amzn-Trace-Id"),
		tenantID: r.Header.Get("X-Amz-Tenant-Id"),
		payload:  event,
	}
	if inv.traceID == "" {
		var random [20]byte
		rand.Read(random[:])
		inv.traceID = fmt.Sprintf("Root=1-%08x-%x;Parent=%x;Sampled=0", time.Now().Unix(), random[:12], random[12:])
	}
	w.Header().Set("X-Amzn-Trace-Id", inv.traceID)
	return inv
}

// readEvent reads an event; an empty body is {}.
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
		place := ""
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			place = fmt.Sprintf(" at byte %d", syntax.Offset)
		}
		return nil, invalidContent("Could not parse request body into json: %v%s", err, place)
	}
	return event, nil
}

func invalidContent(format string, arguments ...any) error {
	return newError(http.StatusBadRequest, "InvalidRequestContentException", format, arguments...)
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
	return newError(http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException",
		"%d byte payload is too large for the %s invocation type (limit %d bytes)", size, kind, limit)
}

// clientContext is what a mobile SDK says of its application: JSON, as base64.
func clientContext(r *http.Request) (string, error) {
	given := r.Header.Get("X-Amz-Client-Context")
	text, err := base64.StdEncoding.DecodeString(given)
	if err != nil || given != "" && !json.Valid(text) || len(given) > maxClientContext {
		return "", invalidContent("Client context must be a valid Base64-encoded JSON object of at most %d bytes", maxClientContext)
	}
	return strings.NewReplacer("\n", " ", "\r", " ").Replace(string(text)), nil // it becomes a header
}
