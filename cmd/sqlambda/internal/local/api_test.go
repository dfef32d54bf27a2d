package local

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const hello = `
-- hello.sql --
SELECT 'Hello ' || coalesce(:name, 'world') AS body;
-- api/orders.sql --
-- name: list :many
SELECT 1 AS id, $context(invokedFunctionArn) AS arn, $context(functionName) AS name;
-- name: main :one
SELECT 'main' AS q;
`

func TestNames(t *testing.T) {
	s := serve(t, hello)
	list := func(name, qualifier string) string {
		return `[{"id":1,"arn":"arn:aws:lambda:us-east-1:123456789012:function:` + name + qualifier + `","name":"` + name + `"}]`
	}
	for name, want := range map[string]string{
		"hello":           `{"body":"Hello Ada"}`,
		"hello.sql":       `{"body":"Hello Ada"}`,
		"hello:live":      `{"body":"Hello Ada"}`,
		"hello:$LATEST":   `{"body":"Hello Ada"}`,
		"api/orders.list": list("api-orders-list", ""),
		"api-orders-list": list("api-orders-list", ""),
		"api/orders":      `{"q":"main"}`,
		"api/orders.main": `{"q":"main"}`,
		"api-orders-main": `{"q":"main"}`,
		"123456789012:function:api-orders-list:v2": list("api-orders-list", ":v2"),
		"function:hello": `{"body":"Hello Ada"}`,
		"arn:aws:lambda:eu-west-1:123456789012:function:api-orders-list:dev": list("api-orders-list", ":dev"),
	} {
		s.respond(url.PathEscape(name), `{"name":"Ada"}`, want)
	}
	got := s.send("POST", "/2015-03-31/functions/api-orders-list/invocations?Qualifier=blue", "{}")
	if got.body != list("api-orders-list", ":blue") {
		t.Errorf("with a qualifier: %s", got.body)
	}
}

// TestTemplateNames has functions of a template, whose names are the template's; the
// handlers are there as well.
func TestTemplateNames(t *testing.T) {
	s := serve(t, `
-- template.yaml --
Globals:
  Function: {CodeUri: src, Environment: {Variables: {STAGE: prod}}}
Resources:
  List:
    Type: AWS::Serverless::Function
    Properties: {Handler: orders.list, MemorySize: 256, Timeout: 7}
  Named:
    Type: AWS::Serverless::Function
    Properties: {Handler: orders.list, FunctionName: second, Architectures: [arm64], Role: "arn:aws:iam::111122223333:role/my"}
  Absent:
    Type: AWS::Serverless::Function
    Properties: {Handler: orders.list, CodeUri: nowhere/, Runtime: provided.al2023, FunctionName: absent}
-- src/orders.sql --
-- name: list :one
SELECT $context(functionName) AS name, $context(memoryLimitInMB) AS memory, $env(STAGE) AS stage, $context(remainingTimeInMillis) > 6000 AS long;
-- name: other :one
SELECT $context(functionName) AS name, $env(STAGE) AS stage;
`)
	s.respond("List", "{}", `{"name":"List","memory":256,"stage":"prod","long":1}`)
	s.respond("second", "{}", `{"name":"second","memory":128,"stage":"prod","long":0}`)
	s.respond("Named", "{}", `{"name":"second","memory":128,"stage":"prod","long":0}`) // by its logical id
	s.respond("orders.list", "{}", `{"name":"List","memory":256,"stage":"prod","long":1}`)
	s.respond("orders.other", "{}", `{"name":"orders-other","stage":"prod"}`)
	for _, name := range []string{"Absent", "absent"} {
		if got := s.invoke(name, "{}"); got.status != 404 || !strings.Contains(got.body, "the code of the function Absent is nowhere/, and there is no folder") {
			t.Errorf("a function without code: %v", got)
		}
	}
	s.logged("sqlambda: warning: " + filepath.Join(s.root, "template.yaml") + ":12:49: the code of the function Absent is nowhere/")
	if got := s.send("GET", "/2015-03-31/functions/second/configuration", ""); !strings.Contains(got.body, `"Role":"arn:aws:iam::111122223333:role/my"`) || !strings.Contains(got.body, `"Architectures":["arm64"]`) {
		t.Errorf("the configuration is %s", got.body)
	}
	var list struct {
		Functions []struct {
			FunctionName, Handler string
			MemorySize, Timeout   int
		}
	}
	if err := json.Unmarshal([]byte(s.send("GET", "/2015-03-31/functions/", "").body), &list); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(list.Functions); got != "[{List orders.list 256 7} {second orders.list 128 3}]" {
		t.Errorf("the functions are %s", got)
	}
}

