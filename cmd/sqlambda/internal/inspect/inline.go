package inspect

import (
	"slices"
	"strings"

	"sqlambda/cmd/sqlambda/internal/project"
)

// sourceOf returns the name of a handler's file as a check tells it. SQL in a variable has
// the variable's, with that of its function where others have other SQL in it. It is false for
// SQL that is not known here: only the cloud knows it, or a test case.
func (c *checker) sourceOf(h project.Handler, fn project.Function) (name string, ok bool) {
	if !h.IsInline() {
		return h.File, true
	}
	variable := strings.TrimPrefix(h.File, "$")
	_, told := fn.Variables[variable]
	_, set := c.options.LookupEnv(variable)
	if !told && !set && (fn.Template == "" || slices.Contains(fn.Unknown, variable)) {
		return "", false
	}
	functions, _ := c.folder.Functions() // checkFunctions tells the error
	other := func(other project.Function) bool {
		return other.Variable() == fn.Variable() && other.Inline() != fn.Inline()
	}
	if name = h.File; slices.ContainsFunc(functions, other) {
		name += " of " + fn.Name
	}
	if fn.Template != "" {
		c.report.variables[name] = fn
	}
	return name, true
}
