// Package advice reads more from a handler's text than the runtime needs: what result
// columns can hold, which comparisons an index could serve, where a result takes all
// columns of a table, where JSON is put together as text, and the comments of a file.
//
// What the parser cannot follow is left out.
package advice