func TestAnswersOfInvoke(t *testing.T) {
	s := serve(t, hello)
	got := s.invoke("hello", "")
	if got.status != 200 || got.header.Get("X-Amz-Executed-Version") != "$LATEST" ||
		len(got.header.Get("X-Amzn-RequestId")) != 36 || got.header.Get("Content-Type") != "application/json" || got.header.Get("X-Amz-Log-Result") != "" {
		t.Errorf("the answer is %v", got)
	}
	got = s.invoke("hello", "{}", "X-Amz-Invocation-Type: DryRun")
	if got.status != 204 || got.body != "" {
		t.Errorf("a dry run answers %v", got)
	}
	got = s.invoke("hello", `{"name":"later"}`, "X-Amz-Invocation-Type: Event")
	if got.status != 202 || got.body != "" {
		t.Errorf("an asynchronous invocation answers %v", got)
	}
	s.logged("END RequestId: " + got.header.Get("X-Amzn-RequestId"))
}

func TestWhatAnInvocationBrings(t *testing.T) {
	s := serve(t, `
-- hello.sql --
SELECT $context(traceId) AS trace, $context(tenantId) AS tenant, $context(clientContext.custom.a) AS custom, $context(awsRequestId) AS id;
`)
	got := s.invoke("hello", "{}", "X-Amzn-Trace-Id: Root=1-2-3", "X-Amz-Tenant-Id: blue",
		"X-Amz-Client-Context: "+base64.StdEncoding.EncodeToString([]byte("{\"custom\":\n{\"a\":\"b\"}}")))
	want := `{"trace":"Root=1-2-3","tenant":"blue","custom":"b","id":"` + got.header.Get("X-Amzn-RequestId") + `"}`
	if got.body != want {
		t.Errorf("the response is %s, want %s", got.body, want)
	}
}

