package event

import (
	"encoding/base64"
	"strings"
)

// httpRequest is the table of one row for a request that came through an API Gateway REST
// or HTTP API, a function URL or an Application Load Balancer, in one shape:
//
//   - https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
//   - https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
//   - https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
//   - https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
func httpRequest() *Table {
	const authorizer = "requestContext.authorizer"
	return &Table{Columns: []Column{
		derived("method", TextType, firstOf, "requestContext.http.method", "httpMethod"),
		derived("path", TextType, firstOf, "rawPath", "path"),
		derived("route", TextType, firstOf, "routeKey", "resource"),
		derived("headers", JSONType, headers, "multiValueHeaders", "headers"),
		derived("query", JSONType, lastOfQuery, queryPaths...),
		derived("query_values", JSONType, allOfQuery, queryPaths...),
		derived("cookies", JSONType, cookies, "cookies", "multiValueHeaders", "headers"),
		derived("path_parameters", JSONType, objectOrEmpty, "pathParameters"),
		derived("body", TextType, body, "body", "isBase64Encoded"),
		derived("body_blob", BlobType, bodyBase64, "body", "isBase64Encoded"),
		derived("claims", JSONType, firstOf, authorizer+".jwt.claims", authorizer+".claims"),
		column("authorizer", JSONType, authorizer),
		derived("host", TextType, host, "requestContext.domainName", "multiValueHeaders", "headers"),
		derived("source_ip", TextType, sourceIP, "requestContext.http.sourceIp", "requestContext.identity.sourceIp", "multiValueHeaders", "headers"),
		derived("user_agent", TextType, userAgent, "requestContext.http.userAgent", "requestContext.identity.userAgent", "multiValueHeaders", "headers"),
		derived("time", IntegerType, firstOf, "requestContext.timeEpoch", "requestContext.requestTimeEpoch"),
		column("request_id", TextType, "requestContext.requestId"),
		column("account_id", TextType, "requestContext.accountId"),
		column("api_id", TextType, "requestContext.apiId"),
		column("stage", TextType, "requestContext.stage"),
		derived("stage_variables", JSONType, objectOrEmpty, "stageVariables"),
	}}
}

func unchanged(text string) string { return text }

// headers returns the headers, their names in lower case, of the fields multiValueHeaders
// and headers. Values of one header are joined by commas, as HTTP has it.
func headers(found []Event) Event {
	var l valueLists
	l.addMembers(firstOf(found), unchanged)
	lower := valueLists{}
	for _, name := range l.names {
		for _, value := range l.values[name] {
			lower.add(strings.ToLower(name), value)
		}
	}
	return lower.object(appendJoined)
}

// header returns the values of a header, of the same fields.
func header(found []Event, name string) []string {
	for key, value := range firstOf(found).members() {
		if !strings.EqualFold(key, name) {
			continue
		}
		var values []string
		for text := range value.Elements() {
			if v, ok := text.Convert(TextType); ok && v.Kind == Text {
				values = append(values, v.Text)
			}
		}
		return values
	}
	return nil
}

// queryPaths are where the query string is: whole, taken apart, taken apart with only the
// last of the values of a name, and what an event of a load balancer has: such a one
// comes as it was encoded.
var queryPaths = []string{"rawQueryString", "multiValueQueryStringParameters", "queryStringParameters", "requestContext.elb"}

func query(found []Event) *valueLists {
	l := &valueLists{}
	if raw := found[0]; raw.kind() == '"' {
		for name, value := range FormPairs(raw.text()) {
			l.add(name, value)
		}
		return l
	}
	decode := unchanged
	if found[3].Exists() {
		decode = unescapeForm
	}
	l.addMembers(firstOf(found[1:3]), decode)
	return l
}

func lastOfQuery(found []Event) Event { return query(found).object(appendLast) }

func allOfQuery(found []Event) Event { return query(found).object(appendAll) }

// cookies returns the object of the cookies, of the list that an HTTP API has of them, or of
// the header: https://www.rfc-editor.org/rfc/rfc6265#section-4.2.
func cookies(found []Event) Event {
	var l valueLists
	var lines []string
	if found[0].IsArray() {
		for e := range found[0].Elements() {
			if e.kind() == '"' {
				lines = append(lines, e.text())
			}
		}
	} else {
		lines = header(found[1:], "cookie")
	}
	for _, line := range lines {
		for pair := range strings.SplitSeq(line, ";") {
			if pair = strings.TrimSpace(pair); pair != "" {
				name, value, _ := strings.Cut(pair, "=")
				l.add(name, value)
			}
		}
	}
	return l.object(appendFirst)
}

// body returns the body as text.
func body(found []Event) Event {
	if found[1].kind() == 't' {
		return fromBase64(found[0])
	}
	return found[0]
}

// bodyBase64 returns the body as base64.
func bodyBase64(found []Event) Event {
	if found[1].kind() == 't' || found[0].kind() != '"' {
		return found[0]
	}
	return textEvent(base64.StdEncoding.EncodeToString([]byte(found[0].text())))
}

// host returns the domain name of the API, else the header.
func host(found []Event) Event { return orHeader(found[0], found[1:], "host") }

func userAgent(found []Event) Event { return orHeader(firstOf(found[:2]), found[2:], "user-agent") }

func orHeader(value Event, headers []Event, name string) Event {
	if value.Exists() {
		return value
	}
	if values := header(headers, name); len(values) > 0 {
		return textEvent(values[0])
	}
	return Event{}
}

// sourceIP returns the address of the client. A load balancer appends it to the header
// X-Forwarded-For: what stands before it there is the client's own word.
func sourceIP(found []Event) Event {
	if address := firstOf(found[:2]); address.Exists() {
		return address
	}
	values := header(found[2:], "x-forwarded-for")
	if len(values) == 0 {
		return Event{}
	}
	last := values[len(values)-1]
	return textEvent(strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:]))
}
