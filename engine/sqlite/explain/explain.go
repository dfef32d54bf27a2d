// Package explain tells tools what statements would do: which tables they use, the plan that
// SQLite has, and how tables are kept. No handler needs it to run.
package explain

import (
	"slices"
	"strconv"
	"strings"

	"sqlambda/engine"
	"sqlambda/engine/sqlite"
	"sqlambda/engine/sqlite/internal/sqlite3"
	"sqlambda/event"
)

// Explainer explains the statements of a connection.
type Explainer struct{ *sqlite.Conn }

// Of returns the Explainer of a connection, nil for one of another engine.
func Of(conn engine.Conn) *Explainer {
	if c, ok := conn.(*sqlite.Conn); ok {
		return &Explainer{c}
	}
	return nil
}

// Explain tells what the statement that text holds would do: the tables by what SQLite asks the
// authorizer, the plan by https://sqlite.org/eqp.html. Errors are those of Prepare.
func (c *Explainer) Explain(text string) (*Explanation, error) {
	e := &Explanation{}
	var uses, named TableUses
	c.Watch(func(a *sqlite3.Action) {
		if use, ok := useOf(a); ok {
			uses.Add(use)
		}
	})
	s, err := c.Prepare(text)
	c.Watch(nil)
	if err != nil || s == nil {
		return e, err
	}
	s.Close()
	for _, use := range uses {
		if use.Schema == "" { // of a table of which no column is read, it is what the text says
			use.Schema = c.SchemaOf(use.Name)
		}
		named.Add(use)
	}
	for _, use := range named {
		if c.describeUse(&use) {
			e.Tables = append(e.Tables, use)
		}
	}
	e.Plan, e.Refused = c.plan(text), c.Scratch() && c.refused(text)
	return e, nil
}

// refused says whether a statement begins to write to a read-only database. Its
// program says so: https://sqlite.org/opcode.html#Transaction.
func (c *Explainer) refused(text string) bool {
	if _, ok, _ := event.ParseDeclaration(text); ok {
		return false // it is kept apart from the databases
	}
	for _, op := range c.Query("EXPLAIN " + text) {
		if op[1] == "Transaction" && op[3] != "0" && c.keeping(c.first("SELECT name FROM pragma_database_list WHERE seq = CAST(?1 AS INTEGER)", op[2])) == Refused {
			return true
		}
	}
	return false
}

// useOf returns the use of a table that an action is, if it is one.
func useOf(a *sqlite3.Action) (use TableUse, ok bool) {
	use = TableUse{Schema: a.Database(), Name: a.First()}
	switch a.Op {
	case sqlite3.OpRead:
		use.Reads = true
		if column := a.Second(); column != "" {
			use.Columns = []string{column}
		}
	case sqlite3.OpInsert, sqlite3.OpUpdate, sqlite3.OpDelete:
		use.Writes = true
	}
	return use, use.Reads || use.Writes
}

// describeUse finds the kind of a table. It reports false for what is SQLite's own: its
// schema, and the tables that virtual tables keep their content in.
func (c *Explainer) describeUse(use *TableUse) bool {
	if strings.HasPrefix(strings.ToLower(use.Name), "sqlite_") || use.Name == "" {
		return false
	}
	use.Keeping = c.keeping(use.Schema)
	kind, declaration := c.kindOf(use.Schema, use.Name)
	switch kind {
	case "shadow":
		return false
	case "table", "view":
		use.Kind = TableKind(kind)
	case "virtual":
		use.Kind = VirtualTable
		if d, ok, _ := event.ParseDeclaration(declaration); ok {
			use.Kind, use.Event = EventTable, d.Table
		}
	default:
		use.Schema, use.Kind = "", FunctionTable
		if table, ok := event.ReadyMade(strings.ToLower(use.Name)); ok {
			use.Kind, use.Event = EventTable, table
		} else if c.first("SELECT 1 FROM pragma_module_list WHERE name = ?1 COLLATE NOCASE", use.Name) == "" {
			return false // a common table expression
		}
	}
	if use.Kind == EventTable {
		use.Schema = ""
	}
	return true
}

