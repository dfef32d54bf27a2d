package local

import (
	"fmt"
	"maps"
	"net/http"
	"strings"

	"sqlambda/event"
)

// Function URLs are below urlPrefix, or have the function's name in the host.
const (
	urlPrefix = "/lambda-url/"
	urlHost   = ".lambda-url."
)

// urlTarget returns the name of the function whose URL a request calls, and the path
// below that, as it was sent. A page whose links begin with a slash works if the
// function has a host of its own: http://NAME.lambda-url.localhost:9001/ leads browsers
// and curl to a loopback address.
func urlTarget(r *http.Request) (name, path string, ok bool) {
	host := hostname(r.Host)
	if name, rest, ok := strings.Cut(host, urlHost); ok && strings.HasSuffix("."+rest, ".localhost") {
		return name, r.URL.EscapedPath(), true
	}
	below, ok := strings.CutPrefix(r.URL.EscapedPath(), urlPrefix)
	segment, path, _ := strings.Cut(below, "/")
	name, _ = event.PercentDecode(segment, false)
	return name, "/" + path, ok && name != ""
}

// callURL answers a request to a function's URL.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
func (l *Lambda) callURL(w http.ResponseWriter, r *http.Request, name, path string) error {
	c := l.catalog()
	f, err := c.find(name)
	for known, folded := range c.names { // in a host, names have lower case only
		if err != nil && strings.EqualFold(known, name) {
			f, err = folded, nil
		}
	}
	if err != nil {
		return err
	}
	if f.Cors != nil && isPreflight(r) {
		allow(w.Header(), f.Cors, r)
		return nil
	}
	body, err := readBody(r, maxEvent)
	if err != nil {
		return err
	}
	inv := newInvocation(w, r, nil)
	inv.FunctionARN = l.arn(f.Name, "")
	inv.Payload = encode(urlEvent(r, inv, f.Name, path, body))
	if n := len(inv.Payload); n > maxEvent {
		return tooLarge(n, maxEvent)
	}
	out, err := f.invoke(inv)
	if err != nil {
		return err
	}
	answer, err := urlAnswerOf(out)
	if err != nil {
		l.Log.Warn(fmt.Sprintf("the URL of %s answers with 502: %v", f.Name, err))
		answer = badGateway(out, err)
	}
	maps.Copy(w.Header(), answer.header)
	if f.Cors != nil {
		allow(w.Header(), f.Cors, r)
	}
	w.WriteHeader(answer.status)
	w.Write(answer.body)
	return nil
}
