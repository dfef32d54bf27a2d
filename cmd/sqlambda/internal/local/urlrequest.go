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
	source, _, _ := net.SplitHostPort(r.RemoteAddr)
	e := &urlRequest{RouteKey: anyRoute, RequestContext: urlContext{RouteKey: anyRoute, Stage: anyRoute}}
	e.Version, e.RawPath, e.RawQueryString = "2.0", path, r.URL.RawQuery
	for _, cookie := range r.Header["Cookie"] {
		for pair := range strings.SplitSeq(cookie, ";") {
			e.Cookies = append(e.Cookies, strings.TrimSpace(pair))
		}
	}
	e.QueryStringParameters = map[string]string{}
	for name, value := range event.FormPairs(r.URL.RawQuery, nil) {
		if before, ok := e.QueryStringParameters[name]; ok {
			value = before + "," + value
		}
		e.QueryStringParameters[name] = value
	}
	e.Headers = urlHeaders(r, len(body))
	e.Headers["x-amzn-trace-id"], e.Headers["x-forwarded-for"] = inv.TraceID, source
	e.Body, e.IsBase64Encoded = urlBody(r.Header.Get("Content-Type"), body)
	c, now := &e.RequestContext.LambdaFunctionURLRequestContext, time.Now().UTC()
	c.AccountID, c.RequestID, c.APIID = "anonymous", inv.RequestID, name
	c.DomainName, c.DomainPrefix = r.Host, name
	c.Time, c.TimeEpoch = now.Format("02/Jan/2006:15:04:05 -0700"), now.UnixMilli()
	c.HTTP = events.LambdaFunctionURLRequestContextHTTPDescription{
		Method: r.Method, Path: path, Protocol: r.Proto, SourceIP: source, UserAgent: r.UserAgent(),
	}
	return e
}

// urlHeaders are the request's headers, in lower case, and those that Lambda adds. Cookies
// have a field of their own.
func urlHeaders(r *http.Request, size int) map[string]string {
	headers := map[string]string{}
	for name, values := range r.Header {
		headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	delete(headers, "cookie")
	delete(headers, "connection")
	_, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		port = "80"
	}
	headers["host"], headers["x-forwarded-port"], headers["x-forwarded-proto"] = r.Host, port, "http"
	if size > 0 {
		headers["content-length"] = strconv.Itoa(size)
	}
	return headers
}

// urlBody is a body as the event has it: text where the content type says so, and base64
// otherwise. So forms are base64, and bodies without a type.
func urlBody(contentType string, body []byte) (text string, encoded bool) {
	media, _, _ := mime.ParseMediaType(contentType)
	isText := strings.HasPrefix(media, "text/") ||
		media == "application/json" || media == "application/javascript" || media == "application/xml"
	if len(body) == 0 || isText && utf8.Valid(body) {
		return string(body), false
	}
	return base64.StdEncoding.EncodeToString(body), true
}