// kindOf returns the type of a table, https://sqlite.org/pragma.html#pragma_table_list, and its
// declaration; nothing for what is not in the schema.
func (c *Explainer) kindOf(schema, name string) (kind, declaration string) {
	declaration = c.first("SELECT sql FROM "+sqlite.Quote(schema)+".sqlite_schema WHERE name = ?1 COLLATE NOCASE", name)
	if declaration == "" { // a function that was used before
		return "", ""
	}
	return c.first("SELECT type FROM pragma_table_list WHERE schema = ?1 AND name = ?2 COLLATE NOCASE", schema, name), declaration
}

// first returns the first value of a query, or "".
func (c *Explainer) first(query string, args ...string) string {
	if rows := c.Query(query, args...); len(rows) > 0 {
		return rows[0][0]
	}
	return ""
}

// plan asks SQLite for the plan of a statement; it has none for what is no query.
func (c *Explainer) plan(text string) (steps []PlanStep) {
	depths := map[string]int{} // of the parts of a step
	for _, row := range c.Query("EXPLAIN QUERY PLAN " + text) {
		id, parent, detail := row[0], row[1], row[3]
		steps = append(steps, PlanStep{Depth: depths[parent], Detail: detail})
		depths[id] = depths[parent] + 1
	}
	return steps
}

// Storage tells how the table of that name is kept, and counts its rows up to most. Schema
// is empty if the name is not qualified. It returns false for anything but a stored table.
func (c *Explainer) Storage(schema, table string, most int) (Storage, bool) {
	if schema == "" {
		schema = c.SchemaOf(table)
	}
	if kind, _ := c.kindOf(schema, table); kind != "table" {
		return Storage{}, false
	}
	rows := c.Query("SELECT 1 FROM " + sqlite.Quote(schema) + "." + sqlite.Quote(table) + " LIMIT " + strconv.Itoa(most))
	return Storage{Schema: schema, StandsIn: c.standsIn(schema), Rows: len(rows), Indexes: c.indexes(schema, table)}, true
}

// standsIn says whether a database is one in the place of another.
func (c *Explainer) standsIn(schema string) bool {
	if schema == "main" {
		return c.StandsIn()
	}
	return schema != "temp" && c.Scratch() && c.fileOf(schema) == ""
}

// keeping says what becomes of what is written to a database.
func (c *Explainer) keeping(schema string) Keeping {
	switch {
	case schema == "temp":
		return Temporary
	case c.standsIn(schema):
		return Kept
	case c.fileOf(schema) == "":
		return Lost
	case c.Scratch():
		return Refused
	}
	return Kept
}

// fileOf returns the file of a database; it is empty for one in memory.
func (c *Explainer) fileOf(schema string) string {
	return c.first("SELECT file FROM pragma_database_list WHERE name = ?1", schema)
}

// indexes returns the indexes of a table. A partial index, which serves some queries
// alone, is left out.
func (c *Explainer) indexes(schema, table string) []Index {
	var list []Index
	if key := c.Names("SELECT name FROM pragma_table_info(?1, ?2) WHERE pk > 0 ORDER BY pk", table, schema); key != nil {
		list = append(list, Index{Columns: key})
	}
	for _, row := range c.Query("SELECT name FROM pragma_index_list(?1, ?2) WHERE NOT partial ORDER BY seq DESC", table, schema) {
		list = append(list, Index{row[0], c.Names("SELECT name FROM pragma_index_info(?1, ?2) ORDER BY seqno", row[0], schema)})
	}
	return list
}

// Explanation is what a statement would do.
type Explanation struct {
	// Tables are those that it reads and writes, through views and triggers too, each
	// once, in the order in which the engine asks for them.
	Tables TableUses
	Plan   []PlanStep // how the engine goes about it, an outline
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
	Columns []string     `json:"-"`
	Event   *event.Table `json:"-"` // the declaration of an event table
	Keeping Keeping      `json:"-"` // what becomes of what is written
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
	Schema   string
	StandsIn bool // its database is an empty one in the place of another (Config.Scratch)
	Rows     int
	Indexes  []Index
}

// Index is an index of a table, the one of a primary key included.
type Index struct {
	Name    string   // empty for the key that the table is stored by
	Columns []string // in their order; "" for an expression
}
