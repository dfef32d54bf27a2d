package project

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sqlambda/handlers"
	"sqlambda/handlers/script"
)

// Handler is what a handler string names: a query of a file or of a variable, or an
// executable.
type Handler = handlers.Listed

const (
	extension   = ".sql"
	runtimeFile = "bootstrap" // of a zip with a runtime: it is no handler
)

// Handlers returns the handlers of the folder: the queries of the files that belong in the
// zip, and the executables and variables that functions of the template name. A folder that
// has none of them has its executables.
func (f *Folder) Handlers() (handlers.List, error) { return f.handlers.get(f.readHandlers) }

func (f *Folder) readHandlers() (handlers.List, error) {
	list, err := f.queries()
	if err != nil {
		return nil, err
	}
	list = slices.Clone(list)
	functions, _ := f.templateFunctions() // who asks for them tells the error
	for _, fn := range functions {
		if h, ok := f.without(fn, functions); ok && !slices.Contains(list, h) {
			list = append(list, h)
		}
	}
	if len(list) > 0 || len(functions) > 0 {
		return list, nil
	}
	names, err := f.Executables()
	for _, name := range names {
		list = append(list, handlers.ListedExecutable(name))
	}
	return list, err
}

// queries returns the handlers that are queries of files.
func (f *Folder) queries() (handlers.List, error) {
	return f.files.get(func() (handlers.List, error) {
		names, err := f.Packed()
		if err != nil {
			return nil, err
		}
		return handlers.ListHandlers(os.DirFS(f.Root), names)
	})
}

// without returns the handler of a function that needs no file of SQL: an executable, or the
// SQL in one of its variables. Where other functions have the same handler string and other
// SQL, the handler has the name of its function.
func (f *Folder) without(fn Function, functions []Function) (h Handler, ok bool) {
	if !strings.HasPrefix(fn.Handler, "$") {
		queries, _ := f.queries()
		_, taken := queries.Find(fn.Handler)
		return handlers.ListedExecutable(fn.Handler), !taken && f.Holds(fn.Handler)
	}
	h = handlers.ListedInline(fn.Handler, fn.Inline())
	if slices.ContainsFunc(functions, func(other Function) bool { return other.Handler == fn.Handler && other.Inline() != fn.Inline() }) {
		h.Name = fn.LogicalID
	}
	return h, true
}

// HandlerOf returns the handler of a function.
func (f *Folder) HandlerOf(fn Function) (Handler, bool) {
	list, _ := f.Handlers() // who lists them tells the error
	if h, ok := list.Find(fn.Handler); ok || fn.LogicalID == "" {
		return h, ok
	}
	h, ok := list.Find(fn.LogicalID)
	return h, ok && h.IsInline()
}

// Holds reports whether a name is that of a file which may be an executable handler: one that
// belongs in the zip, and is neither SQL nor a runtime.
func (f *Folder) Holds(name string) bool {
	packed, _ := f.Packed()
	return f.has(name) && slices.Contains(packed, path.Clean(name))
}

// has reports the same of any file of the folder.
func (f *Folder) has(name string) bool {
	if !filepath.IsLocal(name) || path.Clean(name) == runtimeFile || path.Ext(name) == extension {
		return false
	}
	info, err := os.Stat(filepath.Join(f.Root, filepath.FromSlash(name)))
	return err == nil && info.Mode().IsRegular()
}

// Executables returns the names of the executables that belong in the zip.
func (f *Folder) Executables() (names []string, err error) {
	packed, err := f.Packed()
	for _, name := range packed {
		if name != runtimeFile && f.runs(name) {
			names = append(names, name)
		}
	}
	return names, err
}

// runs reports whether a file is an executable.
func (f *Folder) runs(name string) bool {
	return path.Ext(name) != extension && script.Executable(filepath.Join(f.Root, filepath.FromSlash(name)))
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
