package event

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

// joined are headers in one shape: names in lower case, values with commas between them.
func joined(multi map[string][]string, single map[string]string) map[string]string {
	headers := map[string]string{}
	if multi != nil {
		for name, values := range multi {
			headers[strings.ToLower(name)] = strings.Join(values, ",")
		}
		return headers
	}
	for name, value := range single {
		headers[strings.ToLower(name)] = value
	}
	return headers
}

// lastAndAll are query parameters in one shape.
func lastAndAll(multi map[string][]string, single map[string]string) (last map[string]string, all map[string][]string) {
	last, all = map[string]string{}, map[string][]string{}
	for name, value := range single {
		last[name], all[name] = value, []string{value}
	}
	for name, values := range multi {
		last[name], all[name] = values[len(values)-1], values
	}
	return last, all
}

// orEmpty is an object, empty where there is none.
func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

func content(body string, encoded bool) []byte {
	if !encoded {
		return []byte(body)
	}
	b, _ := base64.StdEncoding.DecodeString(body)
	return b
}

// bodyValues are the columns of the body: NULL where the event has none.
func bodyValues(want map[string]any, raw map[string]any, body string, encoded bool) {
	b := content(body, encoded)
	want["body"], want["body_blob"] = string(b), any(b)
	if raw["body"] == nil {
		want["body"], want["body_blob"] = nil, nil
	} else if body == "" {
		want["body"] = TextValue("")
	}
}

func compareHTTPv2(t *testing.T, payload []byte) {
	e := unmarshal[events.APIGatewayV2HTTPRequest](t, payload)
	raw := unmarshal[map[string]any](t, payload)
	form, _ := url.ParseQuery(e.RawQueryString)
	last, all := lastAndAll(form, nil)
	jar := map[string]string{}
	for _, c := range e.Cookies {
		name, value, _ := strings.Cut(c, "=")
		jar[name] = value
	}
	c := e.RequestContext
	authorizer := raw["requestContext"].(map[string]any)["authorizer"]
	var claims any
	if c.Authorizer != nil && c.Authorizer.JWT != nil {
		claims = c.Authorizer.JWT.Claims
	}
	want := map[string]any{
		"method": c.HTTP.Method, "path": e.RawPath, "route": e.RouteKey, "headers": joined(nil, e.Headers), "query": last, "query_values": all,
		"cookies": jar, "path_parameters": orEmpty(e.PathParameters), "claims": claims, "authorizer": authorizer, "host": c.DomainName,
		"source_ip": c.HTTP.SourceIP, "user_agent": c.HTTP.UserAgent, "time": c.TimeEpoch, "request_id": c.RequestID,
		"account_id": c.AccountID, "api_id": c.APIID, "stage": c.Stage, "connection_id": nil, "event_type": nil, "stage_variables": orEmpty(e.StageVariables),
	}
	bodyValues(want, raw, e.Body, e.IsBase64Encoded)
	same(t, readRows(t, "http_request", payload)[0], want)
}

func compareHTTPv1(t *testing.T, payload []byte) {
	e := unmarshal[events.APIGatewayProxyRequest](t, payload)
	raw := unmarshal[map[string]any](t, payload)
	last, all := lastAndAll(e.MultiValueQueryStringParameters, e.QueryStringParameters)
	c := e.RequestContext
	want := map[string]any{
		"method": e.HTTPMethod, "path": e.Path, "route": e.Resource, "headers": joined(e.MultiValueHeaders, e.Headers), "query": last,
		"query_values": all, "cookies": map[string]string{}, "path_parameters": orEmpty(e.PathParameters), "claims": c.Authorizer["claims"],
		"authorizer": raw["requestContext"].(map[string]any)["authorizer"], "host": c.DomainName, "source_ip": c.Identity.SourceIP,
		"user_agent": c.Identity.UserAgent, "time": c.RequestTimeEpoch, "request_id": c.RequestID, "account_id": c.AccountID,
		"api_id": c.APIID, "stage": c.Stage, "connection_id": nil, "event_type": nil, "stage_variables": orEmpty(e.StageVariables),
	}
	if c.DomainName == "" {
		want["host"] = joined(e.MultiValueHeaders, e.Headers)["host"]
	}
	bodyValues(want, raw, e.Body, e.IsBase64Encoded)
	same(t, readRows(t, "http_request", payload)[0], want)
}

