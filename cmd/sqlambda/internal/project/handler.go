package project

import (
	"os"
	"strings"

	"sqlambda/handlers"
)

// Handler is a query that a handler string names.
type Handler = handlers.Listed

const extension = ".sql"

// Handlers returns the handlers of the files that belong in the zip.
func (f *Folder) Handlers() (handlers.List, error) {
	return f.handlers.get(func() (handlers.List, error) {
		names, err := f.Packed()
		if err != nil {
			return nil, err
		}
		return handlers.ListHandlers(os.DirFS(f.Root), names)
	})
}

// Spellings returns the strings that name a handler of a list: its own name, the file with
// and without its extension, both with the query, and the names of functions without a
// template that have such a handler.
func Spellings(h Handler, list handlers.List) []string {
	stem := strings.TrimSuffix(h.File, extension)
	var spellings, names []string
	for _, spelling := range [...]string{h.Name, stem, h.File, stem + "." + h.Query, h.File + "." + h.Query} {
		if found, ok := list.Find(spelling); ok && found == h {
			spellings = append(spellings, spelling)
			names = append(names, functionName(spelling))
		}
	}
	return append(spellings, names...)
}
