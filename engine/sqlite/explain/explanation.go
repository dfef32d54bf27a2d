// Package explain tells tools what statements would do: which tables they use, the plan that
// SQLite has, and how tables are kept. No handler needs it to run.
package explain

import (
	"slices"
	"strings"

	"sqlambda/event"
)

// Explanation is what a statement would do.
type Explanation struct {
	// Tables are those that it reads and writes, through views and triggers too, each
	// once, in the order in which the engine asks for them.
	Tables TableUses
	// Plan is how the engine goes about it, an outline.
	Plan []PlanStep
	// Refused says that it fails, because it writes to a read-only database.
	Refused bool
}

// Writes returns the first table with such a keeping that the statement writes to, or "".
func (e *Explanation) Writes(k Keeping) string {
	for _, t := range e.Tables {
		if t.Writes && t.Keeping == k {
			return t.Name
		}
	}
	return ""
}

// TableUse is the use of a table, a view or a table-valued function. As JSON it is that of
// the command's documents, and so is PlanStep.
type TableUse struct {
	Name string `json:"name"`
	// Schema is empty for a table-valued function.
	Schema string    `json:"schema"`
	Kind   TableKind `json:"kind"`
	Reads  bool      `json:"reads"`
	Writes bool      `json:"writes"`
	// Columns are those that are read, in the order in which the engine asks for them.
	Columns []string `json:"-"`
	// Event is the declaration of an event table.
	Event *event.Table `json:"-"`
	// Keeping says what becomes of what is written.
	Keeping Keeping `json:"-"`
}

// TableUses are the uses of tables, each table once.
type TableUses []TableUse

// Add adds a use of a table, which may be there.
func (u *TableUses) Add(use TableUse) {
	i := slices.IndexFunc(*u, func(known TableUse) bool {
		return strings.EqualFold(known.Name, use.Name) && known.Schema == use.Schema
	})
	if i < 0 {
		*u = append(*u, use)
		return
	}
	known := &(*u)[i]
	for _, column := range use.Columns {
		if !slices.Contains(known.Columns, column) {
			known.Columns = append(slices.Clip(known.Columns), column)
		}
	}
	known.Reads, known.Writes = known.Reads || use.Reads, known.Writes || use.Writes
}

// Keeping is what becomes of what is written to a database.
type Keeping int

// The kinds of keeping.
const (
	Kept      Keeping = iota // in a file, or in what stands in for it
	Lost                     // in memory: it is rolled back when the invocation ends
	Temporary                // in a temporary table
	Refused                  // in a read-only file: every write fails
)

// TableKind is what SQL calls a table.
type TableKind string

// The kinds of table.
const (
	OrdinaryTable TableKind = "table"
	ViewTable     TableKind = "view"
	VirtualTable  TableKind = "virtual table"
	EventTable    TableKind = "event table" // its rows are those of the event
	FunctionTable TableKind = "function"    // json_each and its like
)

// PlanStep is a line of a plan.
type PlanStep struct {
	Depth  int    `json:"depth"`  // 0 for what is not a part of another step
	Detail string `json:"detail"` // the engine's words: "SCAN orders"
}

// Storage is how a table is kept.
type Storage struct {
	Schema string
	// StandsIn says that its database is an empty one in the place of one that is
	// written to (Config.Scratch), so that its rows say nothing.
	StandsIn bool
	Rows     int
	Indexes  []Index
}

// Index is an index of a table, the one of a primary key included.
type Index struct {
	Name    string   // empty for the key that the table is stored by
	Columns []string // in their order; "" for an expression
}
