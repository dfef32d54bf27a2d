package handlers_test

import (
	"testing"

	"sqlambda/handlers"
)

// TestStaleColumns: another process changes the tables of a shared file. Names, types and
// the number of columns are those that the statement has when it runs.
func TestStaleColumns(t *testing.T) {
	const schema = "CREATE TABLE IF NOT EXISTS u (name TEXT, password JSON);\nINSERT INTO u (name) SELECT 'ada' WHERE NOT EXISTS (SELECT 1 FROM u);\n" +
		"-- name: main :many\nSELECT * FROM u;\n-- name: twice :one\nSELECT *, 1 AS twice FROM u LIMIT 1;\n-- name: value :value\nSELECT * FROM (SELECT * FROM u) LIMIT 1;\n" +
		"-- name: swap :exec\nDROP TABLE u; CREATE TABLE u (password JSON, name TEXT); INSERT INTO u VALUES ('[2]', 'bob');\n" +
		"-- name: narrow :exec\nDROP TABLE u; CREATE TABLE u (name TEXT); INSERT INTO u VALUES ('cy');\n" +
		"-- name: double :exec\nDROP TABLE u; CREATE TABLE u (name TEXT, twice BOOLEAN); INSERT INTO u VALUES ('dan', 1);\n"
	functions := workers(t, 2, schema)
	reader, writer := functions[0], functions[1]
	check := func(change, query, want string) {
		t.Helper()
		if change != "" {
			if err := writer.start("main." + change); err != nil {
				t.Fatal(err)
			}
			if _, err := writer.invoke("{}"); err != nil {
				t.Fatal(err)
			}
		}
		if query != "" {
			if err := reader.start("main." + query); err != nil {
				t.Fatal(err)
			}
		}
		response, err := reader.invoke("{}")
		got := string(response)
		if err != nil {
			e := asError(t, err)
			got = e.Type + " " + e.Message
		}
		if got != want {
			t.Errorf("after %q the response is %s, want %s", change, got, want)
		}
	}
	check("", "main", `[{"name":"ada","password":null}]`)
	check("swap", "", `[{"password":[2],"name":"bob"}]`)
	check("narrow", "", `[{"name":"cy"}]`)
	check("swap", "", `[{"password":[2],"name":"bob"}]`)
	check("", "twice", `{"password":[2],"name":"bob","twice":1}`)
	twice := handlers.InvalidResult + " columns 2 and 3, twice and twice, would both be twice: name them apart with AS"
	check("double", "", twice)
	check("", "", twice)
	check("narrow", "", `{"name":"cy","twice":1}`)
	check("", "value", `"cy"`)
	check("double", "", handlers.InvalidResult+" a :value query that returns 2 columns: name, twice (return one, or make it :one)")
}

// TestStaleState: so is the state that a :batch returns.
func TestStaleState(t *testing.T) {
	functions := workers(t, 2, "CREATE TABLE IF NOT EXISTS w (state);\nINSERT INTO w SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM w);\n"+
		"-- name: main :batch\nSELECT * FROM w;\n"+
		"-- name: other :exec\nDROP TABLE w; CREATE TABLE w (secret); INSERT INTO w VALUES (2);\n"+
		"-- name: again :exec\nDROP TABLE w; CREATE TABLE w (\"state.n\"); INSERT INTO w VALUES (3);\n")
	reader, writer := functions[0], functions[1]
	if err := reader.start("main.main"); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ change, want string }{
		{"", `{"batchItemFailures":[],"state":1}`},
		{"other", `{"batchItemFailures":[]}`},
		{"again", `{"batchItemFailures":[],"state":{"n":3}}`},
	} {
		if test.change != "" {
			if err := writer.start("main." + test.change); err != nil {
				t.Fatal(err)
			}
			if _, err := writer.invoke("{}"); err != nil {
				t.Fatal(err)
			}
			writer.stop()
		}
		response, err := reader.invoke(inRecords([]string{sources[0].record(0, false)}))
		if err != nil || string(response) != test.want {
			t.Errorf("after %q the response is %s, %v, want %s", test.change, response, err, test.want)
		}
	}
}
