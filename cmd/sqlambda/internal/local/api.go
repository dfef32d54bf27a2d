package local

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
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
		writeError(w, err)
	}
}

// routes are the operations of the Lambda API that are served.
// https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
func (l *Lambda) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, o := range map[string]operation{
		"POST /2015-03-31/functions/{name}/invocations":                    l.invoked(respond, "RequestResponse", "Event", "DryRun"),
		"POST /2021-11-15/functions/{name}/response-streaming-invocations": l.invoked(respondWithStream, "RequestResponse", "DryRun"),
		"GET /2015-03-31/functions/{$}":                                    l.listFunctions,
		"GET /2015-03-31/functions":                                        l.listFunctions,
		"GET /2015-03-31/functions/{name}":                                 l.described(getFunction),
		"GET /2015-03-31/functions/{name}/configuration":                   l.described(getFunctionConfiguration),
		"GET /2021-10-31/functions/{name}/url":                             l.described(getFunctionURL),
		"GET /{$}":                                                         l.page,
		"/":                                                                unknownOperation,
	} {
		mux.Handle(pattern, o)
	}
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
	parts := functionName.FindStringSubmatch(given)
	if parts == nil {
		return nil, "", invalid("%q is neither the name nor the ARN of a function", given)
	}
	name, qualifier := parts[1], parts[2]
	if asked := r.URL.Query().Get("Qualifier"); asked != "" {
		if qualifier != "" && qualifier != asked {
			return nil, "", invalid("the qualifier %s differs from that in %s", asked, given)
		}
		qualifier = asked
	}
	if f, err = l.catalog().find(name); err == nil && qualifier != "" && strings.Trim(qualifier, "0123456789") == "" {
		err = notFound(l.arn(f.Name, qualifier), "no version is published here: leave it out, or name an alias")
	}
	return f, qualifier, err
}

// invoked is an operation that invokes a function, in one of the ways that kinds has, and
// passes the outcome and, where the request asks for it, the end of the log on.
func (l *Lambda) invoked(answer func(w http.ResponseWriter, out *outcome, log string), kinds ...string) operation {
	return func(w http.ResponseWriter, r *http.Request) error {
		kind := cmp.Or(r.Header.Get("X-Amz-Invocation-Type"), "RequestResponse")
		if !slices.Contains(kinds, kind) {
			return invalid("the invocation type is %q: it is one of %s", kind, strings.Join(kinds, ", "))
		}
		f, inv, err := l.readInvocation(w, r, kind)
		if err != nil {
			return err
		}
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
		log := ""
		if r.Header.Get("X-Amz-Log-Type") == "Tail" {
			log = base64.StdEncoding.EncodeToString(out.log)
		}
		w.Header().Set("X-Amz-Executed-Version", latest)
		answer(w, out, log)
		return nil
	}
}

// respond is the answer of https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html.
func respond(w http.ResponseWriter, out *outcome, log string) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	if out.failed {
		h.Set("X-Amz-Function-Error", "Unhandled")
	}
	if log != "" {
		h.Set("X-Amz-Log-Result", log)
	}
	w.Write(out.payload)
}

// readInvocation reads an invocation, and the function that it names.
func (l *Lambda) readInvocation(w http.ResponseWriter, r *http.Request, kind string) (*function, *invocation, error) {
	limit := maxEvent
	if kind == "Event" {
		limit = maxAsyncEvent
	}
	event, err := readEvent(r, limit)
	if err != nil {
		return nil, nil, err
	}
	inv := newInvocation(w, r, event)
	if inv.ClientContext, err = clientContext(r); err != nil {
		return nil, nil, err
	}
	f, qualifier, err := l.named(r)
	if err == nil {
		inv.FunctionARN = l.arn(f.Name, qualifier)
	}
	return f, inv, err
}

// newInvocation returns an invocation with the id of the request. A request without a
// trace header has one made, which is not sampled.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func newInvocation(w http.ResponseWriter, r *http.Request, event []byte) *invocation {
	inv := &invocation{}
	inv.RequestID, inv.Payload = w.Header().Get(requestID), event
	inv.TraceID, inv.TenantID = r.Header.Get("X-Amzn-Trace-Id"), r.Header.Get("X-Amz-Tenant-Id")
	if inv.TraceID == "" {
		var random [20]byte
		rand.Read(random[:])
		inv.TraceID = fmt.Sprintf("Root=1-%08x-%x;Parent=%x;Sampled=0", time.Now().Unix(), random[:12], random[12:])
	}
	w.Header().Set("X-Amzn-Trace-Id", inv.TraceID)
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
