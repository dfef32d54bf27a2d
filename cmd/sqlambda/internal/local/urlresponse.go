package local

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// urlAnswer is what a function's response is turned back into.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
type urlAnswer struct {
	status int
	header http.Header
	body   []byte
}

// newURLAnswer returns an answer, which is JSON as long as nothing else is said.
func newURLAnswer(status int, body []byte) *urlAnswer {
	return &urlAnswer{status, http.Header{"Content-Type": {"application/json"}}, body}
}

// badGateway is the answer where the function failed, or where its response is not that of
// a URL. The log alone says why, as in Lambda; but the caller is told what keeps the
// function from being loaded, since that should never get as far as Lambda.
func badGateway(out *outcome, err error) *urlAnswer {
	a := newURLAnswer(http.StatusBadGateway, []byte("Internal Server Error"))
	if out.broken {
		a.header.Set("Content-Type", "text/plain; charset=utf-8")
		a.body = []byte(err.Error() + "\n")
	}
	return a
}

// urlResponse is a response that has a status. It has the fields of aws-lambda-go's type,
// and judges their values.
type urlResponse struct {
	StatusCode      json.Number                `json:"statusCode"`
	Headers         map[string]json.RawMessage `json:"headers"`
	Body            string                     `json:"body"`
	IsBase64Encoded bool                       `json:"isBase64Encoded"`
	Cookies         []string                   `json:"cookies"`
}

// urlAnswerOf returns the answer that an outcome stands for, or why there is none. Without
// a status, the response is the body; of a string, the body is the text.
func urlAnswerOf(out *outcome) (*urlAnswer, error) {
	if out.failed {
		var e struct{ ErrorType, ErrorMessage string }
		json.Unmarshal(out.payload, &e)
		return nil, fmt.Errorf("%s: %s", e.ErrorType, e.ErrorMessage)
	}
	var text *string
	if json.Unmarshal(out.payload, &text) == nil && text != nil {
		return newURLAnswer(http.StatusOK, []byte(*text)), nil
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(out.payload, &fields) != nil || fields["statusCode"] == nil {
		return newURLAnswer(http.StatusOK, out.payload), nil
	}
	var r urlResponse
	if err := json.Unmarshal(out.payload, &r); err != nil {
		return nil, fmt.Errorf("the response is not that of a function URL: %w", err)
	}
	return r.answer()
}

func (r *urlResponse) answer() (*urlAnswer, error) {
	var problems []error
	status, err := strconv.Atoi(r.StatusCode.String())
	if err != nil || status < 200 || status > 599 {
		problems = append(problems, fmt.Errorf("statusCode is %q: it is a whole number from 200 to 599", r.StatusCode))
	}
	a := newURLAnswer(status, []byte(r.Body))
	for name, value := range r.Headers {
		var text string
		if json.Unmarshal(value, &text) != nil { // a number or a boolean is taken as it is written
			text = string(value)
			if value[0] == '{' || value[0] == '[' {
				problems = append(problems, fmt.Errorf("the header %s is %s: it is one string", name, value))
			}
		}
		a.header.Set(name, text)
	}
	for _, name := range [...]string{"Content-Length", "Transfer-Encoding", "Connection"} { // HTTP's business, not the function's
		a.header.Del(name)
	}
	for _, cookie := range r.Cookies {
		a.header.Add("Set-Cookie", cookie)
	}
	if r.IsBase64Encoded {
		if a.body, err = base64.StdEncoding.DecodeString(r.Body); err != nil {
			problems = append(problems, fmt.Errorf("isBase64Encoded is true and body is not base64: %w", err))
		}
	}
	return a, errors.Join(problems...)
}
