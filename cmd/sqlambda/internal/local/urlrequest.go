package local

import (
	"encoding/base64"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// urlRequest is the event of a function URL: that of aws-lambda-go, with what it leaves
// out.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload
type urlRequest struct {
	events.LambdaFunctionURLRequest
	RouteKey       string     `json:"routeKey"`
	RequestContext urlContext `json:"requestContext"`
}

type urlContext struct {
	events.LambdaFunctionURLRequestContext
	RouteKey string `json:"routeKey"`
	Stage    string `json:"stage"`
}

// anyRoute is the route and the stage of all function URLs.
const anyRoute = "$default"

// urlEvent makes an event of a request.
func urlEvent(r *http.Request, inv *invocation, name, path string, body []byte) *urlRequest {
	now := time.Now().UTC()
	e := &urlRequest{RouteKey: anyRoute}
	e.Version, e.RawPath, e.RawQueryString = "2.0", path, r.URL.RawQuery
	for _, cookie := range r.Header["Cookie"] {
		for pair := range strings.SplitSeq(cookie, ";") {
			e.Cookies = append(e.Cookies, strings.TrimSpace(pair))
		}
	}
	e.QueryStringParameters = joined(r.URL.Query())
	e.Headers = urlHeaders(r, inv, body)
	e.Body, e.IsBase64Encoded = urlBody(r.Header.Get("Content-Type"), body)
	source, _, _ := net.SplitHostPort(r.RemoteAddr)
	e.RequestContext = urlContext{RouteKey: anyRoute, Stage: anyRoute}
	c := &e.RequestContext.LambdaFunctionURLRequestContext
	c.AccountID, c.RequestID, c.APIID = "anonymous", inv.id, name
	c.DomainName, c.DomainPrefix = r.Host, name
	c.Time, c.TimeEpoch = now.Format("02/Jan/2006:15:04:05 -0700"), now.UnixMilli()
	c.HTTP = events.LambdaFunctionURLRequestContextHTTPDescription{
		Method: r.Method, Path: path, Protocol: r.Proto, SourceIP: source, UserAgent: r.UserAgent(),
	}
	return e
}

// urlHeaders are the request's headers in lower case, and those that Lambda adds. Cookies
// have a place of their own.
func urlHeaders(r *http.Request, inv *invocation, body []byte) map[string]string {
	headers := map[string]string{}
	for name, value := range joined(r.Header) {
		headers[strings.ToLower(name)] = value
	}
	delete(headers, "cookie")
	delete(headers, "connection")
	source, _, _ := net.SplitHostPort(r.RemoteAddr)
	_, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		port = "80"
	}
	headers["host"] = r.Host
	headers["x-amzn-trace-id"] = inv.traceID
	headers["x-forwarded-for"] = source
	headers["x-forwarded-port"] = port
	headers["x-forwarded-proto"] = "http"
	if len(body) > 0 {
		headers["content-length"] = strconv.Itoa(len(body))
	}
	return headers
}

// joined joins several values of one name by commas.
func joined(values map[string][]string) map[string]string {
	all := make(map[string]string, len(values))
	for name, list := range values {
		all[name] = strings.Join(list, ",")
	}
	return all
}

// urlBody is a body as the event has it: as it is where the content type says that it is
// text, and base64 otherwise. So a form is base64, and so is a body without a type.
func urlBody(contentType string, body []byte) (text string, encoded bool) {
	if len(body) == 0 {
		return "", false
	}
	media, _, _ := mime.ParseMediaType(contentType)
	switch media {
	case "application/json", "application/javascript", "application/xml":
	default:
		encoded = !strings.HasPrefix(media, "text/")
	}
	if encoded || !utf8.Valid(body) {
		return base64.StdEncoding.EncodeToString(body), true
	}
	return string(body), false
}
