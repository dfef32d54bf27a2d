package sqlite

import (
	"slices"
	"strings"

	"sqlambda/engine"
	"sqlambda/event"
)

// Tables returns the names of tables and views, those of SQLite itself left out.
func (c *Conn) Tables() []string {
	return c.names("SELECT name FROM pragma_table_list WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1")
}

// Functions returns the names of functions, SQLite's and ours.
func (c *Conn) Functions() []string {
	names := c.names("SELECT DISTINCT lower(name) FROM pragma_function_list WHERE name NOT GLOB '[^a-z]*'")
	names = append(names, functionNames[:]...)
	slices.Sort(names)
	return slices.Compact(names)
}

// Describe returns the columns of a table or view, and a view's text.
func (c *Conn) Describe(schema, table string) (engine.Table, bool) {
	var t engine.Table
	arguments, from := []string{table}, "pragma_table_xinfo(?1)"
	if schema != "" {
		arguments, from = []string{table, schema}, "pragma_table_xinfo(?1, ?2)"
	}
	err := c.each("SELECT name, type FROM "+from+" WHERE hidden <> 1", arguments, func(row []string) {
		t.Columns = append(t.Columns, engine.Column{Name: row[0], Type: row[1]})
	})
	if err != nil || len(t.Columns) == 0 {
		return engine.Table{}, false
	}
	for _, schema := range c.schemasToSearch(schema) {
		c.each("SELECT sql FROM "+quote(schema)+".sqlite_schema WHERE type = 'view' AND name = ?1 COLLATE NOCASE",
			[]string{table}, func(row []string) { t.SQL = row[0] })
		if t.SQL != "" {
			break
		}
	}
	return t, true
}

// schemasToSearch lists the schemas in which SQLite looks up a name.
func (c *Conn) schemasToSearch(schema string) []string {
	if schema != "" {
		return []string{schema}
	}
	return c.names("SELECT name FROM pragma_database_list ORDER BY name <> 'temp', seq")
}

func (c *Conn) names(query string) (names []string) {
	c.each(query, nil, func(row []string) { names = append(names, row[0]) })
	return names
}

// each runs a query of the connection's own. Its error is that of a catalog that
// cannot be read, which the statement that needs it will tell better.
func (c *Conn) each(query string, args []string, row func([]string)) error {
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
			texts[i] = string(s.Bytes(i))
		}
		row(texts)
	}
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
