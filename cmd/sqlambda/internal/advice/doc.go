// Package advice reads more from a handler's text than the runtime needs: what result
// columns can hold, which comparisons an index could serve, which stars take all columns of a
// table, which JSON is put together as text or loses its type, and the comments of a file.
//
// What the parser cannot follow is left out.
package advice
