package local

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

const urls = `
-- echo.sql --
SELECT $event AS body, 200 AS statusCode;
-- page.sql --
SELECT :rawPath AS body, 201 AS statusCode, 'text/html; charset=utf-8' AS "headers.content-type", 7 AS "headers.x-number", '["a=1; Path=/","b=2"]' -> '$' AS cookies;
-- binary.sql --
SELECT 200 AS statusCode, base64(x'00ff10') AS body, json('true') AS isBase64Encoded, 'image/png' AS "headers.Content-Type", '99' AS "headers.content-length";
-- empty.sql --
SELECT 204 AS statusCode;
-- object.sql --
SELECT 1 AS a;
-- text.sql --
-- name: text :value
SELECT 'no "quotes"';
-- rows.sql --
-- name: rows :many
VALUES (1);
-- wrong.sql --
-- name: status :one
SELECT 'ok' AS statusCode;
-- name: headers :one
SELECT 200 AS statusCode, json('{"a":[1]}') AS headers;
-- name: base64 :one
SELECT 200 AS statusCode, '?' AS body, json('true') AS isBase64Encoded;
-- name: fails :one
SELECT error('Order.Refused', 'no sevens');
-- broken.sql --
SELECT nme FROM (SELECT 1 AS name);
-- forms.sql --
SELECT :isBase64Encoded AS encoded, $event(body|@frombase64|@fromform|name) AS name;
`

// event calls the URL of a function that answers with its event.
func (s *served) event(method, path, body string, headers ...string) (e urlRequest, text string) {
	s.t.Helper()
	got := s.send(method, path, body, headers...)
	if err := json.Unmarshal([]byte(got.body), &e); err != nil {
		s.t.Fatalf("%v: %v", err, got)
	}
	return e, got.body
}

func TestEventsOfFunctionURLs(t *testing.T) {
	s := serve(t, urls)
	e, text := s.event("POST", "/lambda-url/echo/a%20b%2Fc/?x=1&y=%26&x=2&z", `{"é":1}`,
		"Content-Type: application/json; charset=utf-8", "Cookie: a=1; b=2", "Cookie: c=3", "X-Two: 1", "X-Two: 2", "User-Agent: test")
	if e.Version != "2.0" || e.RouteKey != "$default" || e.RawPath != "/a%20b%2Fc/" || e.RawQueryString != "x=1&y=%26&x=2&z" || e.Body != `{"é":1}` || e.IsBase64Encoded {
		t.Errorf("the event is %s", text)
	}
	if !slices.Equal(e.Cookies, []string{"a=1", "b=2", "c=3"}) || !maps.Equal(e.QueryStringParameters, map[string]string{"x": "1,2", "y": "&", "z": ""}) {
		t.Errorf("cookies %q, parameters %q", e.Cookies, e.QueryStringParameters)
	}
	for name, want := range map[string]string{
		"content-type": "application/json; charset=utf-8", "x-two": "1,2", "cookie": "", "content-length": "8",
		"host": strings.TrimPrefix(s.url, "http://"), "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "http",
	} {
		if e.Headers[name] != want {
			t.Errorf("the header %s is %q, want %q", name, e.Headers[name], want)
		}
	}
	c := e.RequestContext
	want := events.LambdaFunctionURLRequestContextHTTPDescription{Method: "POST", Path: "/a%20b%2Fc/", Protocol: "HTTP/1.1", SourceIP: "127.0.0.1", UserAgent: "test"}
	if c.HTTP != want || c.Stage != "$default" || c.RouteKey != "$default" || c.AccountID != "anonymous" || c.APIID != "echo" || len(c.RequestID) != 36 || c.TimeEpoch < 1e12 || !strings.HasSuffix(c.Time, " +0000") {
		t.Errorf("the context is %+v", c)
	}
}

