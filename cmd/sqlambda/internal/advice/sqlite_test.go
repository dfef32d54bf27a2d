package advice_test

import (
	"testing"

	"sqlambda/engine"
	"sqlambda/engine/sqlite"
	"sqlambda/handlers/syntax"
)

// open opens an empty database and runs the statements of a script on it.
func open(t testing.TB, script string) engine.Conn {
	conn, err := sqlite.Open(engine.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	file, _ := syntax.ParseInit("schema.sql", script)
	for _, s := range file.Prologue {
		stmt, err := conn.Prepare(s.Text)
		if err == nil {
			_, err = stmt.Step()
			stmt.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return conn
}

// statement returns the one statement that a text holds.
func statement(t testing.TB, text string) *syntax.Statement {
	file, _ := syntax.Parse("test.sql", text)
	if len(file.Queries) != 1 || len(file.Queries[0].Statements) != 1 {
		t.Fatalf("%s: %d queries", text, len(file.Queries))
	}
	return file.Queries[0].Statements[0]
}

// checkPlace checks that an offset is one of the file.
func checkPlace(t *testing.T, f *syntax.File, offset int) {
	if offset < 0 || offset > len(f.Text) {
		t.Fatalf("the offset %d is not in %q", offset, f.Text)
	}
}
