package local

import (
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"text/tabwriter"
)

// listing is what a developer asks first: what is there, and how to call it.
type listing struct {
	Address   string
	Functions []*function
	Problem   error
}

// URL is the function URL of a function.
func (p listing) URL(f *function) string { return functionURL(p.Address, f.Name) }

// Command invokes a function.
func (p listing) Command(f *function) string {
	return fmt.Sprintf("aws lambda invoke --endpoint-url %s --function-name %s /dev/stdout", p.Address, f.Name)
}

var page = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<meta charset="utf-8"><title>sqlambda dev</title>
<style>body{font:16px/1.5 system-ui;margin:2em;max-width:60em}pre{background:#8882;padding:.5em;overflow:auto}</style>
<h1>sqlambda dev</h1>
{{with .Problem}}<pre>{{.}}</pre>{{end}}{{$page := .}}{{range .Functions}}<h2>{{.Name}}</h2>
<p>{{.Handler}}, {{.Timeout}}, {{.MemoryMB}} MB: <a href="{{$page.URL .}}">{{$page.URL .}}</a></p>
<pre>{{$page.Command .}}</pre>
{{end}}`))

// page shows the functions: to browsers as a page, to others as text.
func (l *Lambda) page(w http.ResponseWriter, r *http.Request) error {
	c := l.catalog()
	list := listing{"http://" + r.Host, c.functions, c.err}
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		return page.Execute(w, list)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprint(w, list.text())
	return nil
}

func (p listing) text() string {
	var b strings.Builder
	if p.Problem != nil {
		fmt.Fprintln(&b, p.Problem)
	}
	for _, f := range p.Functions {
		fmt.Fprintf(&b, "%s (%s, %s, %d MB)\n    curl %s\n    %s\n",
			f.Name, f.Handler, f.Timeout, f.MemoryMB, p.URL(f), p.Command(f))
	}
	return b.String()
}

// Describe returns the functions as "sqlambda dev" lists them: a line for each.
func (l *Lambda) Describe(address string) string {
	c := l.catalog()
	var b strings.Builder
	switch {
	case c.err != nil:
		fmt.Fprintln(&b, c.err)
	case len(c.functions) == 0:
		fmt.Fprintf(&b, "no functions yet: a file such as hello.sql in %s is one\n", l.Root)
	}
	columns := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, f := range c.functions {
		fmt.Fprintf(columns, "  %s\t%s\t%s\n", f.Name, f.Handler, functionURL(address, f.Name))
	}
	columns.Flush()
	return b.String()
}

// Start is what programs are told where "sqlambda dev" starts.
type Start struct {
	URL       string          `json:"url"`
	Functions []StartFunction `json:"functions"`
}

// StartFunction is a function that is served.
type StartFunction struct {
	Name    string `json:"name"`
	Handler string `json:"handler"`
	URL     string `json:"url"`
}

// Start returns what is served at an address.
func (l *Lambda) Start(address string) Start {
	c := l.catalog()
	s := Start{URL: address, Functions: make([]StartFunction, len(c.functions))}
	for i, f := range c.functions {
		s.Functions[i] = StartFunction{f.Name, f.Handler, functionURL(address, f.Name)}
	}
	return s
}