// TestQueryStrings has those that net/url refuses: they reach the function as they are.
func TestQueryStrings(t *testing.T) {
	s := serve(t, urls)
	for query, want := range map[string]map[string]string{
		"a=1;b=2":     {"a": "1;b=2"},
		"x=%zz":       {"x": "%zz"},
		"a+b=c%20d":   {"a b": "c d"},
		"x=1&x=&x=%2": {"x": "1,,%2"},
		"":            nil,
	} {
		connection, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer connection.Close()
		fmt.Fprintf(connection, "GET /lambda-url/echo/?%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", query)
		response, err := http.ReadResponse(bufio.NewReader(connection), nil)
		if err != nil {
			t.Fatal(err)
		}
		var e urlRequest
		if err := json.NewDecoder(response.Body).Decode(&e); err != nil || e.RawQueryString != query || !maps.Equal(e.QueryStringParameters, want) {
			t.Errorf("?%s is %q and %q, %v", query, e.RawQueryString, e.QueryStringParameters, err)
		}
	}
}

// TestCORS has a function whose URL has settings for pages of other sites, and one whose
// URL has not.
func TestCORS(t *testing.T) {
	s := serve(t, `
-- page.sql --
SELECT 200 AS statusCode, 'own' AS "headers.access-control-allow-origin", 'x' AS "headers.x";
-- template.yaml --
Resources:
  set:
    Type: AWS::Serverless::Function
    Properties:
      {CodeUri: ., Handler: page, FunctionUrlConfig: {Cors: {AllowOrigins: ["https://a.example"], AllowMethods: [GET, PUT],
        AllowHeaders: [x-one], ExposeHeaders: [x], AllowCredentials: true, MaxAge: 60}}}
  all: {Type: AWS::Serverless::Function, Properties: {CodeUri: ., Handler: page, FunctionUrlConfig: {Cors: {AllowOrigins: ["*"]}}}}
  none: {Type: AWS::Serverless::Function, Properties: {CodeUri: ., Handler: page}}
`)
	preflight := "Access-Control-Request-Method: PUT"
	for _, c := range []struct {
		name, method string
		headers      []string
		want         string // the headers for CORS, and whether the function answered
	}{
		{"set", "OPTIONS", []string{"Origin: https://a.example", preflight}, "Credentials=true Headers=x-one Methods=GET,PUT Origin=https://a.example Max-Age=60"},
		{"set", "OPTIONS", []string{"Origin: https://b.example", preflight}, ""},
		{"set", "GET", []string{"Origin: https://a.example"}, "Credentials=true Origin=https://a.example Expose-Headers=x X"},
		{"set", "GET", []string{"Origin: https://b.example"}, "X"},
		{"set", "OPTIONS", nil, "X"},
		{"all", "OPTIONS", []string{"Origin: https://b.example", preflight}, "Origin=*"},
		{"all", "GET", []string{"Origin: https://b.example"}, "Origin=* X"},
		{"none", "OPTIONS", []string{"Origin: https://b.example", preflight}, "Origin=own X"},
	} {
		got := s.send(c.method, "/lambda-url/"+c.name+"/", "", c.headers...)
		var list []string
		for _, name := range []string{"Allow-Credentials", "Allow-Headers", "Allow-Methods", "Allow-Origin", "Expose-Headers", "Max-Age"} {
			if value := got.header.Get("Access-Control-" + name); value != "" {
				list = append(list, strings.TrimPrefix(name, "Allow-")+"="+value)
			}
		}
		if got.header.Get("X") != "" {
			list = append(list, "X")
		}
		if shown := strings.Join(list, " "); shown != c.want || got.status != 200 {
			t.Errorf("%s %s with %q: %d %s, want %s", c.method, c.name, c.headers, got.status, shown, c.want)
		}
	}
	if got := s.send("GET", "/2021-10-31/functions/set/url", ""); !strings.Contains(got.body, `"AllowMethods":["GET","PUT"]`) {
		t.Errorf("the configuration of the URL is %s", got.body)
	}
}

