package syntax_test

import (
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"

	"sqlambda/engine"
)

// database is an empty SQLite database, by which the package's claims about text
// are judged. It is an engine.Catalog, of which this package asks for tables and functions' types.
type database struct {
	engine.Catalog
	t    testing.TB
	conn *sqlite.Conn
}

func open(t testing.TB) *database {
	conn, err := sqlite.OpenConn(":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	db := &database{t: t, conn: conn}
	db.same("bool")
	db.same("print")
	return db
}

// same defines a function that returns its argument.
func (db *database) same(name string) {
	err := db.conn.CreateFunction(name, &sqlite.FunctionImpl{
		NArgs:         1,
		AllowIndirect: true,
		Scalar: func(_ sqlite.Context, args []sqlite.Value) (sqlite.Value, error) {
			return args[0], nil
		},
	})
	if err != nil {
		db.t.Fatal(err)
	}
}

// run runs a script and reads all of its rows.
func (db *database) run(script string) {
	db.t.Helper()
	for script = strings.TrimSpace(script); script != ""; script = strings.TrimSpace(script) {
		stmt, rest, err := db.conn.PrepareTransient(script)
		if err != nil {
			db.t.Fatalf("%v: %s", err, script)
		}
		for more := true; more; {
			if more, err = stmt.Step(); err != nil {
				db.t.Fatalf("%v: %s", err, script)
			}
		}
		stmt.Finalize()
		script = script[len(script)-rest:]
	}
}

// columns prepares one statement and returns the names of its columns.
func (db *database) columns(text string) ([]string, error) {
	stmt, _, err := db.conn.PrepareTransient(text)
	if err != nil {
		return nil, err
	}
	defer stmt.Finalize()
	var names []string
	for i := range stmt.ColumnCount() {
		names = append(names, stmt.ColumnName(i))
	}
	return names, nil
}

// rows runs one statement and returns the values of its rows as text, nil for
// NULL.
func (db *database) rows(text string) ([][]*string, error) {
	stmt, _, err := db.conn.PrepareTransient(text)
	if err != nil {
		return nil, err
	}
	defer stmt.Finalize()
	var rows [][]*string
	for {
		more, err := stmt.Step()
		if err != nil || !more {
			return rows, err
		}
		var row []*string
		for i := range stmt.ColumnCount() {
			if stmt.ColumnType(i) == sqlite.TypeNull {
				row = append(row, nil)
				continue
			}
			value := stmt.ColumnText(i)
			row = append(row, &value)
		}
		rows = append(rows, row)
	}
}

// Table is the database's own description; temp hides main.
func (db *database) Table(schema, name string) (engine.Table, bool) {
	if schema == "" {
		if table, ok := db.Table("temp", name); ok {
			return table, ok
		}
		schema = "main"
	}
	named := "('" + strings.ReplaceAll(name, "'", "''") + "' COLLATE NOCASE"
	columns, err := db.rows("SELECT name, type, hidden = 1, \"notnull\" OR pk AND type = 'INTEGER' FROM pragma_table_xinfo" + named + ", '" + schema + "')")
	if err != nil || len(columns) == 0 {
		return engine.Table{}, false
	}
	table := engine.Table{Schema: schema}
	for _, c := range columns {
		table.Columns = append(table.Columns, engine.Column{Name: *c[0], Type: *c[1], Hidden: *c[2] == "1", NotNull: *c[3] == "1"})
	}
	views, err := db.rows("SELECT sql FROM " + schema + ".sqlite_schema WHERE type = 'view' AND name = " + named + ")")
	if err == nil && len(views) == 1 {
		table.View = *views[0][0]
	}
	return table, true
}

// FunctionType knows the one function that the runtime adds and that matters here.
func (db *database) FunctionType(name string) (declared string, nullable, ok bool) {
	if strings.EqualFold(name, "bool") {
		return "BOOLEAN", false, true
	}
	return "", false, false
}
