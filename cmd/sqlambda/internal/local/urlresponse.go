package local

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// urlAnswer is what a function's response is turned back into.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
type urlAnswer struct {
	status  int
	headers map[string]string
	cookies []string
	body    []byte
}

// badGateway is the answer where the function failed, or where its response is not that of
// a URL. The log alone says why, as in Lambda; but the caller is told what keeps the
// function from being loaded, since that should never get as far as Lambda.
func badGateway(out *outcome, err error) *urlAnswer {
	a := &urlAnswer{status: http.StatusBadGateway, body: []byte("Internal Server Error")}
	if out.broken {
		a.headers = map[string]string{"Content-Type": "text/plain; charset=utf-8"}
		a.body = []byte(err.Error() + "\n")
	}
	return a
}

// urlResponse is a response that has a status. It has the fields of aws-lambda-go's type,
// and judges their values.
type urlResponse struct {
	StatusCode      json.Number                `json:"statusCode"`
	Headers         map[string]json.RawMessage `json:"headers"`
	Body            *string                    `json:"body"`
	IsBase64Encoded bool                       `json:"isBase64Encoded"`
	Cookies         []string                   `json:"cookies"`
}

// urlAnswerOf returns the answer that an outcome stands for, or why there is none.
func urlAnswerOf(out *outcome) (*urlAnswer, error) {
	if out.failed {
		var e struct{ ErrorType, ErrorMessage string }
		json.Unmarshal(out.payload, &e)
		return nil, fmt.Errorf("%s: %s", e.ErrorType, e.ErrorMessage)
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(out.payload, &fields) != nil || fields["statusCode"] == nil {
		return inferred(out.payload), nil
	}
	var r urlResponse
	if err := json.Unmarshal(out.payload, &r); err != nil {
		return nil, fmt.Errorf("the response is not that of a function URL: %w", err)
	}
	return r.answer()
}

// inferred is the answer of a response without a status: the response is the body, of type
// JSON. Of a string, the body is the text.
func inferred(payload []byte) *urlAnswer {
	var text string
	if bytes.HasPrefix(bytes.TrimSpace(payload), []byte(`"`)) && json.Unmarshal(payload, &text) == nil {
		payload = []byte(text)
	}
	return &urlAnswer{status: http.StatusOK, body: payload}
}

func (r *urlResponse) answer() (*urlAnswer, error) {
	a := &urlAnswer{headers: map[string]string{}, cookies: r.Cookies}
	var problems []error
	var err error
	if a.status, err = strconv.Atoi(r.StatusCode.String()); err != nil || a.status < 200 || a.status > 599 {
		problems = append(problems, fmt.Errorf("statusCode is %q: it is a whole number from 200 to 599", r.StatusCode))
	}
	for name, value := range r.Headers {
		text, ok := scalar(value)
		if !ok {
			problems = append(problems, fmt.Errorf("the header %s is %s: it is one string", name, value))
		}
		a.headers[name] = text
	}
	if r.Body != nil {
		a.body = []byte(*r.Body)
	}
	if r.IsBase64Encoded {
		if a.body, err = base64.StdEncoding.DecodeString(string(a.body)); err != nil {
			problems = append(problems, fmt.Errorf("isBase64Encoded is true and body is not base64: %w", err))
		}
	}
	return a, errors.Join(problems...)
}

// scalar is a header's value as text.
func scalar(value json.RawMessage) (string, bool) {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text, true
	}
	return string(value), len(value) > 0 && value[0] != '{' && value[0] != '['
}

// fill sets the headers of the answer. The length of the body is HTTP's business, not the
// function's.
func (a *urlAnswer) fill(h http.Header) {
	h.Set("Content-Type", "application/json")
	for name, value := range a.headers {
		switch strings.ToLower(name) {
		case "content-length", "transfer-encoding", "connection":
		default:
			h.Set(name, value)
		}
	}
	for _, cookie := range a.cookies {
		h.Add("Set-Cookie", cookie)
	}
}
