package explain

import (
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
	if e.Plan, err = c.plan(text); err == nil && c.Scratch() {
		e.Refused, err = c.refused(text)
	}
	return e, err
}

// refused says whether a statement begins to write to a read-only database. Its
// program says so: https://sqlite.org/opcode.html#Transaction.
func (c *Explainer) refused(text string) (refused bool, err error) {
	if _, ok, _ := event.ParseDeclaration(text); ok {
		return false, nil // it is kept apart from the databases
	}
	s, err := c.Prepare("EXPLAIN " + text)
	if err != nil || s == nil {
		return false, err
	}
	var databases []string // by number
	for row, err := s.Step(); row; row, err = s.Step() {
		if err != nil {
			return false, err
		}
		if s.Value(1).Text == "Transaction" && s.Value(3).Integer() != 0 {
			databases = append(databases, strconv.FormatInt(s.Value(2).Integer(), 10))
		}
	}
	s.Close()
	for _, number := range databases {
		c.Each("SELECT name FROM pragma_database_list WHERE seq = CAST(?1 AS INTEGER)", []string{number}, func(row []string) {
			refused = refused || c.keeping(row[0]) == Refused
		})
	}
	return refused, nil
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
	case "table":
		use.Kind = OrdinaryTable
	case "view":
		use.Kind = ViewTable
	case "virtual":
		use.Kind = VirtualTable
		if d, ok, _ := event.ParseDeclaration(declaration); ok {
			use.Kind, use.Event = EventTable, d.Table
		}
	default:
		use.Schema, use.Kind = "", FunctionTable
		if table, ok := event.ReadyMade(strings.ToLower(use.Name)); ok {
			use.Kind, use.Event = EventTable, table
		} else if !c.isModule(use.Name) {
			return false // a common table expression
		}
	}
	if use.Kind == EventTable {
		use.Schema = ""
	}
	return true
}

// isModule says whether there is a virtual table of that name without a declaration.
func (c *Explainer) isModule(name string) (found bool) {
	c.Each("SELECT 1 FROM pragma_module_list WHERE name = ?1 COLLATE NOCASE", []string{name}, func([]string) { found = true })
	return found
}

// kindOf returns the type of a table (https://sqlite.org/pragma.html#pragma_table_list)
// and its declaration; nothing for what is not in the schema.
func (c *Explainer) kindOf(schema, name string) (kind, declaration string) {
	c.Each("SELECT type FROM pragma_table_list WHERE schema = ?1 AND name = ?2 COLLATE NOCASE", []string{schema, name},
		func(row []string) { kind = row[0] })
	c.Each("SELECT sql FROM "+sqlite.Quote(schema)+".sqlite_schema WHERE name = ?1 COLLATE NOCASE", []string{name},
		func(row []string) { declaration = row[0] })
	if declaration == "" { // a function that was used before
		kind = ""
	}
	return kind, declaration
}

// plan asks SQLite for the plan of a statement; it has none for what is no query.
func (c *Explainer) plan(text string) ([]PlanStep, error) {
	var steps []PlanStep
	depths := map[int64]int{}
	s, err := c.Prepare("EXPLAIN QUERY PLAN " + text)
	if err != nil || s == nil {
		return nil, err
	}
	defer s.Close()
	for {
		row, err := s.Step()
		if err != nil || !row {
			return steps, err
		}
		depth := 0
		if parent, ok := depths[s.Value(1).Integer()]; ok {
			depth = parent + 1
		}
		depths[s.Value(0).Integer()] = depth
		steps = append(steps, PlanStep{Depth: depth, Detail: strings.Clone(s.Value(3).Text)})
	}
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
	s := Storage{Schema: schema, StandsIn: c.standsIn(schema), Indexes: c.indexes(schema, table)}
	c.Each("SELECT count(*) FROM (SELECT 1 FROM "+sqlite.Quote(schema)+"."+sqlite.Quote(table)+" LIMIT "+strconv.Itoa(most)+")", nil,
		func(row []string) { s.Rows, _ = strconv.Atoi(row[0]) })
	return s, true
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
func (c *Explainer) fileOf(schema string) (file string) {
	c.Each("SELECT file FROM pragma_database_list WHERE name = ?1", []string{schema}, func(row []string) { file = row[0] })
	return file
}

// indexes returns the indexes of a table. A partial index, which serves some queries
// alone, is left out.
func (c *Explainer) indexes(schema, table string) []Index {
	var list []Index
	key := Index{}
	c.Each("SELECT name FROM pragma_table_info(?1, ?2) WHERE pk > 0 ORDER BY pk", []string{table, schema},
		func(row []string) { key.Columns = append(key.Columns, row[0]) })
	if len(key.Columns) > 0 {
		list = append(list, key)
	}
	c.Each("SELECT name FROM pragma_index_list(?1, ?2) WHERE NOT partial ORDER BY seq DESC", []string{table, schema},
		func(row []string) { list = append(list, Index{Name: row[0]}) })
	for i := range list {
		if list[i].Name != "" {
			c.Each("SELECT name FROM pragma_index_info(?1, ?2) ORDER BY seqno", []string{list[i].Name, schema},
				func(row []string) { list[i].Columns = append(list[i].Columns, row[0]) })
		}
	}
	return list
}
