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

	"sqlambda/event"
)

// urlRequest is the event of a function URL: aws-lambda-go's type with the fields that it
// lacks.
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
	e.QueryStringParameters = parameters(r.URL.RawQuery)
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

// urlHeaders are the request's headers, in lower case, and those that Lambda adds. Cookies
// have a field of their own.
func urlHeaders(r *http.Request, inv *invocation, body []byte) map[string]string {
	headers := map[string]string{}
	for name, values := range r.Header {
		headers[strings.ToLower(name)] = strings.Join(values, ",")
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

// parameters are those of a query string, decoded. Several values of one name are joined
// by commas.
func parameters(query string) map[string]string {
	all := map[string]string{}
	for name, value := range event.FormPairs(query, nil) {
		if before, ok := all[name]; ok {
			value = before + "," + value
		}
		all[name] = value
	}
	return all
}

// urlBody is a body as the event has it: text where the content type says so, and base64
// otherwise. So forms are base64, and bodies without a type.
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