func compareALB(t *testing.T, payload []byte) {
	e := unmarshal[events.ALBTargetGroupRequest](t, payload)
	last, all := lastAndAll(e.MultiValueQueryStringParameters, e.QueryStringParameters)
	headers := joined(e.MultiValueHeaders, e.Headers)
	want := map[string]any{
		"method": e.HTTPMethod, "path": e.Path, "route": nil, "headers": headers, "query": last, "query_values": all,
		"cookies": map[string]string{}, "path_parameters": map[string]string{}, "claims": nil, "authorizer": nil, "host": headers["host"],
		"source_ip": headers["x-forwarded-for"], "user_agent": headers["user-agent"], "time": nil, "request_id": nil, "account_id": nil,
		"api_id": nil, "stage": nil, "connection_id": nil, "event_type": nil, "stage_variables": map[string]string{},
	}
	bodyValues(want, unmarshal[map[string]any](t, payload), e.Body, e.IsBase64Encoded)
	same(t, readRows(t, "http_request", payload)[0], want)
}

// What the samples don't have.
func TestHTTPRequest(t *testing.T) {
	for _, test := range []struct{ name, event, column, want string }{
		{"the query string is decoded, of a repeated name the last value is taken",
			`{"rawQueryString":"a=1&a=2&b=%C3%A9+x&c"}`, "query", `{"a":"2","b":"é x","c":""}`},
		{"all values of the query string", `{"rawQueryString":"a=1&b=&a=2"}`, "query_values", `{"a":["1","2"],"b":[""]}`},
		{"a load balancer leaves the query string encoded",
			`{"queryStringParameters":{"a%20b":"c+d%21"},"requestContext":{"elb":{}}}`, "query", `{"a b":"c d!"}`},
		{"API Gateway decodes it", `{"queryStringParameters":{"a":"50%25"},"requestContext":{}}`, "query", `{"a":"50%25"}`},
		{"no query string", `{"queryStringParameters":null,"multiValueQueryStringParameters":null}`, "query", `{}`},
		{"headers in two cases are one", `{"multiValueHeaders":{"X-A":["1"],"x-a":["2","3"]},"headers":{"X-A":"3"}}`, "headers", `{"x-a":"1,2,3"}`},
		{"no headers", `{"headers":null}`, "headers", `{}`},
		{"cookies of the header", `{"headers":{"Cookie":"a=1; b=x=y;c; a=2"}}`, "cookies", `{"a":"1","b":"x=y"}`},
		{"cookies of several headers", `{"multiValueHeaders":{"cookie":["a=1","b=2"]}}`, "cookies", `{"a":"1","b":"2"}`},
		{"cookies of an HTTP API", `{"cookies":["a=1","b=2"],"headers":{"cookie":"c=3"}}`, "cookies", `{"a":"1","b":"2"}`},
		{"a binary body as text", `{"body":"w6k=","isBase64Encoded":true}`, "body", "é"},
		{"a text body as bytes", `{"body":"é","isBase64Encoded":false}`, "body_blob", "é"},
		{"the client's address is what the load balancer has added", `{"headers":{"x-forwarded-for":"1.1.1.1, 2.2.2.2"}}`, "source_ip", "2.2.2.2"},
		{"a client cannot name its address to API Gateway", `{"headers":{"x-forwarded-for":"1.1.1.1"},"requestContext":{"identity":{"sourceIp":"3.3.3.3"}}}`, "source_ip", "3.3.3.3"},
		{"claims of a Cognito authorizer", `{"requestContext":{"authorizer":{"claims":{"sub":"u"}}}}`, "claims", `{"sub":"u"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows := readRows(t, "http_request", []byte(test.event))
			if got := rows[0][test.column]; got.Text != test.want {
				t.Errorf("got %+v, want %s", got, test.want)
			}
		})
	}
}