// TestBodies has the content types whose bodies Lambda takes for text.
func TestBodies(t *testing.T) {
	s := serve(t, urls)
	for contentType, encoded := range map[string]bool{
		"text/plain": false, "text/html; charset=utf-8": false, "application/json": false, "application/xml": false,
		"application/javascript": false, "application/x-www-form-urlencoded": true, "image/png": true, "": true,
	} {
		e, _ := s.event("PUT", "/lambda-url/echo", "hi", "Content-Type: "+contentType)
		want := map[bool]string{false: "hi", true: "aGk="}[encoded]
		if e.IsBase64Encoded != encoded || e.Body != want || e.RawPath != "/" {
			t.Errorf("a body of %q is %q, encoded %v", contentType, e.Body, e.IsBase64Encoded)
		}
	}
	if e, text := s.event("GET", "/lambda-url/echo/", ""); e.IsBase64Encoded || strings.Contains(text, `"body"`) || strings.Contains(text, "cookies") {
		t.Errorf("the event without a body is %s", text)
	}
	if e, _ := s.event("POST", "/lambda-url/echo/", "\xff", "Content-Type: text/plain"); e.Body != "/w==" {
		t.Errorf("text that is no UTF-8 is %q", e.Body)
	}
	if got := s.send("POST", "/lambda-url/forms/", "name=Ada+L", "Content-Type: application/x-www-form-urlencoded"); got.body != `{"encoded":1,"name":"Ada L"}` {
		t.Errorf("a form gives %v", got)
	}
}

func TestAnswersOfFunctionURLs(t *testing.T) {
	s := serve(t, urls)
	for _, c := range []struct {
		method, path string
		status       int
		body         string
		headers      map[string]string
	}{
		{"GET", "page/a", 201, "/a", map[string]string{"Content-Type": "text/html; charset=utf-8", "X-Number": "7"}},
		{"HEAD", "page/a", 201, "", map[string]string{"Content-Length": "2"}},
		{"OPTIONS", "page/a", 201, "/a", nil},
		{"GET", "binary/", 200, "\x00\xff\x10", map[string]string{"Content-Type": "image/png", "Content-Length": "3"}},
		{"GET", "empty/", 204, "", nil},
		{"GET", "object/", 200, `{"a":1}`, map[string]string{"Content-Type": "application/json"}},
		{"GET", "rows/", 200, `[{"column1":1}]`, map[string]string{"Content-Type": "application/json"}},
		{"GET", "text/", 200, `no "quotes"`, map[string]string{"Content-Type": "application/json"}},
		{"GET", "wrong.status/", 502, "Internal Server Error", nil},
		{"GET", "wrong.headers/", 502, "Internal Server Error", nil},
		{"GET", "wrong.base64/", 502, "Internal Server Error", nil},
		{"GET", "wrong.fails/", 502, "Internal Server Error", nil},
		{"GET", "broken/", 502, "Runtime.InvalidHandler: broken.sql:1:8: SQLITE_ERROR: no such column: nme\n", map[string]string{"Content-Type": "text/plain; charset=utf-8"}},
		{"GET", "objct/", 404, `{"Message":"Function not found: arn:aws:lambda:us-east-1:123456789012:function:objct (did you mean object?)","Type":"User","message":"Function not found: arn:aws:lambda:us-east-1:123456789012:function:objct (did you mean object?)"}`, nil},
	} {
		got := s.send(c.method, "/lambda-url/"+c.path, "")
		if got.status != c.status || got.body != c.body {
			t.Errorf("%s %s: %d %q, want %d %q", c.method, c.path, got.status, got.body, c.status, c.body)
		}
		for name, want := range c.headers {
			if got.header.Get(name) != want {
				t.Errorf("%s %s: the header %s is %q, want %q", c.method, c.path, name, got.header.Get(name), want)
			}
		}
	}
	if got := s.send("GET", "/lambda-url/page/", ""); !slices.Equal(got.header["Set-Cookie"], []string{"a=1; Path=/", "b=2"}) {
		t.Errorf("the cookies are %q", got.header["Set-Cookie"])
	}
	for _, want := range []string{
		`the URL of wrong-status answers with 502: the response is not that of a function URL: `,
		`502: the header a is [1]: it is one string`,
		`502: isBase64Encoded is true and body is not base64: `,
		`502: Order.Refused: no sevens`,
		"GET /lambda-url/page/a 201 ",
	} {
		s.logged(want)
	}
}

