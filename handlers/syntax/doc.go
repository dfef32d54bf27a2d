// Package syntax reads the text of a handler: one SQL file, divided into a
// prologue and queries, each a list of statements with their parameters.
//
// It knows the text alone: it runs nothing and opens nothing.
// What tables hold is asked of an [engine.Catalog]. SQLite's tokens and
// grammar come from github.com/sqlc-dev/meyer.
//
// The text advises, SQLite judges. What every statement needs, namely where it
// ends, its parameters and the names of queries, is found in the tokens and
// works for any text. What is inferred, namely that a statement yields one row
// ([Statement.OneRow]) or that a column holds JSON ([Statement.ResultTypes]),
// needs the grammar; if the parser cannot follow, nothing is inferred, and
// the statement is still SQLite's to accept or refuse. The grammar is read only
// when one of these is asked, since most statements of a file are never run.
//
// # Places
//
// Every offset is in bytes from the beginning of the file. A [Statement] is the
// exact text for the engine, so an engine's offset in it plus Statement.Offset
// is an offset in the file, which [File.Position] turns into line and column.
//
// # Limits
//
// Reading a text takes about twenty times its size in memory for a moment, and
// eight times as long as its statements are kept, most of it for tokens.
//
// Text ends at a NUL byte, as in SQLite; one in a file is a problem. Nesting
// deeper than the parser's 10,000 levels, or results that need more than
// 1,000 SELECTs to resolve, are not followed.
package syntax