func TestErrorsOfTheAPI(t *testing.T) {
	s := serve(t, hello)
	const path = "/2015-03-31/functions/"
	for _, c := range []struct {
		method, path, body string
		headers            []string
		status             int
		kind, message      string
	}{
		{"POST", path + "helo/invocations", "{}", nil, 404, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:123456789012:function:helo (did you mean hello?)"},
		{"POST", path + "zzzzzzzzzz/invocations", "{}", nil, 404, "ResourceNotFoundException", "(the functions are: api-orders-list, api-orders-main, hello)"},
		{"POST", path + "a:b:c:d/invocations", "{}", nil, 400, "InvalidParameterValueException", "neither the name nor the ARN"},
		{"POST", path + "hello:a/invocations?Qualifier=b", "{}", nil, 400, "InvalidParameterValueException", "differs"},
		{"POST", path + "hello/invocations", "{]", nil, 400, "InvalidRequestContentException", "Could not parse request body into json: invalid character ']'"},
		{"POST", path + "hello/invocations", "{}", []string{"X-Amz-Invocation-Type: Later"}, 400, "InvalidParameterValueException", `"Later"`},
		{"POST", path + "hello/invocations", "{}", []string{"X-Amz-Client-Context: {"}, 400, "InvalidRequestContentException", "Base64"},
		{"POST", path + "hello/invocations", `"` + strings.Repeat("x", 6<<20) + `"`, nil, 413, "RequestEntityTooLargeException", "6291458 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)"},
		{"POST", path + "hello/invocations", `"` + strings.Repeat("x", 1<<20) + `"`, []string{"X-Amz-Invocation-Type: Event"}, 413, "RequestEntityTooLargeException", "Event"},
		{"GET", path + "helo", "", nil, 404, "ResourceNotFoundException", "helo"},
		{"DELETE", path + "hello", "", nil, 501, "UnknownOperationException", "sqlambda dev has Invoke"},
		{"POST", path + "hello:7/invocations", "{}", nil, 404, "ResourceNotFoundException", "function:hello:7 (no version is published here"},
		{"GET", path + "hello/configuration?Qualifier=7", "", nil, 404, "ResourceNotFoundException", "function:hello:7"},
		{"GET", path + "?MaxItems=0", "", nil, 400, "InvalidParameterValueException", `MaxItems is "0"`},
		{"GET", path + "?Marker=x", "", nil, 400, "InvalidParameterValueException", `the marker "x"`},
		{"POST", "/2021-11-15/functions/helo/response-streaming-invocations", "", nil, 404, "ResourceNotFoundException", "helo"},
		{"POST", "/2021-11-15/functions/hello/response-streaming-invocations", "", []string{"X-Amz-Invocation-Type: Event"}, 400, "InvalidParameterValueException", "Event"},
	} {
		got := s.send(c.method, c.path, c.body, c.headers...)
		if got.status != c.status || got.header.Get("X-Amzn-ErrorType") != c.kind || !strings.Contains(got.body, strings.ReplaceAll(c.message, `"`, `\"`)) {
			t.Errorf("%s %s: %d %s %s\nwant %d %s %s", c.method, c.path, got.status, got.header.Get("X-Amzn-ErrorType"), got.body, c.status, c.kind, c.message)
		}
	}
}

func TestDescriptionsOfAFunction(t *testing.T) {
	s := serve(t, hello)
	for path, want := range map[string]string{
		"/2015-03-31/functions/hello":               `"State":"Active"`,
		"/2015-03-31/functions/hello/configuration": `"FunctionArn":"arn:aws:lambda:us-east-1:123456789012:function:hello"`,
		"/2015-03-31/functions":                     `{"Functions":[{"FunctionName":"api-orders-list"`,
		"/2015-03-31/functions?MaxItems=1":          `}],"NextMarker":"1"}`,
		"/2015-03-31/functions?MaxItems=5&Marker=1": `{"Functions":[{"FunctionName":"api-orders-main"`,
		"/2021-10-31/functions/api-orders-list/url": `"FunctionUrl":"` + s.url + `/lambda-url/api-orders-list/"`,
		"/": "hello (hello, 3s, 128 MB)\n    curl " + s.url + "/lambda-url/hello/\n    aws lambda invoke --endpoint-url " + s.url,
	} {
		if got := s.send("GET", path, ""); got.status != 200 || !strings.Contains(got.body, want) {
			t.Errorf("GET %s: %d %s\nwant %s", path, got.status, got.body, want)
		}
	}
	if got := s.send("GET", "/", "", "Accept: text/html,*/*"); !strings.Contains(got.body, `<a href="`+s.url+`/lambda-url/hello/">`) {
		t.Errorf("the page is %s", got.body)
	}
}

// TestRequestIDs has an id on every answer, each its own.
func TestRequestIDs(t *testing.T) {
	s := serve(t, hello)
	seen := map[string]bool{}
	for _, path := range []string{"/", "/2015-03-31/functions", "/2015-03-31/functions/helo", "/nowhere", "/lambda-url/hello/", "/lambda-url/helo/"} {
		id := s.send("GET", path, "").header.Get("X-Amzn-RequestId")
		if len(id) != 36 || seen[id] {
			t.Errorf("GET %s is answered with the id %q", path, id)
		}
		seen[id] = true
	}
	if got := s.send("GET", "/", "", "Host: rebound.example"); got.header.Get("X-Amzn-RequestId") == "" {
		t.Errorf("a request that is refused has no id: %v", got)
	}
}

// TestConfiguration has the fields that tools for deployments compare.
func TestConfiguration(t *testing.T) {
	s := serve(t, hello)
	modified := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	for _, name := range []string{"hello.sql", "api/orders.sql"} {
		if err := os.Chtimes(filepath.Join(s.root, name), modified, modified); err != nil {
			t.Fatal(err)
		}
	}
	read := func() (c configuration) {
		if err := json.Unmarshal([]byte(s.send("GET", "/2015-03-31/functions/hello/configuration", "").body), &c); err != nil {
			t.Fatal(err)
		}
		return c
	}
	first := read()
	if first.LastModified != "2026-07-01T12:00:00.000+0000" || fmt.Sprint(first.Architectures) != "[x86_64]" ||
		first.Role != "arn:aws:iam::123456789012:role/sqlambda-dev" || len(first.CodeSha256) != 44 || first.CodeSize == 0 {
		t.Errorf("the configuration is %+v", first)
	}
	s.save("hello.sql", "SELECT 2 AS x;")
	if second := read(); second.CodeSha256 == first.CodeSha256 || second.LastModified == first.LastModified {
		t.Errorf("another file has not changed the configuration: %+v", second)
	}
}

// TestResponseStream reads the streams that the SDKs read.
func TestResponseStream(t *testing.T) {
	s := serve(t, hello+"-- broken.sql --\nSELECT error('Order.Refused', 'no sevens');\n")
	stream := func(name string) string {
		got := s.send("POST", "/2021-11-15/functions/"+name+"/response-streaming-invocations", `{"name":"Ada"}`, "X-Amz-Log-Type: Tail")
		if got.header.Get("Content-Type") != "application/vnd.amazon.eventstream" || got.status != 200 {
			t.Errorf("the answer is %v", got)
		}
		return got.body
	}
	body := stream("hello")
	for _, want := range []string{"\x0b:event-type\x07\x00\x0cPayloadChunk", `{"body":"Hello Ada"}`, "InvokeComplete", `"LogResult":"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the stream has no %q: %q", want, body)
		}
	}
	length := binary.BigEndian.Uint32([]byte(body))
	if sum := binary.BigEndian.Uint32([]byte(body[length-4:])); sum != crc32.ChecksumIEEE([]byte(body[:length-4])) {
		t.Errorf("the checksum of the first message is %x", sum)
	}
	if body := stream("broken"); !strings.Contains(body, `"ErrorCode":"Unhandled","ErrorDetails":"{\"errorType\":\"Order.Refused\"`) || strings.Contains(body, "PayloadChunk") {
		t.Errorf("the stream of an error is %q", body)
	}
}

// TestLargeEvents has the largest event and response that there may be.
func TestLargeEvents(t *testing.T) {
	s := serve(t, "-- same.sql --\n-- name: same :value\nSELECT :text;\n-- double.sql --\n-- name: double :value\nSELECT :text || :text;\n")
	text := strings.Repeat("x", 6<<20-len(`{"text":""}`))
	got := s.invoke("same", `{"text":"`+text+`"}`)
	if got.status != 200 || got.body != `"`+text+`"` {
		t.Errorf("a response of %d bytes is %d bytes long", len(text)+2, len(got.body))
	}
	s.failed(s.invoke("double", `{"text":"`+text+`"}`), `^{"errorType":"Function.ResponseSizeTooLarge"`)
}
