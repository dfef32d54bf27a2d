package sqlite

import (
	"slices"
	"strings"

	"sqlambda/engine"
	"sqlambda/engine/sqlite/internal/sqlite3"
	"sqlambda/event"
)

// Tables returns the names of tables and views, those of SQLite itself left out;
// last those that exist without a declaration.
func (c *Conn) Tables() []string {
	names := c.Names("SELECT name FROM pragma_table_list WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1")
	return append(append(names, event.ReadyMadeNames()...), seriesName)
}

// Functions returns the names of functions, SQLite's and ours.
func (c *Conn) Functions() []string {
	names := c.Names("SELECT DISTINCT lower(name) FROM pragma_function_list WHERE name NOT GLOB '[^a-z]*'")
	for _, f := range functions {
		names = append(names, f.name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Table describes a table, a view, or a table-valued function.
func (c *Conn) Table(schema, name string) (engine.Table, bool) {
	if schema == "" {
		schema = c.SchemaOf(name)
	}
	t := engine.Table{Schema: schema}
	keys, key := 0, 0 // the columns of the primary key: their number, the last
	for i, row := range c.Query(`SELECT name, type, hidden = 1, "notnull", pk FROM pragma_table_xinfo(?1, nullif(?2, ''))`, name, schema) {
		if row[4] != "0" {
			keys, key = keys+1, i
		}
		t.Columns = append(t.Columns, engine.Column{Name: row[0], Type: row[1], Hidden: row[2] == "1", NotNull: row[3] == "1"})
	}
	if len(t.Columns) == 0 {
		if strings.EqualFold(name, seriesName) && c.provideTable(name) {
			return c.Table(schema, name)
		}
		return t, false
	}
	if keys == 1 && strings.EqualFold(t.Columns[key].Type, "INTEGER") {
		t.Columns[key].NotNull = true // it is the rowid: https://sqlite.org/lang_createtable.html#rowid
	}
	if schema != "" {
		t.View = strings.Join(c.Names("SELECT sql FROM "+Quote(schema)+".sqlite_schema WHERE type = 'view' AND name = ?1 COLLATE NOCASE", name), "")
	}
	return t, true
}

// SchemaOf returns the schema in which SQLite finds an unqualified name: temp, then main,
// then attached databases in their order. A table-valued function has none.
func (c *Conn) SchemaOf(name string) string {
	for _, schema := range c.Names("SELECT name FROM pragma_database_list ORDER BY name <> 'temp', seq") {
		if c.Query("SELECT 1 FROM "+Quote(schema)+".sqlite_schema WHERE type IN ('table', 'view') AND name = ?1 COLLATE NOCASE", name) != nil {
			return schema
		}
	}
	return ""
}

// Names returns the first column of a query of the connection's own.
func (c *Conn) Names(query string, args ...string) (names []string) {
	for _, row := range c.Query(query, args...) {
		names = append(names, row[0])
	}
	return names
}

// Query returns the rows of a query of the connection's own, which the sandbox lets pass. A
// catalog that cannot be read has none: the statement that needs it tells the error better.
func (c *Conn) Query(query string, args ...string) (rows [][]string) {
	c.guard.off = true
	defer func() { c.guard.off = false }()
	s, err := c.prepare(query)
	if err != nil {
		return nil
	}
	defer s.Close()
	for i, arg := range args {
		s.Bind(i+1, event.TextValue(arg))
	}
	for row, err := s.Step(); row && err == nil; row, err = s.Step() {
		texts := make([]string, s.ColumnCount())
		for i := range texts {
			texts[i] = s.Text(i)
		}
		rows = append(rows, texts)
	}
	return rows
}

// Quote makes a name of any text.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// StandsIn says whether the main database is an empty one in the place of one that is
// written to (engine.Config.Scratch).
func (c *Conn) StandsIn() bool { return c.database.scratch }

// Scratch says whether empty databases stand in for those that are written to.
func (c *Conn) Scratch() bool { return c.config.Scratch }

// Watch has every action of the statements that are prepared told, until it is nil.
func (c *Conn) Watch(watch func(*sqlite3.Action)) { c.guard.watch = watch }
