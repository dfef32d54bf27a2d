package project

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"sqlambda/handlers/syntax"
)

const (
	extension = ".sql"
	initFile  = "init.sql"
	mainQuery = "main"
)

// Handler is a query that a handler string names.
type Handler struct {
	// Name is the handler string, the shortest there is: "api/orders.list", or
	// "api/orders" for a script and for the only query of a file.
	Name string
	// File is the file's name, relative to the root: "api/orders.sql".
	File string
	// Query is the query's name; empty for a script.
	Query string
}

// Handlers returns the handlers of the folder, in the order of files and queries:
// each query of each .sql file that is packed, init.sql aside. A file without a query
// is one handler, a script: what is wrong with it is for a check to say.
func (f *Folder) Handlers() ([]Handler, error) {
	names, err := f.Packed()
	if err != nil {
		return nil, err
	}
	var list []Handler
	for _, name := range names {
		if path.Ext(name) != extension || name == initFile {
			continue
		}
		text, err := os.ReadFile(filepath.Join(f.Root, filepath.FromSlash(name)))
		if err != nil {
			return nil, fmt.Errorf("cannot read %w", err)
		}
		list = append(list, handlersIn(name, string(text))...)
	}
	return list, nil
}

func handlersIn(file, text string) []Handler {
	stem := strings.TrimSuffix(file, extension)
	parsed, _ := syntax.Parse(file, text)
	switch queries := parsed.Queries; len(queries) {
	case 0:
		return []Handler{{Name: stem, File: file}}
	case 1:
		return []Handler{{Name: stem, File: file, Query: queries[0].Name}}
	default:
		list := make([]Handler, len(queries))
		for i, q := range queries {
			list[i] = Handler{Name: stem + "." + q.Name, File: file, Query: q.Name}
		}
		return list
	}
}

// Find returns the handler of a list that a handler string names, by the rules of
// https://docs.aws.amazon.com/lambda/latest/dg/foundation-progmodel.html and the
// runtime's own: with ".sql" or without, the query main where none is named.
func Find(list []Handler, name string) (Handler, bool) {
	for _, match := range [...]func(Handler) bool{
		func(h Handler) bool { return h.whole(name) && h.alone(list) },
		func(h Handler) bool { return h.whole(name) && h.Query == mainQuery },
		func(h Handler) bool { return h.named(name) },
	} {
		for _, h := range list {
			if match(h) {
				return h, true
			}
		}
	}
	return Handler{}, false
}

// whole reports whether a handler string names the handler's file alone.
func (h Handler) whole(name string) bool {
	return strings.TrimSuffix(name, extension)+extension == h.File
}

// alone reports whether the handler is the only one of its file.
func (h Handler) alone(list []Handler) bool {
	n := 0
	for _, other := range list {
		if other.File == h.File {
			n++
		}
	}
	return n == 1
}

// named reports whether a handler string names the handler's file and query.
func (h Handler) named(name string) bool {
	dot := strings.LastIndexByte(name, '.')
	return dot > 0 && h.whole(name[:dot]) && h.Query != "" && name[dot+1:] == h.Query
}
