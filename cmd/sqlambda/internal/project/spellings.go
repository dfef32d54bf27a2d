package project

import "strings"

// Spellings returns the strings that name a handler of a list: its name, that with the
// file's extension, as file and query, the file alone where that is enough, and the name
// that its function has without a template.
func (h Handler) Spellings(list []Handler) []string {
	stem := strings.TrimSuffix(h.File, extension)
	spellings := []string{h.Name, functionName(h.Name)}
	for _, name := range [...]string{stem, h.File, stem + "." + h.Query, h.File + "." + h.Query} {
		if found, ok := Find(list, name); ok && found == h {
			spellings = append(spellings, name)
		}
	}
	return spellings
}
