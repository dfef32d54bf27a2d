package sqlite

import (
	"slices"
	"strconv"
	"strings"

	"sqlambda/engine"
	"sqlambda/engine/sqlite/internal/sqlite3"
	"sqlambda/event"
)

// Tables returns the names of tables and views, those of SQLite itself left out;
// last those that exist without a declaration.
func (c *Conn) Tables() []string {
	names := c.names("SELECT name FROM pragma_table_list WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1")
	return append(append(names, event.ReadyMadeNames()...), seriesName)
}

// Functions returns the names of functions, SQLite's and ours.
func (c *Conn) Functions() []string {
	names := c.names("SELECT DISTINCT lower(name) FROM pragma_function_list WHERE name NOT GLOB '[^a-z]*'")
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
	var keys []int // the columns of the primary key
	err := c.Each(`SELECT name, type, hidden = 1, "notnull", pk FROM pragma_table_xinfo(?1, nullif(?2, ''))`,
		[]string{name, schema}, func(row []string) {
			if row[4] != "0" {
				keys = append(keys, len(t.Columns))
			}
			t.Columns = append(t.Columns, engine.Column{Name: row[0], Type: row[1], Hidden: row[2] == "1", NotNull: row[3] == "1"})
		})
	if err != nil || len(t.Columns) == 0 {
		if strings.EqualFold(name, seriesName) && c.provideTable(name) {
			return c.Table(schema, name)
		}
		return engine.Table{}, false
	}
	if len(keys) == 1 && strings.EqualFold(t.Columns[keys[0]].Type, "INTEGER") {
		t.Columns[keys[0]].NotNull = true // it is the rowid: https://sqlite.org/lang_createtable.html#rowid
	}
	if schema != "" {
		c.Each("SELECT sql FROM "+Quote(schema)+".sqlite_schema WHERE type = 'view' AND name = ?1 COLLATE NOCASE",
			[]string{name}, func(row []string) { t.View = row[0] })
	}
	return t, true
}

// SchemaOf returns the schema in which SQLite finds an unqualified name: temp,
// then main, then attached databases in their order. A table-valued function
// has none.
func (c *Conn) SchemaOf(name string) string {
	for _, schema := range c.names("SELECT name FROM pragma_database_list ORDER BY name <> 'temp', seq") {
		found := ""
		c.Each("SELECT name FROM "+Quote(schema)+".sqlite_schema WHERE type IN ('table', 'view') AND name = ?1 COLLATE NOCASE",
			[]string{name}, func(row []string) { found = row[0] })
		if found != "" {
			return schema
		}
	}
	return ""
}

func (c *Conn) names(query string) (names []string) {
	c.Each(query, nil, func(row []string) { names = append(names, row[0]) })
	return names
}

// Each runs a query of the connection's own, which the sandbox lets pass. Its error is that of a catalog that
// cannot be read, which the statement that needs it will tell better.
func (c *Conn) Each(query string, args []string, row func([]string)) error {
	c.guard.off = true
	defer func() { c.guard.off = false }()
	s, err := c.prepare(query)
	if err != nil {
		return err
	}
	defer s.Close()
	for i, arg := range args {
		s.Bind(i+1, event.TextValue(arg))
	}
	texts := make([]string, len(s.columns))
	for {
		more, err := s.Step()
		if err != nil || !more {
			return err
		}
		for i := range texts {
			texts[i] = textOf(s.Value(i))
		}
		row(texts)
	}
}

// textOf is a value as a text that lasts.
func textOf(v event.Value) string {
	switch v.Kind {
	case event.Integer:
		return strconv.FormatInt(v.Integer(), 10)
	case event.Real:
		return strconv.FormatFloat(v.Real()+0, 'g', -1, 64) // -0 is 0
	}
	return strings.Clone(v.Text)
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
