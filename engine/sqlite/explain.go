package sqlite

import (
	"strconv"
	"strings"

	"sqlambda/engine"
	"sqlambda/engine/sqlite/internal/sqlite3"
	"sqlambda/event"
)

var _ engine.Explainer = (*Conn)(nil)

// Explain tells what a statement would do: the tables by what SQLite asks the
// authorizer, the plan by https://sqlite.org/eqp.html.
func (c *Conn) Explain(text string) (*engine.Explanation, error) {
	e := &engine.Explanation{}
	var uses, named engine.TableUses
	c.guard.watch = func(a *sqlite3.Action) {
		if use, ok := useOf(a); ok {
			uses.Add(use)
		}
	}
	s, err := c.prepare(text)
	c.guard.watch = nil
	if err != nil || s == nil {
		return e, err
	}
	s.Close()
	for _, use := range uses {
		if use.Schema == "" { // of a table of which no column is read, it is what the text says
			use.Schema = c.schemaOf(use.Name)
		}
		named.Add(use)
	}
	for _, use := range named {
		if c.describeUse(&use) {
			e.Tables = append(e.Tables, use)
		}
	}
	e.Plan, err = c.plan(text)
	return e, err
}

// useOf returns the use of a table that an action is, if it is one.
func useOf(a *sqlite3.Action) (use engine.TableUse, ok bool) {
	use = engine.TableUse{Schema: a.Database(), Name: a.First()}
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
func (c *Conn) describeUse(use *engine.TableUse) bool {
	if strings.HasPrefix(strings.ToLower(use.Name), "sqlite_") || use.Name == "" {
		return false
	}
	use.Keeping = c.keeping(use.Schema)
	kind, declaration := c.kindOf(use.Schema, use.Name)
	switch kind {
	case "shadow":
		return false
	case "table":
		use.Kind = engine.OrdinaryTable
	case "view":
		use.Kind = engine.ViewTable
	case "virtual":
		use.Kind = engine.VirtualTable
		if _, ok, _ := event.ParseDeclaration(declaration); ok {
			use.Kind = engine.EventTable
		}
	default:
		use.Schema, use.Kind = "", engine.FunctionTable
		if _, ok := event.ReadyMade(strings.ToLower(use.Name)); ok {
			use.Kind = engine.EventTable
		} else if !c.isModule(use.Name) {
			return false // a common table expression
		}
	}
	if use.Kind == engine.EventTable {
		use.Schema = ""
	}
	return true
}

// isModule says whether there is a virtual table of that name without a declaration.
func (c *Conn) isModule(name string) bool {
	return len(c.names("SELECT name FROM pragma_module_list WHERE name = '"+strings.ReplaceAll(name, "'", "''")+"' COLLATE NOCASE")) > 0
}

// kindOf returns the type of a table (https://sqlite.org/pragma.html#pragma_table_list)
// and its declaration; nothing for what is not in the schema.
func (c *Conn) kindOf(schema, name string) (kind, declaration string) {
	c.each("SELECT type FROM pragma_table_list WHERE schema = ?1 AND name = ?2 COLLATE NOCASE", []string{schema, name},
		func(row []string) { kind = row[0] })
	c.each("SELECT sql FROM "+quote(schema)+".sqlite_schema WHERE name = ?1 COLLATE NOCASE", []string{name},
		func(row []string) { declaration = row[0] })
	if declaration == "" { // a function that was used before
		kind = ""
	}
	return kind, declaration
}

// plan asks SQLite for the plan of a statement; it has none for what is no query.
func (c *Conn) plan(text string) ([]engine.PlanStep, error) {
	var steps []engine.PlanStep
	depths := map[int64]int{}
	s, err := c.prepare("EXPLAIN QUERY PLAN " + text)
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
		if parent, ok := depths[s.Integer(1)]; ok {
			depth = parent + 1
		}
		depths[s.Integer(0)] = depth
		steps = append(steps, engine.PlanStep{Depth: depth, Detail: string(s.Bytes(3))})
	}
}

// Storage tells how a table is kept.
func (c *Conn) Storage(schema, table string, most int) (engine.Storage, bool) {
	if schema == "" {
		schema = c.schemaOf(table)
	}
	if kind, _ := c.kindOf(schema, table); kind != "table" {
		return engine.Storage{}, false
	}
	s := engine.Storage{Schema: schema, StandsIn: c.standsIn(schema), Indexes: c.indexes(schema, table)}
	c.each("SELECT count(*) FROM (SELECT 1 FROM "+quote(schema)+"."+quote(table)+" LIMIT "+strconv.Itoa(most)+")", nil,
		func(row []string) { s.Rows, _ = strconv.Atoi(row[0]) })
	return s, true
}

// StandsIn says whether the main database is one in the place of another.
func (c *Conn) StandsIn() bool { return c.database.scratch }

// standsIn says whether a database is one in the place of another.
func (c *Conn) standsIn(schema string) bool {
	if schema == "main" {
		return c.StandsIn()
	}
	return schema != "temp" && c.config.Scratch && c.fileOf(schema) == ""
}

// keeping says what becomes of what is written to a database.
func (c *Conn) keeping(schema string) engine.Keeping {
	switch {
	case schema == "temp":
		return engine.Temporary
	case c.standsIn(schema):
		return engine.Kept
	case c.fileOf(schema) == "":
		return engine.Lost
	case c.config.Scratch:
		return engine.Refused
	}
	return engine.Kept
}

// fileOf returns the file of a database; it is empty for one in memory.
func (c *Conn) fileOf(schema string) (file string) {
	c.each("SELECT file FROM pragma_database_list WHERE name = ?1", []string{schema}, func(row []string) { file = row[0] })
	return file
}

// indexes returns the indexes of a table. A partial index, which serves some queries
// alone, is left out.
func (c *Conn) indexes(schema, table string) []engine.Index {
	var list []engine.Index
	key := engine.Index{}
	c.each("SELECT name FROM pragma_table_info(?1, ?2) WHERE pk > 0 ORDER BY pk", []string{table, schema},
		func(row []string) { key.Columns = append(key.Columns, row[0]) })
	if len(key.Columns) > 0 {
		list = append(list, key)
	}
	c.each("SELECT name FROM pragma_index_list(?1, ?2) WHERE NOT partial ORDER BY seq DESC", []string{table, schema},
		func(row []string) { list = append(list, engine.Index{Name: row[0]}) })
	for i := range list {
		if list[i].Name != "" {
			c.each("SELECT name FROM pragma_index_info(?1, ?2) ORDER BY seqno", []string{list[i].Name, schema},
				func(row []string) { list[i].Columns = append(list[i].Columns, row[0]) })
		}
	}
	return list
}
