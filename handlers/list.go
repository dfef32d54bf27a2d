package handlers

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"sqlambda/handlers/syntax"
)

// Listed is a handler of a task root: a query of a file, and the string that names it.
type Listed struct {
	// Name is the shortest handler string that means the query: "api/orders.list", or
	// "api/orders" for a script and for the only query of a file.
	Name string
	// File is the file's name, relative to the root: "api/orders.sql".
	File string
	// Query is the query's name; empty for a script.
	Query string
}

// List is the handlers of a task root, in the order of files and queries.
type List []Listed

// ListHandlers returns the handlers of files, whose names are relative to root. Only .sql
// files have handlers, and init.sql has none. A file without a query is one handler, a
// script: Load reports what is wrong with it.
func ListHandlers(root fs.FS, files []string) (List, error) {
	var list List
	for _, name := range files {
		if path.Ext(name) != extension || name == initFile {
			continue
		}
		text, err := read(root, name)
		if err != nil {
			return nil, fmt.Errorf("cannot read %s: %w", name, reason(err))
		}
		file, _ := syntax.Parse(name, text)
		if len(file.Queries) == 0 {
			list = append(list, Listed{File: name})
		}
		for _, q := range file.Queries {
			list = append(list, Listed{File: name, Query: q.Name})
		}
	}
	for i, h := range list {
		list[i].Name = list.name(h)
	}
	return list, nil
}

// name returns the shortest string that means a handler. The file a.b.sql wins over the
// query b of a.sql, which then is a.sql.b.
func (l List) name(h Listed) string {
	stem := strings.TrimSuffix(h.File, extension)
	names := []string{stem + "." + h.Query, h.File + "." + h.Query}
	if len(l.queries(h.File)) < 2 {
		names = []string{stem, h.File}
	}
	for _, name := range names {
		if found, ok := l.Find(name); ok && found.File == h.File && found.Query == h.Query {
			return name
		}
	}
	return names[0]
}

// Find returns the handler that a handler string means, by the rules of Load.
func (l List) Find(handler string) (Listed, bool) {
	file, query, err := locate(handler, func(name string) (bool, error) { return l.queries(name) != nil, nil })
	if err != nil {
		return Listed{}, false
	}
	queries := l.queries(file)
	if query == "" && len(queries) == 1 {
		query = queries[0]
	} else if query == "" {
		query = mainQuery
	}
	i := slices.IndexFunc(l, func(h Listed) bool { return h.File == file && h.Query == query })
	if i < 0 {
		return Listed{}, false
	}
	return l[i], true
}

// queries returns the names of a file's queries, nil for a file without handlers.
func (l List) queries(file string) (names []string) {
	for _, h := range l {
		if h.File == file {
			names = append(names, h.Query)
		}
	}
	return names
}