func TestFunctionURLsWithAHostOfTheirOwn(t *testing.T) {
	s := serve(t, urls)
	e, _ := s.event("GET", "/lambda-url/x?a=b", "", "Host: ECHO.lambda-url.localhost:9001")
	if e.RawPath != "/lambda-url/x" || e.RawQueryString != "a=b" || e.RequestContext.DomainName != "ECHO.lambda-url.localhost:9001" {
		t.Errorf("the event is %+v", e)
	}
}

func TestURLsOfLargeRequests(t *testing.T) {
	s := serve(t, urls)
	for _, size := range []int{6<<20 + 1, 5 << 20} { // the second is larger as base64
		if got := s.send("POST", "/lambda-url/object/", strings.Repeat("x", size)); got.status != 413 {
			t.Errorf("a body of %d bytes is answered with %d", size, got.status)
		}
	}
}

func TestGuard(t *testing.T) {
	s := serve(t, urls, func(o *Options) { o.Host = "dev.example" })
	const invoke, call = "/2015-03-31/functions/object/invocations", "/lambda-url/object/"
	for _, c := range []struct {
		path    string
		headers []string
		status  int
	}{
		{invoke, []string{"Host: localhost:9001"}, 200},
		{invoke, []string{"Host: 127.0.0.1"}, 200},
		{invoke, []string{"Host: [::1]:9001"}, 200},
		{invoke, []string{"Host: lambda.localhost"}, 200},
		{invoke, []string{"Host: Dev.Example:9001"}, 200},
		{invoke, []string{"Host: rebound.example"}, 403},
		{call, []string{"Host: rebound.example"}, 403},
		{call, []string{"Host: object.lambda-url.example"}, 403},
		{invoke, []string{"Origin: https://site.example", "Content-Type: text/plain"}, 403},
		{invoke, []string{"Origin: null"}, 403},
		{invoke, []string{"Sec-Fetch-Site: cross-site"}, 403},
		{invoke, []string{"Sec-Fetch-Site: same-site"}, 403},
		{invoke, []string{"Origin: " + s.url, "Sec-Fetch-Site: same-origin"}, 200},
		{call, []string{"Origin: https://site.example", "Sec-Fetch-Site: cross-site"}, 200},
	} {
		if got := s.send("POST", c.path, "{}", c.headers...); got.status != c.status {
			t.Errorf("%s with %q is answered with %d %s, want %d", c.path, c.headers, got.status, got.body, c.status)
		}
	}
}

// FuzzURLAnswer looks for responses that are turned into what is no answer.
func FuzzURLAnswer(f *testing.F) {
	for _, response := range []string{
		`{"statusCode":200,"headers":{"a":"b"},"cookies":["c=d"],"body":"e"}`, `{"statusCode":"201","body":"/w==","isBase64Encoded":true}`,
		`{"statusCode":1e3}`, `{"statusCode":200.5}`, `{"statusCode":200,"body":{}}`, `{"statusCode":200,"headers":{"":1,"x\ny":"\r\nz"}}`,
		`{}`, `[]`, `"text"`, `null`, `{"statusCode":null}`, "",
	} {
		f.Add([]byte(response))
	}
	f.Fuzz(func(t *testing.T, response []byte) {
		a, err := urlAnswerOf(&outcome{payload: response})
		if err != nil {
			return
		}
		w := httptest.NewRecorder()
		maps.Copy(w.Header(), a.header)
		w.WriteHeader(a.status)
		if got := w.Result(); got.StatusCode < 200 || got.StatusCode > 599 || got.Header.Get("Content-Length") != "" {
			t.Errorf("%q is answered with %d %v", response, got.StatusCode, got.Header)
		}
	})
}
