package project

import (
	"os"

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

// Spellings returns the strings that name a handler of a list: its handler strings, and the
// names of functions without a template that have such a handler.
func Spellings(h Handler, list handlers.List) []string {
	spellings := list.Spellings(h)
	for _, spelling := range list.Spellings(h) {
		spellings = append(spellings, functionName(spelling))
	}
	return spellings
}
