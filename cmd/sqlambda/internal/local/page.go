package local

import (
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"text/tabwriter"
	"time"
)

// Listing is what a developer asks first: which functions there are, and how to call them.
type Listing struct {
	URL       string   `json:"url"`
	Functions []Listed `json:"functions"`
	Problem   error    `json:"-"` // why no function can be read
}

// Listed is a function that is served.
type Listed struct {
	Name     string        `json:"name"`
	Handler  string        `json:"handler"`
	URL      string        `json:"url"`
	Timeout  time.Duration `json:"-"`
	MemoryMB int           `json:"-"`
	Command  string        `json:"-"` // invokes it
}

// Listing returns what is served at an address.
func (l *Lambda) Listing(address string) Listing {
	c := l.catalog()
	list := Listing{address, make([]Listed, len(c.functions)), c.err}
	for i, f := range c.functions {
		list.Functions[i] = Listed{f.Name, f.Handler, functionURL(address, f.Name), f.Timeout, f.MemoryMB,
			fmt.Sprintf("aws lambda invoke --endpoint-url %s --function-name %s /dev/stdout", address, f.Name)}
	}
	return list
}

var page = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<meta charset="utf-8"><title>sqlambda dev</title>
<style>body{font:16px/1.5 system-ui;margin:2em;max-width:60em}pre{background:#8882;padding:.5em;overflow:auto}</style>
<h1>sqlambda dev</h1>
{{with .Problem}}<pre>{{.}}</pre>{{end}}{{range .Functions}}<h2>{{.Name}}</h2>
<p>{{.Handler}}, {{.Timeout}}, {{.MemoryMB}} MB: <a href="{{.URL}}">{{.URL}}</a></p>
<pre>{{.Command}}</pre>
{{end}}`))

// page shows the functions: to browsers as a page, to others as text.
func (l *Lambda) page(w http.ResponseWriter, r *http.Request) error {
	list := l.Listing("http://" + r.Host)
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		return page.Execute(w, list)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if list.Problem != nil {
		fmt.Fprintln(w, list.Problem)
	}
	for _, f := range list.Functions {
		fmt.Fprintf(w, "%s (%s, %s, %d MB)\n    curl %s\n    %s\n", f.Name, f.Handler, f.Timeout, f.MemoryMB, f.URL, f.Command)
	}
	return nil
}

// String returns the functions as "sqlambda dev" lists them: a line for each.
func (list Listing) String() string {
	var b strings.Builder
	switch {
	case list.Problem != nil:
		fmt.Fprintln(&b, list.Problem)
	case len(list.Functions) == 0:
		fmt.Fprintln(&b, "no functions yet: a file such as hello.sql in the folder is one")
	}
	columns := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, f := range list.Functions {
		fmt.Fprintf(columns, "  %s\t%s\t%s\n", f.Name, f.Handler, f.URL)
	}
	columns.Flush()
	return b.String()
}
