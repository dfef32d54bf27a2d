package project

import "strings"

// Spellings returns the strings that name a handler of a list: its own name, that with
// the file's extension, as file and query, the file alone where that is enough, and the
// names that a function with such a handler has without a template.
func (h Handler) Spellings(list []Handler) []string {
	stem := strings.TrimSuffix(h.File, extension)
	var spellings, names []string
	for _, spelling := range [...]string{h.Name, stem, h.File, stem + "." + h.Query, h.File + "." + h.Query} {
		if found, ok := Find(list, spelling); ok && found == h {
			spellings = append(spellings, spelling)
			names = append(names, functionName(spelling))
		}
	}
	return append(spellings, names...)
}
